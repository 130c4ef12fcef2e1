"""What the desk says to block time: who or what, which days, all day or some hours, and why."""

from datetime import date, time
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.forms.cancellation import ReasonField
from bookings.forms.setup.seen import ClockField, DayField
from bookings.models import TimeOff, WorkingHours
from bookings.time_spans import Block, list_blocks, span_of
from clinic.models import Resource, Site
from clinic.models.places import PRACTITIONER_KINDS

MOST_ENTRIES = 400
"""More at once is a slip."""

LONGEST_DAYS = 400
LONGEST_NOTE = 120
STAMP = 12


class NoteField(ReasonField):
    """A short note for colleagues."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Note"),
            help_text=gettext_lazy("For colleagues. No health details."),
            required=False,
            max_length=LONGEST_NOTE,
        )


class BlockForm(forms.Form):
    """Time in which people, rooms or devices are not available, by the clock of a site.

    `sure` is the stamp of the visits that the page showed to stand in it.
    """

    use_required_attribute = False

    who = forms.ModelMultipleChoiceField(
        Resource.objects.none(),
        label=gettext_lazy("Who or what"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose at least one person, room or device"),
            "invalid_choice": gettext_lazy("Choose from the list"),
            "invalid_pk_value": gettext_lazy("Choose from the list"),
        },
    )
    first = DayField(
        label=gettext_lazy("First day"), error_messages={"required": gettext_lazy("Enter a day")}
    )
    last = DayField(
        label=gettext_lazy("Last day"), required=False, help_text=gettext_lazy("Empty: the first day.")
    )
    whole = forms.BooleanField(label=gettext_lazy("All day"), required=False)
    starts = ClockField(label=gettext_lazy("From"), required=False)
    ends = ClockField(
        label=gettext_lazy("To"),
        required=False,
        help_text=gettext_lazy("Empty: to the end of the day. On several days: these hours on each."),
    )
    note = NoteField()
    sure = forms.CharField(required=False, max_length=STAMP, widget=forms.HiddenInput)

    def __init__(self, *args: Any, site: Site, **options: Any) -> None:
        super().__init__(*args, **options)
        self.site = site
        field = cast("forms.ModelMultipleChoiceField[Any]", self.fields["who"])
        field.queryset = list_resources(site)
        self.fields["first"].error_messages |= {"invalid": _("Write a day like 2026-11-26")}

    def clean(self) -> dict[str, Any]:
        """Ask for days and hours that make spans, and not too many of them."""
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last") or cleaned.get("first")
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if first and last and last < first:
            self.add_error("last", _("The last day must not be before the first."))
        elif first and last and (last - first).days >= LONGEST_DAYS:
            self.add_error("last", _("That is more than a year. Check the year."))
        if not cleaned.get("whole") and "starts" not in self.errors:
            self._check_hours(starts, ends)
        if not self.errors and len(self.blocks()) > MOST_ENTRIES:
            self.add_error("last", _("That makes too many entries. Choose fewer days, or whole days."))
        return cleaned

    def blocks(self) -> list[Block]:
        """Return the spans that a form without errors asks for."""
        values = self.cleaned_data
        hours = None if values["whole"] else (values["starts"], values["ends"])
        ids = [each.pk for each in values["who"]]
        last: date = values["last"] or values["first"]
        return list_blocks(ids, values["first"], last, hours, self.site.tz)

    def _check_hours(self, starts: time | None, ends: time | None) -> None:
        if starts is None:
            self.add_error("starts", _("Enter from when, or tick “All day”"))
        elif ends is not None and ends <= starts:
            self.add_error("ends", _("The end must be after the start."))


class SpanForm(forms.Form):
    """One span of time off, by the clock of a site. `seen` is the stamp of what the page showed."""

    use_required_attribute = False

    first = DayField(
        label=gettext_lazy("First day"), error_messages={"required": gettext_lazy("Enter a day")}
    )
    starts = ClockField(
        label=gettext_lazy("From"), required=False, help_text=gettext_lazy("Empty: from the morning.")
    )
    last = DayField(
        label=gettext_lazy("Last day"), required=False, help_text=gettext_lazy("Empty: the first day.")
    )
    ends = ClockField(
        label=gettext_lazy("To"), required=False, help_text=gettext_lazy("Empty: to the end of the day.")
    )
    note = NoteField()
    seen = forms.CharField(max_length=STAMP, widget=forms.HiddenInput)
    sure = forms.CharField(required=False, max_length=STAMP, widget=forms.HiddenInput)

    def __init__(self, *args: Any, row: TimeOff, site: Site, **options: Any) -> None:
        super().__init__(*args, **options)
        self.row, self.site = row, site

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the start.

        :raises ValidationError: if so.
        """
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            block = self.blocks()[0]
            if block.ends_at <= block.starts_at:
                self.add_error("last", _("The end must be after the start."))
            elif (block.ends_at - block.starts_at).days > LONGEST_DAYS:
                raise ValidationError(_("That is more than a year. Check the year."))
        return cleaned

    def blocks(self) -> list[Block]:
        """Return the one span that a form without errors asks for."""
        values = self.cleaned_data
        last = values["last"] or values["first"]
        span = span_of(values["first"], last, values["starts"], values["ends"], self.site.tz)
        return [Block(self.row.resource_id, *span)]


class OpenerForm(forms.Form):
    """What the board knows when it opens the sheet; what makes no sense is as if it were not sent."""

    site = forms.ModelChoiceField(
        Site.objects.filter(archived_at=None).order_by("order", "pk"), to_field_name="slug", required=False
    )
    date = DayField(required=False)
    time = ClockField(required=False)
    column = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


class MoveAwayForm(forms.Form):
    """A visit as the page showed it, and the free place that was pressed for it, as one value."""

    move = forms.RegexField(r"^[A-Z0-9]{1,12},[0-9]{1,9},[0-9TZ:-]{1,25},[0-9]{1,9}$", max_length=64)
    key = forms.UUIDField()

    def chosen(self) -> tuple[str, str, str, int]:
        """Return the visit's reference, its sequence, the start as it was written, and the column."""
        reference, seen, start, column = self.cleaned_data["move"].split(",")
        return reference, seen, start, int(column)


def list_resources(site: Site) -> Any:
    """Return the people, and the rooms and devices of a site, that can be blocked: people first, by name.

    Who works at other sites only is left out: the times of the form are by this site's clock.
    """
    elsewhere = WorkingHours.objects.exclude(site=site).values("practitioner__resource")
    at_site = WorkingHours.objects.filter(site=site).values("practitioner__resource")
    people = Q(kind__in=sorted(PRACTITIONER_KINDS)) & (Q(pk__in=at_site) | ~Q(pk__in=elsewhere))
    rows = Resource.objects.filter(people | Q(site=site), archived_at__isnull=True)
    return rows.order_by(F("site").asc(nulls_first=True), "kind", "name", "pk")
