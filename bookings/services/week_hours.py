"""Saving a drawn week: from a day on, perhaps until another, somebody works these hours."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from bookings.models import WorkingHours
from bookings.queries.week_hours import dated, list_lines
from bookings.services.refusals import Refusal
from bookings.services.stranding import NothingInUse, keeping_visits
from bookings.week_plans import (
    DatedHours,
    DrawnHours,
    Period,
    find_later_period,
    list_overlaps,
    list_periods,
    put_week,
)
from clinic.models import Practitioner, Site
from clinic.stamps import stamp_of


class PlanInTheWay(Refusal):
    """A plan that begins later would be overlapped; `period` says which."""

    def __init__(self, period: Period) -> None:
        super().__init__(_("Another plan begins later. Let this one end the day before, or change that one."))
        self.period = period


class HoursChangedMeanwhile(Refusal):
    """Somebody else saved hours of the same person since the page was opened."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody changed these hours meanwhile. What you drew is kept below. Look, then save again.")
        )


class HoursOverlap(Refusal):
    """A week that has a person in two places, or twice, at one time."""

    def __init__(self) -> None:
        super().__init__(_("Some of these hours overlap."))


def stamp_lines(lines: Sequence[DatedHours]) -> str:
    """Return a mark of all hours of a person, for the form that changes them."""
    return stamp_of(sorted(str(line) for line in lines))


def save_week(
    *,
    practitioner_id: int,
    week: Iterable[DrawnHours],
    first_date: date,
    last_date: date | None,
    seen: str,
    accepted: str,
    now: datetime,
) -> None:
    """Let a practitioner work `week` from a day on, until another if one is named. One transaction.

    What held before ends the day before. Saving the same twice changes nothing. `seen` is the mark of the
    hours that the page showed, `accepted` the token of a refusal that was read.

    :raises HoursChangedMeanwhile: if they are not as they were seen.
    :raises PlanInTheWay: if a later plan begins before this one ends.
    :raises HoursOverlap: if the week has a time twice.
    :raises Stranding: if booked visits would stand outside, and `accepted` does not name them.
    :raises NothingInUse: if the practitioner was archived.
    """
    week = sorted(set(week))
    with keeping_visits(now=now, accepted=accepted, practitioner_ids=[practitioner_id]):
        person = Practitioner.objects.select_for_update(no_key=True, of=("self",)).get(pk=practitioner_id)
        if person.resource.archived_at is not None:
            raise NothingInUse
        zones = dict(Site.objects.filter(archived_at=None).values_list("pk", "zone"))
        if any(drawn.site_id not in zones for drawn in week):
            raise NothingInUse
        if list_overlaps(week, zones):
            raise HoursOverlap
        lines = list_lines(practitioner_id)
        wanted = put_week(lines, week, first_date, last_date)
        if list_periods(wanted) == list_periods(lines):
            return
        if stamp_lines(lines) != seen:
            raise HoursChangedMeanwhile
        in_the_way = find_later_period(list_periods(lines), first_date, last_date)
        if in_the_way is not None:
            raise PlanInTheWay(in_the_way)
        _write(practitioner_id, wanted)


def _write(practitioner_id: int, wanted: Iterable[DatedHours]) -> None:
    """Make the stored lines these; what is there already is left alone."""
    missing = Counter(wanted)
    gone = []
    for row in WorkingHours.objects.filter(practitioner=practitioner_id).order_by("pk"):
        line = dated(row)
        if missing[line]:
            missing[line] -= 1
        else:
            gone.append(row.pk)
    WorkingHours.objects.filter(pk__in=gone).delete()
    WorkingHours.objects.bulk_create(
        WorkingHours(
            practitioner_id=practitioner_id,
            site_id=line.drawn.site_id,
            weekday=line.drawn.weekday,
            starts=line.drawn.starts,
            ends=line.drawn.ends,
            valid_from_date=line.first_date,
            valid_to_date=line.last_date,
        )
        for line in missing.elements()
    )
