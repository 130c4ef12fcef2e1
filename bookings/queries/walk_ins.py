"""Who waits without a visit, whom they could see now, and what the front desk's lists changed last."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from bookings.life_cycle import UNDO, Status
from bookings.models import Appointment, WalkIn
from bookings.queries.next_times import next_minute
from bookings.queries.offers import Choice, Search, get_choice
from bookings.queries.plans import Candidate
from clinic.models import Site, VisitMode

NOW_GRID = 1
"""Minutes between the starts of somebody who is called in: any minute will do."""


@dataclass(frozen=True)
class Waiting:
    """Somebody in the queue, how many minutes they have waited, and who could see them now."""

    entry: WalkIn
    minutes: int
    free: tuple[Candidate, ...]


def list_queue(site: Site, *, now: datetime) -> list[Waiting]:
    """Return who waits at a site today, longest first. Two queries, and two for each kind of visit wanted."""
    entries = list(_of_day(site, now).filter(closed_at=None).order_by("came_at", "pk"))
    busy = list_in_room(site) if entries else set()
    choices: dict[int, list[Candidate]] = {}
    for entry in entries:
        if entry.visit_type_id not in choices:
            choices[entry.visit_type_id] = _people(_choice(entry, now), busy)
    return [
        Waiting(entry, _minutes(entry, now), _wanted(entry, choices[entry.visit_type_id]))
        for entry in entries
    ]


def list_free_now(entry: WalkIn, *, now: datetime) -> list[tuple[Candidate, str]]:
    """Return who could see somebody now, with the room it would be in ("" for none). Three queries."""
    choice = _choice(entry, now)
    rooms = [need[0].name for need in choice.needs if need and need[0].practitioner_id is None]
    people = _wanted(entry, _people(choice, list_in_room(entry.site)))
    return [(person, ", ".join(rooms)) for person in people]


def list_undoable(site: Site, *, now: datetime) -> list[WalkIn]:
    """Return who was called, booked or let go in the last three minutes, latest first. One query."""
    return list(_of_day(site, now).filter(closed_at__gte=now - UNDO).order_by("-closed_at", "pk"))


def count_waiting(site: Site, *, now: datetime) -> int:
    """Return how many wait at a site today. One query."""
    return _of_day(site, now).filter(closed_at=None).count()


def get_walk_in(walk_in_id: UUID) -> WalkIn:
    """Return somebody of the queue, whether they still wait or not.

    :raises WalkIn.DoesNotExist: if there is none.
    """
    return WalkIn.objects.select_related("site", "visit_type", "patient", "practitioner", "closed_by").get(
        pk=walk_in_id
    )


def search_now(entry: WalkIn, practitioner_id: int | None) -> Search:
    """Return the search for somebody to see who waits, this minute."""
    return Search(
        visit_type=entry.visit_type,
        site=entry.site,
        mode=VisitMode.IN_PERSON.value,
        practitioner_id=practitioner_id,
        by_staff=True,
        desk_grid=NOW_GRID,
    )


def list_in_room(site: Site) -> set[int]:
    """Return the practitioners who have somebody in the room now, whatever was planned. One query."""
    there = Appointment.objects.filter(site=site, status=Status.IN_ROOM.value)
    return set(there.values_list("practitioner_id", flat=True))


def _of_day(site: Site, now: datetime) -> QuerySet[WalkIn]:
    today = now.astimezone(site.tz).date()
    return WalkIn.objects.filter(site=site, day=today).select_related(
        "site", "visit_type", "patient", "practitioner", "closed_by", "visit"
    )


def _choice(entry: WalkIn, now: datetime) -> Choice:
    return get_choice(search_now(entry, None), starts_at=next_minute(now), now=now)


def _people(choice: Choice, busy: set[int]) -> list[Candidate]:
    """Return who could begin, if rooms and whatever else is needed are free too; nobody with a patient."""
    if not choice.is_offered:
        return []
    lead = next(need for need in choice.needs if need[0].practitioner_id is not None)
    return [person for person in lead if person.practitioner_id not in busy]


def _wanted(entry: WalkIn, people: Iterable[Candidate]) -> tuple[Candidate, ...]:
    wanted = entry.practitioner_id
    return tuple(person for person in people if wanted in (None, person.practitioner_id))


def _minutes(entry: WalkIn, now: datetime) -> int:
    return max(0, int((now - entry.came_at).total_seconds() // 60))
