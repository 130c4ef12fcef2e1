"""Three fields for somebody who comes without a visit: who, what for, and when."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bookings.forms.callers import Chosen, ChosenField, list_bookable, list_people
from bookings.forms.contacts import NameField, PhoneField, read_digits
from bookings.services.walk_ins import Newcomer
from clinic.models import Site, VisitMode
from patients.models import Patient

QUEUE = "queue"
"""What the choice sends that puts somebody in the queue."""

PHONE = re.compile(r"\+?[\d(][\d ()./-]{4,}\d")
LONGEST = 250


class WhoField(forms.Field):
    """A name, a phone, or both in any order: "Wanida 081 234 5678"."""

    def __init__(self, *, region: str | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.region = region

    def to_python(self, value: Any) -> Newcomer | None:
        """Return who that is, or None if nothing was said.

        :raises ValidationError: if there is a number that nobody could call, or no name that could be one.
        """
        typed = read_digits(str(value or ""))
        if not typed:
            return None
        if len(typed) > LONGEST:
            raise ValidationError(_("This is too long."))
        found = PHONE.search(typed)
        phone = PhoneField(region=self.region).clean(found.group()) if found else None
        rest = typed.replace(found.group(), " ", 1) if found else typed
        name = NameField(missing="", required=False).clean(rest.strip(" ,;"))
        return Newcomer(None, name, phone)


class WhenField(ChosenField):
    """A free time as the sheet wrote it, or the queue."""

    def to_python(self, value: Any) -> Chosen | None:
        """Return the time, or None for the queue; the queue is written out, so that it is not nothing.

        :raises ValidationError: if it is neither.
        """
        return None if value == QUEUE else super().to_python(value)

    def validate(self, value: Any) -> None:
        """Take the queue for an answer; the form itself asks for one."""


class WalkInForm(forms.Form):
    """Somebody who stands at the desk of a site."""

    use_required_attribute = False

    record = forms.UUIDField(required=False, widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)
    when = WhenField(label=_("When"), error_messages={"invalid": _("Choose a time, or the queue")})

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site
        self.fields["who"] = WhoField(
            region=site.country,
            label=_("Name or phone"),
            error_messages={"required": _("Enter a name or a phone number")},
            widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        )
        here = list_bookable(site).filter(modes__contains=[VisitMode.IN_PERSON.value])
        self.fields["visit_type"] = forms.ModelChoiceField(here, label=_("Visit"), empty_label=None)
        self.fields["practitioner"] = forms.ModelChoiceField(
            list_people(site), label=_("Waits for"), empty_label=_("Anyone"), required=False
        )
        self.order_fields(["who", "visit_type", "when"])
        if self.value("record"):
            self.fields["who"].required = False

    def value(self, field: str) -> Any:
        """Return what stands in a field, read; None if it is empty or makes no sense. Never an error."""
        try:
            return self.fields[field].clean(self[field].value())
        except ValidationError:
            return None

    def clean(self) -> dict[str, Any]:
        """Ask for a name, unless a record was chosen, and for a time or the queue."""
        cleaned = super().clean() or self.cleaned_data
        who, is_known = cleaned.get("who"), bool(cleaned.get("record"))
        if who is not None and not who.name and not is_known:
            self.add_error("who", _("We don’t know this number. Add the name, like Wanida 081 234 5678"))
        if cleaned.get("when") is None and self.data.get("when") != QUEUE and "when" not in self.errors:
            self.add_error("when", _("Choose a time, or the queue"))
        return cleaned

    def newcomer(self, record: Patient | None) -> Newcomer:
        """Return who a valid form describes; `record` is the one that was chosen."""
        typed: Newcomer | None = self.cleaned_data.get("who")
        if record is not None:
            return Newcomer(record, record.name, typed.phone if typed else None)
        assert typed is not None  # noqa: S101 (the form asks for it)
        return Newcomer(None, typed.name, typed.phone, language_of(typed.name))


def language_of(name: str) -> str:
    """Return the language to write to somebody new: Thai if that is how their name was typed."""
    return "th" if re.search("[\u0e01-\u0e5b]", name) else "en"
