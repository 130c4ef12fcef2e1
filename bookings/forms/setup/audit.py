"""What the owner looks for in the audit."""

from datetime import date, datetime, time, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.models import User
from clinic.queries.audit_lists import Asked

CENTURY = range(2000, 2100)
"""Years in which something may have been written down."""


class AuditForm(forms.Form):
    """By person, by patient and by day; everything may be left open."""

    use_required_attribute = False
    person = forms.ModelChoiceField(
        User.objects.none(), required=False, label=gettext_lazy("Who"), empty_label=gettext_lazy("Everybody")
    )
    patient = forms.UUIDField(
        required=False,
        label=gettext_lazy("Patient’s reference"),
        error_messages={"invalid": gettext_lazy("Copy the whole reference from a row of the list.")},
    )
    day = forms.DateField(
        required=False,
        label=gettext_lazy("Day"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": gettext_lazy("Choose a day.")},
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        staff = User.objects.exclude(roles=[]).order_by("name", "pk")
        cast("forms.ModelChoiceField[User]", self.fields["person"]).queryset = staff

    def clean_day(self) -> date | None:
        """Refuse a day that is none of a clinic's.

        :raises ValidationError: if it is not of this century.
        """
        day: date | None = self.cleaned_data["day"]
        if day and day.year not in CENTURY:
            raise ValidationError(_("Choose a day."))
        return day

    def asked(self, zone: ZoneInfo) -> Asked:
        """Return what a valid form asks for; a day is one of the clinic's."""
        day = self.cleaned_data["day"]
        since = datetime.combine(day, time(), zone) if day else None
        until = datetime.combine(day + timedelta(days=1), time(), zone) if day else None
        return Asked(self.cleaned_data["person"], self.cleaned_data["patient"], since, until)
