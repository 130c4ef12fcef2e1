"""Who runs late, when their visits are expected to start, and who is to be told."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import QuerySet

from bookings.hours import to_epoch
from bookings.lateness import Planned, expected_starts
from bookings.life_cycle import UNDO, UPCOMING, Status
from bookings.models import Appointment, RunningLate
from bookings.queries.offers import to_instant
from bookings.queries.visits import visits
from clinic.models import OutboxMessage, Practitioner, Site

LATE = "late:"
"""How the kinds of these messages begin; the minutes follow, so that each is written once."""

TOLD_AGAIN_AFTER = 10
"""Minutes by which somebody's delay must have risen before they are told (again)."""

WAITS = frozenset({Status.BOOKED, Status.CONFIRMED, Status.ARRIVED})
"""Statuses of a visit that has not begun."""

COUNTS = [status.value for status in (*WAITS, Status.IN_ROOM, Status.DONE)]
"""Statuses of the visits that keep a practitioner busy."""


@dataclass(frozen=True)
class Affected:
    """A visit that starts later than planned. `why_silent` says why no message goes out, "" if one does.

    It is `arrived`, `no_email`, `begun`, `little` or `told`.
    """

    visit: Appointment
    expected_at: datetime
    why_silent: str

    @property
    def minutes(self) -> int:
        """How many minutes later than planned it starts."""
        return int((self.expected_at - self.visit.starts_at).total_seconds() // 60)


def get_lateness(site: Site, day: date) -> dict[int, int]:
    """Return how many minutes each practitioner runs late on a site's day, by their id. One query."""
    return {late.practitioner_id: late.minutes for late in list_late(site, day)}


def list_late(site: Site, day: date) -> list[RunningLate]:
    """Return what was said last of each practitioner who runs late on a site's day. One query."""
    said = RunningLate.objects.filter(site=site, day=day, undone_at=None).select_related(
        "practitioner", "said_by"
    )
    last = said.order_by("practitioner_id", "-said_at", "-pk").distinct("practitioner_id")
    return [each for each in last if each.minutes]


def find_said(site: Site, day: date, practitioner_id: int) -> RunningLate | None:
    """Return what was said last of a practitioner, also that they are on time again; None if nothing was."""
    said = RunningLate.objects.filter(site=site, day=day, practitioner=practitioner_id, undone_at=None)
    return said.select_related("said_by", "practitioner").order_by("-said_at", "-pk").first()


def list_undoable(site: Site, day: date, *, now: datetime) -> list[RunningLate]:
    """Return what was said in the last three minutes and can be taken back, latest first. One query."""
    said = RunningLate.objects.filter(site=site, day=day, undone_at=None)
    last = said.select_related("practitioner").order_by("practitioner_id", "-said_at", "-pk")
    return [each for each in last.distinct("practitioner_id") if now - each.said_at <= UNDO]


def list_practitioners(site: Site, day: date) -> list[Practitioner]:
    """Return who has visits at a site on a day, by name. One query."""
    ids = _of_day(site, day).values("practitioner")
    return list(
        Practitioner.objects.filter(pk__in=ids).select_related("resource").order_by("resource__name", "pk")
    )


def get_expected(site: Site, day: date, *, now: datetime) -> dict[UUID, datetime]:
    """Return when visits of a day that have not begun will start, for those that start late. Two queries."""
    return expected_of(list_late(site, day), _of_day(site, day), now=now)


def expected_of(
    late: Iterable[RunningLate], day_visits: Iterable[Appointment], *, now: datetime
) -> dict[UUID, datetime]:
    """Return the same for visits that have been read with their type. No query; never in the past."""
    by_practitioner = {each.practitioner_id: each for each in late if each.minutes}
    plans: dict[int, list[Appointment]] = {practitioner_id: [] for practitioner_id in by_practitioner}
    for visit in day_visits:
        if visit.practitioner_id in plans and visit.status in COUNTS:
            plans[visit.practitioner_id].append(visit)
    found: dict[UUID, datetime] = {}
    for practitioner_id, said in by_practitioner.items():
        theirs = plans[practitioner_id]
        starts = expected_starts([_planned(each) for each in theirs], said.minutes, said.said_at)
        found |= {
            visit.pk: max(start, now)
            for visit in theirs
            if visit.status in WAITS and (start := starts.get(visit.pk)) and start > visit.starts_at
        }
    return found


def list_affected(said: RunningLate, *, now: datetime) -> list[Affected]:
    """Return whose visits start late if this is so, by start, and whom a message would reach. Two queries."""
    theirs = [
        visit for visit in _of_day(said.site, said.day) if visit.practitioner_id == said.practitioner_id
    ]
    expected = expected_of([said], theirs, now=now)
    late = [visit for visit in theirs if visit.pk in expected]
    told = _told([visit.pk for visit in late])
    return [_affected(visit, expected[visit.pk], told, now) for visit in late]


def list_messages(visit_ids: Collection[UUID]) -> QuerySet[OutboxMessage]:
    """Return the messages of these visits that say that somebody runs late."""
    return OutboxMessage.objects.filter(subject_type="visit", subject_id__in=visit_ids, kind__startswith=LATE)


def list_ids(site: Site, day: date, practitioner_id: int) -> list[UUID]:
    """Return the visits of a practitioner on a site's day. One query."""
    return [v.pk for v in _of_day(site, day) if v.practitioner_id == practitioner_id]


def _affected(
    visit: Appointment, expected_at: datetime, told: Mapping[tuple[UUID, int], int], now: datetime
) -> Affected:
    patient = visit.patient
    delay = int((expected_at - visit.starts_at).total_seconds() // 60)
    silent = ""
    if visit.status not in UPCOMING:
        silent = "arrived"
    elif visit.starts_at <= now:
        silent = "begun"
    elif delay <= TOLD_AGAIN_AFTER:
        silent = "little"
    elif delay - told.get((visit.pk, visit.sequence), 0) <= TOLD_AGAIN_AFTER:
        silent = "told"
    elif patient is None or not patient.email:
        silent = "no_email"
    return Affected(visit, expected_at, silent)


def _told(visit_ids: Sequence[UUID]) -> dict[tuple[UUID, int], int]:
    """Return the longest delay each visit's patient has been told, as it stands (its sequence)."""
    told: dict[tuple[UUID, int], int] = {}
    gone = list_messages(visit_ids).exclude(status=OutboxMessage.Status.DROPPED)
    for visit_id, version, kind in gone.values_list("subject_id", "version", "kind"):
        minutes = int(kind.removeprefix(LATE))
        told[visit_id, version] = max(minutes, told.get((visit_id, version), 0))
    return told


def _planned(visit: Appointment) -> Planned:
    rest = timedelta(minutes=visit.visit_type.buffer_after_minutes)
    return Planned(visit.pk, visit.starts_at, visit.ends_at + rest)


def _of_day(site: Site, day: date) -> QuerySet[Appointment]:
    first = to_instant(to_epoch(day, time(0), site.tz))
    until = to_instant(to_epoch(day + timedelta(days=1), time(0), site.tz))
    of_day = visits().filter(site=site, starts_at__gte=first, starts_at__lt=until, status__in=COUNTS)
    return of_day.order_by("starts_at", "pk")
