"""Planning the demo's visits: who comes when, day after day. Nothing here is written to the database.

Visits obey the clinic's own rules: working hours, buffers, start grids, the kinds of resource a type
needs, one visit at a time for everyone and everything. The same day's `Random` gives the same plan.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from bookings.availability import first_on_grid
from bookings.demo.calendar import Calendar, Shift, day_of
from bookings.demo.patients import Patients
from bookings.hours import pieces_of_day
from clinic.models import Resource, ResourceKind, Site, VisitMode, VisitType
from patients.models import Patient

STEP = 600
"""Idle time is skipped in steps of ten minutes."""
IDLE = 1_800
"""Somebody who is not booked now is not booked for about half an hour."""

DOCTOR_VISITS = {"CONS_NEW": 55, "CONS_FU": 36, "CONS_EXT": 9}
NURSE_VISITS = {"NURSE_PHOTO": 100}
PATCH_TEST = (("PATCH_D0", 0), ("PATCH_D2", 2), ("PATCH_D34", 4))
"""The visits of a patch test, and on which day after the first: day 2, then day 3 or 4."""
PLANNED_TYPES = (*DOCTOR_VISITS, *NURSE_VISITS, *(code for code, _days in PATCH_TEST))
VIDEO = {"Dr Mei L.": 0.45}
VIDEO_OTHERS = 0.18


@dataclass(frozen=True)
class Planned:
    """One visit to come or gone, with everything it claims."""

    visit_type: VisitType
    shift: Shift
    mode: str
    start: int
    patient: Patient
    been_before: bool
    claims: tuple[int, ...]

    @property
    def end(self) -> int:
        """When the visit ends, without its buffer."""
        return self.start + self.visit_type.minutes * 60

    @property
    def claimed(self) -> tuple[int, int]:
        """What is claimed, buffers included."""
        before, after = self.visit_type.buffer_before_minutes, self.visit_type.buffer_after_minutes
        return self.start - before * 60, self.end + after * 60


class Planner:
    """Plans visits into a calendar, and remembers who came when."""

    def __init__(
        self,
        rng: Random,
        calendar: Calendar,
        types: dict[str, VisitType],
        people: Patients,
        today: date,
    ) -> None:
        self.rng, self.calendar, self.types, self.people, self.today = (
            rng,
            calendar,
            types,
            people,
            today,
        )
        self.planned: list[Planned] = []

    def plan_day(self, site: Site, day: date) -> None:
        """Plan the visits of a day at a site, as full as such a day would be today."""
        fullness = _fullness((day - self.today).days)
        for shift in self.calendar.shifts(site, day):
            nurse = shift.practitioner.resource.kind == ResourceKind.NURSE
            weights = NURSE_VISITS if nurse else DOCTOR_VISITS
            cursor = shift.start
            while cursor < shift.end:
                visit = None
                if self.rng.random() < _chance(fullness * (0.8 if nurse else 1), 0 if nurse else 1):
                    code = self.rng.choices(list(weights), weights=list(weights.values()))[0]
                    visit = self._plan_next(shift, code, cursor)
                    cursor = visit.claimed[1] if visit else cursor + STEP
                else:
                    cursor += IDLE

    def plan_for(self, patient: Patient, code: str, shifts: Sequence[Shift], *, mode: str) -> Planned | None:
        """Plan one visit for somebody in the first free time of these shifts, if there is any."""
        for shift in shifts:
            for start in range(shift.start, shift.end, STEP):
                if visit := self._fit(shift, self.types[code], mode, start, patient):
                    return self._keep(visit)
        return None

    def plan_patch_test(self, site: Site, monday: date) -> bool:
        """Plan a patch test: on Monday, off on Wednesday, read on Friday. All three visits, or none."""
        patient = self.people.returning(site, monday, self.rng) or self.people.new(site, self.rng, monday)
        visits: list[Planned] = []
        for code, days in PATCH_TEST:
            visit_type = self.types[code]
            found = (
                self._fit(shift, visit_type, VisitMode.IN_PERSON, start, patient)
                for shift in self.calendar.shifts(site, monday + timedelta(days=days))
                for start in range(shift.start, shift.end, STEP)
            )
            if not (visit := next((visit for visit in found if visit), None)):
                return False
            visits.append(visit)
        for visit in visits:
            self._keep(visit)
        return True

    def _plan_next(self, shift: Shift, code: str, cursor: int) -> Planned | None:
        """Plan a visit that starts at the next time its type allows, if it fits."""
        visit_type = self.types[code]
        day = day_of(shift.start, shift.site.tz)
        chance = VIDEO.get(shift.practitioner.resource.name, VIDEO_OTHERS)
        video = VisitMode.VIDEO in visit_type.modes and self.rng.random() < chance
        first, second = VisitMode.VIDEO, VisitMode.IN_PERSON
        modes = [first] if video else [second, first] if first in visit_type.modes else [second]
        start = _on_grid(cursor, visit_type, shift)
        for mode in modes:
            if self._fit(shift, visit_type, mode, start, None):
                patient = self._someone(code, shift.site, day)
                visit = self._fit(shift, visit_type, mode, start, patient)
                return self._keep(visit) if visit else None
        return None

    def _someone(self, code: str, site: Site, day: date) -> Patient:
        """Return somebody who would come for this: new people for a first visit, others if there are any."""
        if code in ("CONS_NEW", "CONS_EXT"):
            return self.people.new(site, self.rng, day)
        return self.people.returning(site, day, self.rng) or self.people.new(site, self.rng, day, known=True)

    def _fit(
        self, shift: Shift, visit_type: VisitType, mode: str, start: int, patient: Patient | None
    ) -> Planned | None:
        """Return the visit if the shift, its rooms and its rules allow it to start then."""
        end = start + visit_type.minutes * 60
        begins, ends = (
            start - visit_type.buffer_before_minutes * 60,
            end + visit_type.buffer_after_minutes * 60,
        )
        practitioner = shift.practitioner.resource
        if begins < shift.start or ends > shift.end or start != _on_grid(start, visit_type, shift):
            return None
        if practitioner.kind not in visit_type.needs or not self.calendar.is_free(
            practitioner.pk, begins, ends
        ):
            return None
        claims = [practitioner.pk]
        for kind in visit_type.needs_in(mode):
            if kind != practitioner.kind:
                room: Resource | None = self.calendar.find_room(shift.site, kind, begins, ends)
                if room is None:
                    return None
                claims.append(room.pk)
        someone = patient or Patient()
        before = bool(patient and self.people.has_come(patient))
        return Planned(visit_type, shift, mode, start, someone, before, tuple(claims))

    def _keep(self, visit: Planned) -> Planned:
        """Claim the visit's time and remember who comes."""
        for resource_id in visit.claims:
            self.calendar.take(resource_id, *visit.claimed)
        self.people.note(visit.patient, visit.shift.site, day_of(visit.start, visit.shift.site.tz))
        self.planned.append(visit)
        return visit


def _on_grid(instant: int, visit_type: VisitType, shift: Shift) -> int:
    """Return the first start at or after an instant on the type's grid, by the site's wall clock."""
    ordinal = day_of(instant, shift.site.tz).toordinal()
    piece = next(p for p in pieces_of_day(ordinal, shift.site.tz) if p.start <= instant < p.end)
    return first_on_grid(instant, piece.offset, visit_type.grid_minutes * 60)


def _fullness(days_ahead: int) -> float:
    """Return how full a day that far from today is: nearly, today; half empty, in five weeks."""
    if days_ahead <= 0:
        return 0.72 if days_ahead else 0.9
    return max(0.3, 0.76 - 0.42 * days_ahead / 35)


def _chance(fullness: float, doctor: int) -> float:
    """Return how often to book rather than stay idle, so that about `fullness` of the time is taken."""
    length = 3_000 if doctor else 1_500
    return fullness * IDLE / (fullness * IDLE + (1 - fullness) * length)
