"""What the desk presses on a request: one of the times that were offered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bookings.forms.choose_time import CalendarField, InstantField


@dataclass(frozen=True)
class ChosenTime:
    """A start (aware UTC) with the visit's own practitioner or with anyone, and the page it was chosen on."""

    starts_at: datetime
    with_same: bool
    reference: str
    seen: int
    key: UUID


class ChangeForm(forms.Form):
    """A visit as the page showed it, and one start: `same` practitioner or `anyone`."""

    visit = forms.CharField(max_length=12)
    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    key = forms.UUIDField()
    same = InstantField()
    anyone = InstantField()

    def clean(self) -> dict[str, Any]:
        """Ask for exactly one start.

        :raises ValidationError: if there is none, or two.
        """
        cleaned = super().clean() or self.cleaned_data
        if (cleaned.get("same") is None) == (cleaned.get("anyone") is None):
            raise ValidationError(_("Choose a time"))
        return cleaned

    def chosen(self) -> ChosenTime:
        """Return what a valid form chose."""
        values = self.cleaned_data
        return ChosenTime(
            starts_at=values["same"] or values["anyone"],
            with_same=values["same"] is not None,
            reference=values["visit"],
            seen=values["seen"],
            key=values["key"],
        )


class DaysForm(forms.Form):
    """Which days to show, and which of them in full; what makes no sense is as if it were not sent."""

    first = CalendarField()
    day = CalendarField()

    def add_prefix(self, field_name: str) -> str:
        """Return the name a field has in addresses; `from` cannot be a name in Python."""
        return {"first": "from"}.get(field_name, field_name)
