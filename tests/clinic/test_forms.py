"""The fields the admin edits texts, lists, choices and money with."""

from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError

from clinic.forms import ByLanguageField, CheckboxesField, SentencesField, SourcesField, to_major, to_minor

SOURCE = {"label": "Trial | of needling", "ref": "https://doi.org/10.1"}


def test_text_in_two_languages_is_stored_by_language() -> None:
    assert ByLanguageField().clean([" Room ", "ห้อง"]) == {"en": "Room", "th": "ห้อง"}


@pytest.mark.parametrize("typed", [["Room", ""], ["", "ห้อง"]])
def test_text_in_one_language_is_refused(typed: list[str]) -> None:
    with pytest.raises(ValidationError, match="both English and Thai"):
        ByLanguageField(required=False).clean(typed)


def test_optional_text_may_be_empty() -> None:
    assert ByLanguageField(required=False).clean(["", ""]) == {}


def test_text_boxes_are_labelled_with_their_language() -> None:
    class TextForm(forms.Form):
        name = ByLanguageField()

    page = str(TextForm(initial={"name": {"en": "Room", "th": "ห้อง"}})["name"])

    assert page.count("<label") == 2
    assert 'lang="th"' in page
    assert "{" not in page


def test_text_is_changed_only_if_a_language_is() -> None:
    field = ByLanguageField()

    assert not field.has_changed({"en": "Room", "th": "ห้อง"}, ["Room", "ห้อง"])
    assert field.has_changed({"en": "Room", "th": "ห้อง"}, ["Room", "ห้อง 1"])


def test_sentences_are_one_a_line() -> None:
    field = SentencesField()

    assert field.clean("Redness.\n\n  Swelling. \n") == ["Redness.", "Swelling."]
    assert field.prepare_value(["Redness.", "Swelling."]) == "Redness.\nSwelling."


def test_sources_survive_the_way_through_the_box() -> None:
    field = SourcesField()

    assert field.clean(field.prepare_value([SOURCE])) == [SOURCE]


def test_source_without_address_is_refused() -> None:
    with pytest.raises(ValidationError, match="This one is not: Trial"):
        SourcesField().clean("Trial")


@pytest.mark.parametrize(("none_if_empty", "expected"), [(True, None), (False, [])])
def test_checkboxes_without_a_tick(none_if_empty: bool, expected: Any) -> None:
    field = CheckboxesField(choices=[(1, "Mon")], none_if_empty=none_if_empty, coerce=int, required=False)

    assert field.clean([]) == expected


def test_checkboxes_of_numbers_are_numbers() -> None:
    assert CheckboxesField(choices=[(1, "Mon"), (2, "Tue")], coerce=int).clean(["2"]) == [2]


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [
        (150_000, "THB", "1500"),
        (150_050, "THB", "1500.50"),
        (9_500, "GBP", "95"),
        (900, "JPY", "900"),
        (0, "THB", "0"),
    ],
)
def test_money_is_written_in_major_units(minor: int, currency: str, amount: str) -> None:
    assert str(to_major(minor, currency)) == amount
    assert to_minor(Decimal(amount), currency) == minor


def test_money_refuses_units_the_currency_does_not_have() -> None:
    with pytest.raises(ValidationError, match="JPY has no smaller units"):
        to_minor(Decimal("9.50"), "JPY")


def test_no_money_stays_none() -> None:
    assert (to_minor(None, "THB"), to_major(None, "THB")) == (None, None)
