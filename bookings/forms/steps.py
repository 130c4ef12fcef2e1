"""What staff type and drop: where a visit should go, how long it should be, and why all the same."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bookings.forms.cancellation import DeskCancellationForm, ReasonField
from bookings.forms.choose_time import InstantField, check_year, western_digits
from bookings.hours import to_epoch
from bookings.models import Appointment
from bookings.queries.offers import to_instant
from clinic.models import Practitioner, Site

LARGEST = 2**31 - 1
LONGEST_NOTE = 500
LONGEST_WHY = 200


def check_steps(minutes: int) -> None:
    """Refuse minutes that are no multiple of five; of any size, unlike Django's own check of steps.

    :raises ValidationError: if so.
    """
    if minutes % 5:
        raise ValidationError(_("Minutes go in steps of five"))


class WallClockField(forms.CharField):
    """A site's wall-clock time as the board writes it, `2026-11-25T13:20`."""

    def to_python(self, value: Any) -> Any:
        """Return a naive datetime of the site's clock, or None if empty.

        :raises ValidationError: if it is no such time.
        """
        text = western_digits(str(value or "")[:40])
        if not text:
            return None
        try:
            clock = dt.datetime.fromisoformat(text)
            check_year(clock.year)
        except ValueError as error:
            raise ValidationError(_("This is not a time we know."), code="invalid") from error
        if clock.tzinfo is not None:
            raise ValidationError(_("This is not a time we know."), code="invalid")
        return clock


class ColumnField(forms.IntegerField):
    """A column of the board: the number of a practitioner's resource, or of a room."""

    def __init__(self) -> None:
        super().__init__(required=False, min_value=1, max_value=LARGEST)


class MinutesField(forms.IntegerField):
    """How long a visit is, without what is kept free around it."""

    def __init__(self, *, required: bool = False) -> None:
        super().__init__(
            label=_("Minutes"),
            required=required,
            min_value=5,
            max_value=600,
            error_messages={
                "required": _("Enter how many minutes"),
                "invalid": _("Enter minutes like 40"),
                "min_value": _("A visit lasts at least 5 minutes"),
                "max_value": _("A visit lasts at most 600 minutes"),
            },
            validators=[check_steps],
            widget=forms.NumberInput(attrs={"min": 5, "max": 600, "step": 5}),
        )


class SeenForm(forms.Form):
    """The visit as the page showed it (its sequence), and the key that makes a form count once."""

    use_required_attribute = False

    seen = forms.IntegerField(min_value=0, max_value=LARGEST, widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)


class DropForm(SeenForm):
    """A visit dropped on the board."""

    start = WallClockField()
    column = ColumnField()
    minutes = MinutesField()

    def starts_at(self, site: Site) -> dt.datetime:
        """Return the start of a valid form as an aware UTC instant."""
        return instant_of(self.cleaned_data["start"], site)


class MoveForm(SeenForm):
    """Another place for a visit, as it is typed."""

    date = forms.DateField(
        label=_("Date"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Enter a date"), "invalid": _("Enter a date like 2026-11-25")},
    )
    time = forms.TimeField(
        label=_("Start, by the site’s clock"),
        help_text=_("24-hour, like 10:30"),
        input_formats=["%H:%M", "%H.%M", "%H:%M:%S", "%H%M"],
        widget=forms.TimeInput(attrs={"inputmode": "numeric", "autocomplete": "off"}, format="%H:%M"),
        error_messages={"required": _("Enter a time"), "invalid": _("Enter a time like 10:30")},
    )
    practitioner = forms.ModelChoiceField(
        Practitioner.objects.none(), label=_("Practitioner"), empty_label=None
    )
    minutes = MinutesField(required=True)

    def __init__(self, data: Any, *, visit: Appointment, **options: Any) -> None:
        super().__init__(data, **options)
        self.visit = visit
        field: Any = self.fields["practitioner"]
        field.queryset = list_colleagues(visit)

    def clean_date(self) -> dt.date:
        """Return the day, if a clinic could have visits on it.

        :raises ValidationError: if not.
        """
        day: dt.date = self.cleaned_data["date"]
        try:
            check_year(day.year)
        except ValueError as error:
            raise ValidationError(_("There are no visits so far away.")) from error
        return day

    def place(self) -> tuple[dt.datetime, int | None, int | None]:
        """Return the start (aware UTC), the column and the minutes that a valid form asks for."""
        values, own = self.cleaned_data, self.visit.practitioner_id
        who: Practitioner = values["practitioner"]
        start = instant_of(dt.datetime.combine(values["date"], values["time"]), self.visit.site)
        return start, who.resource_id if who.pk != own else None, values["minutes"]


class FreePlaceForm(SeenForm):
    """A free place for a visit, as it is pressed: an instant and a column."""

    at = forms.CharField(max_length=60, widget=forms.HiddenInput)

    def clean_at(self) -> tuple[dt.datetime, int]:
        """Return the free place that was pressed.

        :raises ValidationError: if it makes no sense.
        """
        instant, _comma, column = self.cleaned_data["at"].partition(",")
        start, number = InstantField().clean(instant), ColumnField().clean(column)
        if start is None or number is None:
            raise ValidationError(_("This is not a time we know."))
        return start, number

    def place(self) -> tuple[dt.datetime, int | None, int | None]:
        """Return the start (aware UTC) and the column of a valid form; the visit keeps its length."""
        return *self.cleaned_data["at"], None


class LengthForm(SeenForm):
    """How long a visit should be."""

    minutes = MinutesField(required=True)


class OverrideForm(DropForm):
    """A place that rules are against, which of them were shown, and why the visit goes there all the same."""

    start = WallClockField(widget=forms.HiddenInput)
    codes = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    reason = ReasonField(
        label=_("Why"),
        help_text=_("Kept with the visit. No health details."),
        max_length=LONGEST_WHY,
        error_messages={"required": _("Say why")},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("column", "minutes"):
            self.fields[name].widget = forms.HiddenInput()


class CancelForm(DeskCancellationForm):
    """The clinic's cancellation from a sheet, with the visit as the page showed it."""

    use_required_attribute = False

    seen = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)


class NoteForm(forms.Form):
    """The desk's note on a visit; `was` is what it was when the page was opened."""

    use_required_attribute = False

    note = forms.CharField(
        label=_("Note"),
        help_text=_("No health details."),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    was = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)


def instant_of(clock: dt.datetime, site: Site) -> dt.datetime:
    """Return a site's wall-clock time as an aware UTC instant."""
    return to_instant(to_epoch(clock.date(), clock.time(), site.tz))


def list_colleagues(visit: Appointment) -> Any:
    """Return the practitioners of the same kind as a visit's own who do not sit elsewhere, by name."""
    here = Practitioner.objects.filter(
        resource__kind=visit.practitioner.resource.kind,
        resource__archived_at__isnull=True,
        working_hours__site=visit.site,
    )
    ids = [*here.values_list("pk", flat=True), visit.practitioner_id]
    return Practitioner.objects.select_related("resource").filter(pk__in=ids).order_by("resource__name", "pk")
