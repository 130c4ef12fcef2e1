"""A week of hours as a form: rows of weekday, from, to and site. The drawing is made of these rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.forms.setup.seen import ClockField, DayField
from bookings.models import WorkingHours
from bookings.week_plans import DrawnHours, list_overlaps
from clinic.models import Site

WEEKDAYS = list(WorkingHours._meta.get_field("weekday").choices or ())
MOST_ROWS = 70
SPARE_ROWS = 3


class DatesForm(forms.Form):
    """From which day on a week holds, and until when, if it ends; and what the page showed."""

    use_required_attribute = False
    first_date = DayField(
        label=gettext_lazy("From this day"), help_text=gettext_lazy("What held before ends the day before")
    )
    last_date = DayField(
        label=gettext_lazy("Until this day"), required=False, help_text=gettext_lazy("Empty: it goes on")
    )
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    accepted = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_first_date(self) -> date:
        """Return the first day, from today on.

        :raises ValidationError: if it has passed.
        """
        day: date = self.cleaned_data["first_date"]
        if day < self.today:
            raise ValidationError(_("Hours of the past stay as they were. Choose today or a later day"))
        return day

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the start.

        :raises ValidationError: beside the last day.
        """
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first_date"), cleaned.get("last_date")
        if first and last and last < first:
            self.add_error("last_date", _("The last day must not be before the first."))
        return cleaned


class CopyForm(forms.Form):
    """A day whose hours other days get; for pages without scripts."""

    copy_from = forms.TypedChoiceField(choices=WEEKDAYS, coerce=int)
    copy_to = forms.TypedMultipleChoiceField(
        choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple
    )


class HoursRow(forms.Form):
    """One block of the week."""

    use_required_attribute = False
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("Day"),
        choices=[("", "–"), *WEEKDAYS],
        coerce=int,
        error_messages={"required": gettext_lazy("Choose a day")},
    )
    starts = ClockField(label=gettext_lazy("From"))
    ends = ClockField(label=gettext_lazy("To"))
    site = forms.ModelChoiceField(Site.objects.none(), label=gettext_lazy("Site"), empty_label=None)

    def __init__(self, *args: Any, sites: Sequence[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_id = {site.pk: site for site in sites}
        self.fields["site"] = forms.TypedChoiceField(
            label=gettext_lazy("Site"),
            choices=[(site.pk, site.name_text) for site in sites],
            coerce=int,
            initial=sites[0].pk if sites else None,
        )

    def clean(self) -> dict[str, Any]:
        """Refuse an end that is not after the start.

        :raises ValidationError: beside the end.
        """
        cleaned = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", _("The end must be after the start."))
        return cleaned

    def has_changed(self) -> bool:
        """Whether anything was written; a site alone says nothing."""
        return bool(set(self.changed_data) - {"site", "DELETE"})

    @property
    def is_removed(self) -> bool:
        """Whether the row is ticked to be taken out."""
        return bool(getattr(self, "cleaned_data", {}).get("DELETE"))

    @property
    def drawn(self) -> DrawnHours:
        """The block that a valid row says."""
        said = self.cleaned_data
        return DrawnHours(said["weekday"], said["starts"], said["ends"], said["site"])


class BaseWeek(forms.BaseFormSet):  # type: ignore[type-arg]
    """All rows of a week; they are compared with each other."""

    def initial_form_count(self) -> int:
        """Return how many rows were filled in beforehand; of what is sent none: any may be emptied."""
        return 0 if self.is_bound else super().initial_form_count()

    def clean(self) -> None:
        """Mark each row that overlaps an earlier one."""
        rows = [row for row in self._filled() if row.is_valid()]
        week = [row.drawn for row in rows]
        zones = {pk: site.zone for row in rows[:1] for pk, site in row.by_id.items()}
        for later, earlier in list_overlaps(week, zones):
            other = week[earlier]
            words = _("This overlaps %(starts)s to %(ends)s")
            rows[later].add_error(
                "starts", words % {"starts": f"{other.starts:%H:%M}", "ends": f"{other.ends:%H:%M}"}
            )

    def is_fine(self) -> bool:
        """Whether every row is valid, overlaps included."""
        return self.is_valid() and not any(row.errors for row in self._filled())

    @property
    def week(self) -> list[DrawnHours]:
        """The blocks of a valid week."""
        return [row.drawn for row in self._filled()]

    def _filled(self) -> list[HoursRow]:
        return [row for row in self.forms if row.has_changed() and not row.is_removed]


WeekRows = cast(
    "type[BaseWeek]",
    forms.formset_factory(
        HoursRow,
        formset=BaseWeek,
        extra=SPARE_ROWS,
        can_delete=True,
        max_num=MOST_ROWS,
        absolute_max=MOST_ROWS,
        validate_max=True,
    ),
)


@dataclass(frozen=True)
class WeekForms:
    """The two halves of the page: the days a week holds for, and its rows."""

    dates: DatesForm
    rows: BaseWeek

    def is_valid(self) -> bool:
        """Whether both halves are, each looked at so that every error is shown at once."""
        dates_are_fine = self.dates.is_valid()
        return self.rows.is_fine() and dates_are_fine


def rows_of(week: Sequence[DrawnHours], sites: Sequence[Site]) -> BaseWeek:
    """Return the rows that show a week; hours at a site that is not in use are left out."""
    known = {site.pk for site in sites}
    shown = [
        {"weekday": drawn.weekday, "starts": drawn.starts, "ends": drawn.ends, "site": drawn.site_id}
        for drawn in sorted(week)
        if drawn.site_id in known
    ]
    return WeekRows(initial=shown, prefix="row", form_kwargs={"sites": sites})


def posted_rows(data: Mapping[str, Any], sites: Sequence[Site]) -> BaseWeek:
    """Return the rows that were sent."""
    return WeekRows(data, prefix="row", form_kwargs={"sites": sites})


def copied(week: Sequence[DrawnHours], copy_from: int, copy_to: Sequence[int]) -> list[DrawnHours]:
    """Return a week in which some days have the hours of another day, and no others."""
    kept = [drawn for drawn in week if drawn.weekday not in set(copy_to) - {copy_from}]
    model = [drawn for drawn in week if drawn.weekday == copy_from]
    return kept + [
        DrawnHours(day, drawn.starts, drawn.ends, drawn.site_id)
        for day in sorted(set(copy_to) - {copy_from})
        for drawn in model
    ]
