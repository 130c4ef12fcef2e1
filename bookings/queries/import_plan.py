"""What an import would do: which people are new, who takes each visit, and what is in the way.

The dry run shows this plan, and the import makes it again under its locks. Constant in queries.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from bookings.import_rows import Problem, ReadFile, Row, WantedVisit
from bookings.queries.import_facts import (
    Clinicians,
    Offer,
    list_open,
    list_rooms,
    list_taken,
    list_visits_of,
)
from bookings.queries.import_people import Guest, list_guests, recognise
from bookings.queries.import_spans import Busy, OpenTimes
from clinic.models.places import PRACTITIONER_KINDS

MARGIN = timedelta(days=1)


@dataclass(frozen=True)
class PlannedVisit:
    """A visit that can be imported: what it claims, buffers included, and whether that is outside hours."""

    row: int
    guest: Guest
    wanted: WantedVisit
    offer: Offer
    practitioner_id: int
    resource_ids: tuple[int, ...]
    is_outside_hours: bool

    @property
    def ends_at(self) -> datetime:
        """When the visit itself ends."""
        return self.wanted.starts_at + self.offer.visit_type.length

    @property
    def span(self) -> tuple[datetime, datetime]:
        """What is claimed: `[from, to)`, buffers included."""
        return span_of(self.wanted, self.offer)


@dataclass
class ImportPlan:
    """Everything an import would write, and what it would leave out."""

    guests: list[Guest] = field(default_factory=list)
    visits: list[PlannedVisit] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    rows: int = 0
    claimable_ids: frozenset[int] = frozenset()
    """Every resource that a visit of the file might claim."""

    @property
    def new(self) -> list[Guest]:
        """The people who are not here yet."""
        return [guest for guest in self.guests if guest.known_id is None]

    @property
    def known(self) -> list[Guest]:
        """The people who are here already."""
        return [guest for guest in self.guests if guest.known_id is not None]

    @property
    def to_move(self) -> list[PlannedVisit]:
        """The visits that stand outside the hours of their practitioner."""
        return [visit for visit in self.visits if visit.is_outside_hours]


def span_of(wanted: WantedVisit, offer: Offer) -> tuple[datetime, datetime]:
    """Return what a visit claims, buffers included."""
    kind = offer.visit_type
    before, after = (timedelta(minutes=n) for n in (kind.buffer_before_minutes, kind.buffer_after_minutes))
    return wanted.starts_at - before, wanted.starts_at + kind.length + after


def make_plan(read: ReadFile, clinicians: Clinicians, *, leave_out_known: bool, now: datetime) -> ImportPlan:
    """Return what importing a file would do now.

    `leave_out_known` leaves out the lines about people who are here already, visits and all.
    """
    guests, of_row = list_guests(read.rows)
    recognise(guests)
    problems = list(read.problems)
    rows: Iterable[Row] = read.rows
    if leave_out_known:
        left_out = [row for row in read.rows if of_row[row.number].known_id is not None]
        problems += [Problem(row.number, "known", row.person.name) for row in left_out]
        rows = [row for row in read.rows if of_row[row.number].known_id is None]
        guests = [guest for guest in guests if guest.known_id is None]
    plan = ImportPlan(guests=guests, problems=problems, rows=len(read.rows))
    wanted = [(row, of_row[row.number], row.visit) for row in rows if row.visit and row.visit.starts_at > now]
    plan.problems += [Problem(row.number, "over") for row in rows if row.visit and row.visit.starts_at <= now]
    if wanted:
        _Diary(clinicians, [visit for _row, _guest, visit in wanted], guests).place(wanted, plan)
    plan.problems.sort()
    return plan


class _Diary:
    """The time around a file's visits, in memory; placing a visit fills it."""

    def __init__(self, clinicians: Clinicians, visits: list[WantedVisit], guests: list[Guest]) -> None:
        self.clinicians = clinicians
        first = min(visit.starts_at for visit in visits) - MARGIN
        until = max(visit.starts_at for visit in visits) + MARGIN
        zone = clinicians.site.tz
        self.open = OpenTimes(
            list_open(clinicians, first.astimezone(zone).date(), until.astimezone(zone).date())
        )
        rooms = list_rooms(clinicians.site)
        self.rooms_of: dict[str, list[int]] = {}
        for room in rooms:
            self.rooms_of.setdefault(room.kind, []).append(room.pk)
        used = {visit.visit_type_id for visit in visits}
        self.people_of = {
            (pk, kind_id): someone
            for pk, someone in clinicians.practitioners.items()
            for kind_id in clinicians.does[pk] & used
        }
        self.people_ids = {someone.resource_id for someone in self.people_of.values()}
        self.resource_ids = frozenset(self.people_ids | {room.pk for room in rooms})
        self.busy = Busy()
        for resource_id, starts, ends in list_taken(self.resource_ids, first, until):
            self.busy.add(resource_id, starts, ends)
        self.seen = Busy()
        known: list[UUID] = [guest.known_id for guest in guests if guest.known_id]
        for patient_id, starts, ends in list_visits_of(known, first, until):
            self.seen.add(patient_id, starts, ends)

    def place(self, wanted: list[tuple[Row, Guest, WantedVisit]], plan: ImportPlan) -> None:
        """Give each visit its people and rooms, in the order of the file; say what is in the way of others.

        Named practitioners come before anyone, so that nobody is asked for by chance who is needed by name.
        """
        plan.claimable_ids = self.resource_ids
        for row, guest, visit in sorted(wanted, key=lambda each: each[2].practitioner_id is None):
            placed = self._place(row, guest, visit)
            if isinstance(placed, PlannedVisit):
                plan.visits.append(placed)
            else:
                plan.problems.append(Problem(row.number, placed, self._clock(visit)))
        plan.visits.sort(key=lambda visit: visit.row)

    def _place(self, row: Row, guest: Guest, visit: WantedVisit) -> PlannedVisit | str:
        offer = self.clinicians.offers[visit.visit_type_id]
        starts, ends = visit.starts_at, visit.starts_at + offer.visit_type.length
        whose = guest.known_id or guest.first_row
        if not self.seen.is_free(whose, starts, ends):
            return "person_busy"
        span = span_of(visit, offer)
        chosen: list[int] = []
        practitioner_id = None
        for kind in offer.visit_type.needs_in(visit.mode):
            if kind in PRACTITIONER_KINDS:
                found, named = self._someone(kind, visit, span)
                if found is None:
                    return "practitioner_busy" if named else "nobody_free"
                practitioner_id = practitioner_id or found
                chosen.append(self.clinicians.practitioners[found].resource_id)
            else:
                rooms = [pk for pk in self.rooms_of.get(kind, []) if pk not in chosen]
                room = next((pk for pk in rooms if self.busy.is_free(pk, *span)), None)
                if room is None:
                    return "room_busy"
                chosen.append(room)
        if practitioner_id is None:
            return "nobody_free"
        outside = not all(self.open.covers(pk, *span) for pk in self.people_ids.intersection(chosen))
        for resource_id in chosen:
            self.busy.add(resource_id, *span)
        self.seen.add(whose, starts, ends)
        return PlannedVisit(row.number, guest, visit, offer, practitioner_id, tuple(chosen), outside)

    def _someone(
        self, kind: str, visit: WantedVisit, span: tuple[datetime, datetime]
    ) -> tuple[int | None, bool]:
        """Return the practitioner of a kind who takes a visit, and whether the file named them.

        Of those who are free, whoever works then comes first, then whoever has least that day.
        """
        able = [
            (pk, someone)
            for (pk, visit_type_id), someone in self.people_of.items()
            if visit_type_id == visit.visit_type_id and someone.resource.kind == kind
        ]
        named = [(pk, someone) for pk, someone in able if pk == visit.practitioner_id]
        free = [
            (not self.open.covers(someone.resource_id, *span), self._load(someone.resource_id, span), pk)
            for pk, someone in named or able
            if self.busy.is_free(someone.resource_id, *span)
        ]
        return (min(free)[2] if free else None), bool(named)

    def _load(self, resource_id: int, span: tuple[datetime, datetime]) -> int:
        return self.busy.seconds_on(resource_id, span[0])

    def _clock(self, visit: WantedVisit) -> str:
        """Return a visit's time by the site's clock, as a person would look it up."""
        return f"{visit.starts_at.astimezone(self.clinicians.site.tz):%Y-%m-%d %H:%M}"
