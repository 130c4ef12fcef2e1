"""Writing the demo's visits: rows made in bulk, with claims and the events of their life so far."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Min, OuterRef, Subquery

from bookings.demo.outcomes import Happening, book, from_epoch, live
from bookings.demo.visits import Planned
from bookings.life_cycle import CLAIMING, Status
from bookings.models import Allocation, Appointment, VisitEvent
from bookings.models.visits import REFERENCE_LETTERS
from clinic.models import User, VisitOffer
from patients.models import Patient

BATCH = 500
MARK = "demo"
"""Events made by the demo carry this fact: the day they were made for. People's events do not."""


def write_visits(
    planned: Sequence[Planned],
    patients: Sequence[Patient],
    *,
    desk: User | None,
    rng: Random,
    today: date,
    now: datetime,
) -> int:
    """Write patients and their visits with claims and events; return how many visits."""
    Patient.objects.bulk_create(patients, batch_size=BATCH)
    prices = {(o.visit_type_id, o.site_id): o.price_minor for o in VisitOffer.objects.order_by("pk")}
    visits, claims, events = [], [], []
    for plan in planned:
        visit = _visit(plan, prices.get((plan.visit_type.pk, plan.shift.site.pk)), rng)
        luck = Random(f"{visit.id} booked")  # noqa: S311 (invention, not secrets)
        first = book(visit.starts_at, now, luck)
        happenings = [
            first,
            *_life(visit, first.at, now, reliable=plan.patient.account_id is not None),
        ]
        visits.append(visit)
        events += record(visit, happenings, desk=desk, today=today)
        if visit.status != Status.CANCELLED:
            span = DateTimeTZRange(*map(from_epoch, plan.claimed))
            claims += [Allocation(appointment=visit, resource_id=pk, span=span) for pk in plan.claims]
    Appointment.objects.bulk_create(visits, batch_size=BATCH)
    Allocation.objects.bulk_create(claims, batch_size=BATCH)
    VisitEvent.objects.bulk_create(events, batch_size=BATCH)
    _date_back([visit.id for visit in visits])
    return len(visits)


def move_on(*, desk: User | None, today: date, now: datetime) -> int:
    """Let time pass for the demo's own visits that no person has touched; return how many changed.

    A visit the demo booked is confirmed, arrives, goes in, is done or does not come as the clock says.
    One with an event of a person (a move, an arrival, a cancellation) is left as that person left it.
    """
    touched = set(VisitEvent.objects.exclude(facts__has_key=MARK).values_list("appointment_id", flat=True))
    mine = Appointment.objects.filter(
        is_demo=True, status__in=CLAIMING - {Status.HELD}, starts_at__lt=now + timedelta(days=5)
    )
    changed: list[Appointment] = []
    events: list[VisitEvent] = []
    for visit in mine.select_related("patient").prefetch_related("events").order_by("starts_at", "pk"):
        if visit.pk in touched:
            continue
        past = sorted(visit.events.all(), key=lambda event: (event.at, event.pk))
        reliable = bool(visit.patient and visit.patient.account_id)
        known = {event.to_status for event in past}
        fresh = [
            h
            for h in _life(visit, past[0].at, now, reliable=reliable)
            if h.to not in known and h.at > past[-1].at
        ]
        if fresh:
            events += record(visit, fresh, desk=desk, today=today)
            changed.append(visit)
    for status in sorted({visit.status for visit in changed}):
        alike = [visit.pk for visit in changed if visit.status == status]
        Appointment.objects.filter(pk__in=alike).update(status=status)
        if status == Status.CANCELLED:
            Appointment.objects.filter(pk__in=alike).update(cancelled_by=Appointment.CancelledBy.PATIENT)
            Allocation.objects.filter(appointment__in=alike).delete()
    VisitEvent.objects.bulk_create(events, batch_size=BATCH)
    return len(changed)


def record(
    visit: Appointment, happenings: Iterable[Happening], *, desk: User | None, today: date
) -> list[VisitEvent]:
    """Bring a visit to the state its happenings lead to, and return their events. Saves nothing."""
    events = []
    for happening in happenings:
        before = "" if happening.to == Status.BOOKED else visit.status
        visit.status = happening.to.value
        if happening.to == Status.CANCELLED:
            visit.cancelled_by = Appointment.CancelledBy.PATIENT
        events.append(
            VisitEvent(
                appointment=visit,
                action=happening.to.value,
                from_status=before,
                to_status=happening.to.value,
                by=happening.by,
                user=desk if happening.by == VisitEvent.By.STAFF else None,
                at=happening.at,
                facts={MARK: today.isoformat()},
            )
        )
    return events


def _visit(plan: Planned, price: int | None, rng: Random) -> Appointment:
    return Appointment(
        id=UUID(int=rng.getrandbits(128), version=4),
        reference="".join(rng.choices(REFERENCE_LETTERS, k=8)),
        visit_type=plan.visit_type,
        site=plan.shift.site,
        practitioner=plan.shift.practitioner,
        patient=plan.patient,
        mode=plan.mode,
        starts_at=from_epoch(plan.start),
        ends_at=from_epoch(plan.end),
        patient_zone=plan.patient.zone,
        any_practitioner=rng.random() < 0.5,
        been_before=plan.been_before,
        price_minor=price,
        is_demo=True,
    )


def _life(visit: Appointment, booked_at: datetime, now: datetime, *, reliable: bool) -> list[Happening]:
    rng = Random(f"{visit.id} life")  # noqa: S311 (invention, not secrets)
    return live(visit.starts_at, visit.ends_at, booked_at, now, rng, reliable=reliable)


def _date_back(ids: Sequence[UUID]) -> None:
    """Give visits the time of their first event as the time they were made."""
    first = VisitEvent.objects.filter(appointment=OuterRef("pk")).order_by().values("appointment")
    Appointment.objects.filter(pk__in=ids).update(
        created_at=Subquery(first.annotate(first=Min("at")).values("first"))
    )
