"""How crispy draws a field: label, hint, error, control, in that order."""

import re

from django import forms
from django.template import Context, Template


class ContactForm(forms.Form):
    name = forms.CharField(label="Full name", help_text="As in your passport")
    phone = forms.CharField(label="Mobile", required=False)
    who = forms.ChoiceField(
        label="Who", choices=[("me", "Me"), ("child", "My child")], widget=forms.RadioSelect
    )
    where = forms.ChoiceField(label="Where", choices=[("a", "A")], widget=forms.Select)
    agree = forms.BooleanField(label="I agree", help_text="To this")


def drawn(form: forms.Form, field: str) -> str:
    source = "{% load crispy_forms_filters %}{{ field|as_crispy_field }}"
    return Template(source).render(Context({"field": form[field]}))


def test_field_puts_label_hint_error_and_control_in_that_order() -> None:
    html = drawn(ContactForm({}), "name")
    places = [
        html.index(part) for part in ("Full name", "As in your passport", "This field is required", "<input")
    ]
    assert places == sorted(places)


def test_field_links_hint_and_error_to_the_control() -> None:
    html = drawn(ContactForm({}), "name")
    described = re.search(r'<input[^>]*aria-describedby="([^"]+)"', html)
    assert described is not None
    assert described[1].split() == ["id_name_helptext", "id_name_error"]
    assert all(f'id="{name}"' in html for name in described[1].split())
    assert 'aria-invalid="true"' in html


def test_field_marks_what_is_optional_and_not_what_is_required() -> None:
    assert "(optional)" in drawn(ContactForm(), "phone")
    assert "*" not in drawn(ContactForm(), "name")
    assert "(optional)" not in drawn(ContactForm(), "name")


def test_field_keeps_what_was_typed() -> None:
    assert 'value="Hannah &lt;W&gt;"' in drawn(ContactForm({"name": "Hannah <W>"}), "name")


def test_choices_are_a_fieldset_whose_legend_names_them() -> None:
    html = drawn(ContactForm({"who": "child"}), "who")
    assert html.index("<fieldset") < html.index("<legend") < html.index('id="id_who_0"')
    assert re.findall(r'value="(\w+)"[^>]*checked', html) == ["child"]


def test_choices_without_an_answer_say_so_at_the_group() -> None:
    html = drawn(ContactForm({}), "who")
    assert 'aria-describedby="id_who_error"' in html
    assert 'id="id_who_error"' in html


def test_select_and_checkbox_have_their_label() -> None:
    assert '<label for="id_where"' in drawn(ContactForm(), "where")
    assert '<label class="opt" for="id_agree"' in drawn(ContactForm(), "agree")
    assert 'id="id_agree_helptext"' in drawn(ContactForm(), "agree")
