"""What somebody can do whose practitioner runs late: another doctor who is free, or a video call."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bookings.life_cycle import UPCOMING
from bookings.models import Appointment
from bookings.queries.catalogue import PATIENT_BOOKABLE
from bookings.queries.next_times import DESK_GRID, NextTime, list_next_times
from bookings.queries.offers import Search
from bookings.queries.running_late import TOLD_AGAIN_AFTER, get_expected, get_lateness
from clinic.models import VisitMode

MOST_DOCTORS = 3
STEP = timedelta(seconds=1)
"""A start is offered if it is after `now`; the visit's own start is meant too."""


@dataclass(frozen=True)
class LateOffers:
    """When a late visit is expected to start (aware UTC), and what its patient can do instead of waiting."""

    expected_at: datetime
    may_video: bool
    others: tuple[NextTime, ...]


def find_late_offers(visit: Appointment, *, now: datetime) -> LateOffers | None:
    """Return what to offer for a visit that starts late, or None. One query; if it is late, at most seven.

    Another doctor is offered at a time that is not before the visit's own, because the patient may be on
    the way, and before it is expected to start.
    """
    if visit.status not in UPCOMING or visit.starts_at <= now:
        return None
    day = visit.starts_at.astimezone(visit.site.tz).date()
    if not get_lateness(visit.site, day).get(visit.practitioner_id):
        return None
    expected_at = get_expected(visit.site, day, now=now).get(visit.pk)
    if expected_at is None or expected_at - visit.starts_at <= timedelta(minutes=TOLD_AGAIN_AFTER):
        return None
    return LateOffers(expected_at, may_become_video(visit), _others(visit, expected_at, now))


def may_become_video(visit: Appointment) -> bool:
    """Whether a visit at the clinic could be a video call."""
    return visit.mode == VisitMode.IN_PERSON and VisitMode.VIDEO in visit.visit_type.modes


def search_by_video(visit: Appointment) -> Search:
    """Return the search for the same visit at the same time by video: its people stay, its room is freed."""
    return Search(
        visit_type=visit.visit_type,
        site=visit.site,
        mode=VisitMode.VIDEO.value,
        practitioner_id=visit.practitioner_id,
        moving_id=visit.pk,
        by_staff=True,
        desk_grid=1,
    )


def search_with(visit: Appointment, practitioner_id: int | None) -> Search:
    """Return the search for the same visit today with somebody else."""
    here = replace(search_by_video(visit), mode=visit.mode, practitioner_id=practitioner_id)
    day = visit.starts_at.astimezone(visit.site.tz).date()
    return replace(here, desk_grid=DESK_GRID, language=visit.spoken_language, first_date=day, last_date=day)


def find_other(
    visit: Appointment, practitioner_id: int, starts_at: datetime, *, now: datetime
) -> NextTime | None:
    """Return one of the offered times with another doctor, if it is still offered."""
    offers = find_late_offers(visit, now=now)
    for time in offers.others if offers else ():
        if (time.practitioner_id, time.starts_at) == (practitioner_id, starts_at):
            return time
    return None


def _others(visit: Appointment, expected_at: datetime, now: datetime) -> tuple[NextTime, ...]:
    if visit.visit_type.bookable_by not in PATIENT_BOOKABLE:
        return ()
    found = list_next_times(
        search_with(visit, None),
        now=max(now, visit.starts_at - STEP),
        limit=40,
        apart_from=visit.practitioner_id,
    )
    first: dict[int, NextTime] = {}
    for time in found:
        if time.starts_at < expected_at:
            first.setdefault(time.practitioner_id, time)
    return tuple(sorted(first.values(), key=lambda time: (time.starts_at, time.who)))[:MOST_DOCTORS]
