"""What someone asks of the choose-a-time page: every field optional, a bad value never an error page."""

import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from clinic.models import VisitMode
from clinic.models.places import check_zone

BUDDHIST_YEARS = 543
"""Thai calendars count from 543 BC; a year above 2400 in a date somebody typed is one of theirs."""


@dataclass(frozen=True)
class Wanted:
    """What someone asked for, each value well formed or empty; the catalogue judges it later.

    `zone` is the zone to show times in, `home` the person's own. Dates are the site's, inclusive.
    `start` is an aware UTC instant. `unreadable` names the fields that were sent but made no sense.
    """

    visit: str = ""
    where: str = ""
    mode: str = ""
    doctor: int | None = None
    language: str = ""
    zone: str = ""
    home: str = ""
    first_date: date | None = None
    last_date: date | None = None
    month: date | None = None
    day: date | None = None
    start: datetime | None = None
    key: UUID | None = None
    unreadable: frozenset[str] = frozenset()


def western_digits(text: str) -> str:
    """Return `text` with any script's digits as 0-9, and without the marks that steer writing direction."""
    return "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() else letter
        for letter in text
        if unicodedata.category(letter) != "Cf"
    ).strip()


YEARS = range(2000, 2400)
"""Years a visit may be asked for; near the ends of what Python counts, changing zones would overflow."""

LONGEST_VALUE = 40
"""Characters; no date or instant this page writes is longer."""


def check_year(year: int) -> None:
    """Refuse years nobody books.

    :raises ValueError: outside `YEARS`.
    """
    if year not in YEARS:
        raise ValueError(year)


class CalendarField(forms.Field):
    """A date as browsers send it, `2026-11-26`; a Buddhist year is read as the one it means."""

    def __init__(self, *, whole_month: bool = False) -> None:
        super().__init__(required=False)
        self.whole_month = whole_month

    def to_python(self, value: Any) -> Any:
        """Return the date (the first of it if the field asks for a month), or None if empty.

        :raises ValidationError: if it is no date.
        """
        text = western_digits(str(value or "")[:LONGEST_VALUE])
        if not text:
            return None
        try:
            year, rest = text.split("-", 1)
            years = int(year) - BUDDHIST_YEARS if int(year) > 2400 else int(year)
            day = date.fromisoformat(f"{years:04d}-{rest}-01" if self.whole_month else f"{years:04d}-{rest}")
            check_year(day.year)
        except ValueError as error:
            raise ValidationError(_("This is not a date."), code="invalid") from error
        return day


class InstantField(forms.Field):
    """An instant as this page wrote it, `2026-11-26T03:30Z`."""

    def __init__(self) -> None:
        super().__init__(required=False)

    def to_python(self, value: Any) -> Any:
        """Return an aware UTC datetime, or None if empty.

        :raises ValidationError: if it is no instant, or has no offset from UTC.
        """
        text = western_digits(str(value or "")[:LONGEST_VALUE]).replace(" ", "+")
        if not text:
            return None
        try:
            instant = datetime.fromisoformat(text)
            check_year(instant.year)
        except ValueError as error:
            raise ValidationError(_("This is not a time we know."), code="invalid") from error
        if instant.tzinfo is None:
            raise ValidationError(_("This is not a time we know."), code="invalid")
        return instant.astimezone(UTC)


class ZoneField(forms.CharField):
    """The name of a zone in the pinned zone data."""

    default_validators: list[Any] = [ProhibitNullCharactersValidator(), check_zone]

    def __init__(self) -> None:
        super().__init__(required=False, max_length=40)


class DoctorField(forms.IntegerField):
    """A practitioner's number; 0 is anyone."""

    def __init__(self) -> None:
        super().__init__(required=False, min_value=0, max_value=2**31 - 1)

    def to_python(self, value: Any) -> Any:
        """Return the number, or None if empty."""
        return super().to_python(western_digits(value) if isinstance(value, str) else value)


class TimeForm(forms.Form):
    """The search, the day, the chosen start and the form's key, from a query or a posted form."""

    visit = forms.CharField(required=False, max_length=20)
    where = forms.CharField(required=False, max_length=40)
    mode = forms.ChoiceField(required=False, choices=VisitMode.choices)
    doctor = DoctorField()
    language = forms.CharField(required=False, max_length=5)
    zone = ZoneField()
    home = ZoneField()
    first_date = CalendarField()
    last_date = CalendarField()
    month = CalendarField(whole_month=True)
    day = CalendarField()
    start = InstantField()
    key = forms.UUIDField(required=False)

    NAMES: ClassVar[dict[str, str]] = {"first_date": "from", "last_date": "to"}

    def add_prefix(self, field_name: str) -> str:
        """Return the name a field has in addresses; `from` and `to` cannot be names in Python."""
        return self.NAMES.get(field_name, field_name)

    def wanted(self) -> Wanted:
        """Return what was asked for; what made no sense is empty and named in `unreadable`."""
        self.full_clean()
        values = self.cleaned_data
        if (
            values.get("first_date")
            and values.get("last_date")
            and values["last_date"] < values["first_date"]
        ):
            values["first_date"], values["last_date"] = values["last_date"], values["first_date"]
        return Wanted(**values, unreadable=frozenset(self.errors))


def read_wanted(data: QueryDict | dict[str, str]) -> Wanted:
    """Return what a query string or a posted form asks for."""
    return TimeForm(data).wanted() if data else Wanted()


def write_search(wanted: Wanted) -> dict[str, str]:
    """Return the search of `wanted` as the strings of an address, without what is empty."""
    values = {
        "visit": wanted.visit,
        "where": wanted.where,
        "mode": wanted.mode,
        "doctor": "" if wanted.doctor is None else str(wanted.doctor),
        "language": wanted.language,
        "zone": wanted.zone,
        "home": wanted.home,
        "from": wanted.first_date.isoformat() if wanted.first_date else "",
        "to": wanted.last_date.isoformat() if wanted.last_date else "",
    }
    return {name: value for name, value in values.items() if value}


def write_instant(instant: datetime) -> str:
    """Return an instant as the page writes it, `2026-11-26T03:30Z`."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
