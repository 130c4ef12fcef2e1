"""What the desk types for somebody who calls: who it is, what they come for, and one of the free times."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bookings.forms.choose_time import CalendarField, InstantField, western_digits
from bookings.forms.contacts import ContactEmailField, NameField, PhoneField
from clinic.languages import LANGUAGES
from clinic.models import Practitioner, Site, VisitMode, VisitType
from clinic.models.visit_types import BookableBy
from patients.models import Patient
from patients.services.people import PersonDetails

LANGUAGE_NAMES = {"en": "English", "th": "ไทย"}
CLOCK = re.compile(r"([01]?\d|2[0-3])[:.]?([0-5]\d)")


@dataclass(frozen=True)
class Chosen:
    """A start (aware UTC) and the practitioner it is with."""

    starts_at: dt.datetime
    practitioner_id: int


class ChosenField(forms.Field):
    """A time as the sheet wrote it, `2026-11-26T03:30Z/12`."""

    def to_python(self, value: Any) -> Chosen | None:
        """Return the time, or None if empty.

        :raises ValidationError: if it is none that we wrote.
        """
        start, _slash, who = str(value or "")[:60].partition("/")
        instant = InstantField().to_python(start)
        if instant is None:
            return None
        if not (who.isascii() and who.isdecimal() and int(who) < 2**31):
            raise ValidationError(_("This is not a time we know."), code="invalid")
        return Chosen(instant, int(who))


class ClockField(forms.Field):
    """A wall-clock time as people type it: 13:20, 1320 or 13.20."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def to_python(self, value: Any) -> dt.time | None:
        """Return the time, or None if empty.

        :raises ValidationError: if it is no time of day.
        """
        text = western_digits(str(value or "")[:20])
        if not text:
            return None
        found = CLOCK.fullmatch(text)
        if found is None:
            raise ValidationError(_("Enter a time like 10:30"), code="invalid")
        return dt.time(int(found[1]), int(found[2]))


class PlaceForm(forms.Form):
    """Where on the board a sheet was opened, and for what; what makes no sense is as if it were not sent."""

    site = forms.ModelChoiceField(
        Site.objects.filter(archived_at__isnull=True), to_field_name="slug", required=False
    )
    date = CalendarField()
    time = ClockField()
    column = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    request = forms.UUIDField(required=False)
    missed = forms.CharField(required=False, max_length=12)
    queue = forms.UUIDField(required=False)
    record = forms.UUIDField(required=False)


class BookForm(forms.Form):
    """A booking for somebody who calls. With a record chosen, its name stays, and contacts may be added."""

    use_required_attribute = False

    record = forms.UUIDField(required=False, widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)
    name = NameField(label=_("Name"), missing=_("Enter the name"))
    email = ContactEmailField(
        label=_("Email"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    mode = forms.ChoiceField(label=_("How"), choices=VisitMode)
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[(code, LANGUAGE_NAMES.get(code, code)) for code in LANGUAGES],
        widget=forms.Select,
    )
    day = CalendarField()
    time = ClockField(label=_("Time"))
    when = ChosenField(
        label=_("When"), error_messages={"required": _("Choose a time"), "invalid": _("Choose a time")}
    )

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site
        self.fields["phone"] = PhoneField(
            region=site.country,
            label=_("Phone"),
            error_messages={"required": _("Enter the phone number")},
            widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
        )
        self.fields["visit_type"] = forms.ModelChoiceField(
            list_bookable(site), label=_("Visit"), empty_label=None
        )
        self.fields["practitioner"] = forms.ModelChoiceField(
            list_people(site), label=_("With"), empty_label=_("Anyone"), required=False
        )
        self.fields["name"].widget.attrs = {"autocomplete": "off", "spellcheck": "false"}
        self.fields["time"].widget.attrs = {"inputmode": "numeric", "autocomplete": "off"}
        if self.value("record"):
            self.fields["name"].required = self.fields["phone"].required = False

    def value(self, field: str) -> Any:
        """Return what stands in a field, read; None if it is empty or makes no sense. Never an error."""
        try:
            return self.fields[field].clean(self[field].value())
        except ValidationError:
            return None

    def person(self, record: Patient | None) -> PersonDetails:
        """Return the person a valid form describes; `record` is the one that was chosen."""
        cleaned = self.cleaned_data
        return PersonDetails(
            booked_for=Patient.Booker.SELF,
            name=record.name if record else cleaned["name"],
            contact_name="",
            birth_date=None,
            email=cleaned["email"],
            phone=cleaned["phone"],
            language=cleaned["language"],
            zone="" if record else self.site.zone,
            account=None,
            wanted_mode=cleaned["mode"],
            record_id=record.pk if record else None,
        )


class SaidForm(forms.Form):
    """What has been typed so far of somebody, to look for their record; half a number is no number yet."""

    def __init__(self, *args: Any, region: str | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = NameField(missing="", required=False)
        self.fields["phone"] = PhoneField(region=region, required=False)
        self.fields["email"] = ContactEmailField(required=False)

    def said(self) -> dict[str, Any]:
        """Return name, phone and e-mail, as far as they can be read."""
        self.full_clean()
        values = self.cleaned_data
        return {
            "name": values.get("name") or "",
            "phone": values.get("phone") or None,
            "email": values.get("email") or "",
        }


def list_bookable(site: Site) -> QuerySet[VisitType]:
    """Return what the desk may book at a site, in order."""
    return (
        VisitType.objects.filter(archived_at=None, offers__site=site)
        .exclude(bookable_by=BookableBy.GATED)
        .order_by("order", "pk")
    )


def list_people(site: Site) -> QuerySet[Practitioner]:
    """Return who works at a site, by name."""
    working = Practitioner.objects.filter(working_hours__site=site, resource__archived_at=None)
    return working.select_related("resource").order_by("resource__name", "pk").distinct()


def key_of(form: forms.Form) -> UUID:
    """Return the idempotency key of a valid form."""
    key: UUID = form.cleaned_data["key"]
    return key
