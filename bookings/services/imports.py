"""Importing a file: one transaction, once, under the locks of every claim of time. Nobody gets a message."""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from bookings.import_rows import ReadFile, read_choices
from bookings.life_cycle import Status
from bookings.models import Appointment, ImportBatch, ImportedRecord, VisitEvent
from bookings.queries.import_facts import Clinicians
from bookings.queries.import_people import Guest
from bookings.queries.import_plan import ImportPlan, PlannedVisit, make_plan
from bookings.services import claims, many_claims
from bookings.services.actors import Actor
from bookings.services.claims import Span
from bookings.services.holds import new_reference
from bookings.services.records import new_event
from bookings.services.refusals import Refusal
from patients.models import Patient

MOST_AT_ONCE = 500
"""Rows of one insert."""
TRIES = 3
EDITED = (
    *("name", "phone", "email", "birth_date", "language", "contact_name", "booked_for", "zone"),
    *("wanted_mode", "account", "archived_at"),
)
"""What people change about a patient."""


class FileChanged(Refusal):
    """Other columns were chosen since the page was shown, so that it says what will not happen."""

    def __init__(self) -> None:
        super().__init__(_("The columns were changed meanwhile. Look at the list again."))


class Busy(Refusal):
    """The calendar changed faster than the import could follow."""

    def __init__(self) -> None:
        super().__init__(_("The calendar is changing right now. Try again in a moment."))


def import_file(
    *,
    batch_id: UUID,
    read: ReadFile,
    stamp: str,
    clinicians: Clinicians,
    leave_out_known: bool,
    actor: Actor,
    now: datetime,
) -> ImportBatch:
    """Write what a file says. Importing twice changes nothing; the result is the first one's.

    The plan is made before the locks to know what to lock, and again under them. `stamp` is that of the
    choices that `read` was read by.

    :raises FileChanged: if other choices were made meanwhile.
    :raises Busy: if the calendar changes faster than the import can follow.
    :raises ImportBatch.DoesNotExist: if the file was deleted meanwhile.
    """
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update(of=("self",)).select_related("site").get(pk=batch_id)
        if batch.imported_at is not None:
            return batch
        if stamp != stamp_of(batch):
            raise FileChanged
        many_claims.lock_imports()
        plan = _plan_under_locks(read, clinicians, leave_out_known, now)
        patients = _insert_patients(plan.new)
        people = {id(guest): patient.pk for guest, patient in zip(plan.new, patients, strict=True)}
        visits = _insert_visits(plan.visits, batch, people, actor, now)
        _claim(plan.visits, visits)
        records = [ImportedRecord(batch=batch, patient=p, fingerprint=fingerprint_of(p)) for p in patients]
        records += [ImportedRecord(batch=batch, appointment=visit) for visit in visits]
        ImportedRecord.objects.bulk_create(records, batch_size=MOST_AT_ONCE)
        _close(batch, plan, visits, now)
        return batch


def stamp_of(batch: ImportBatch) -> str:
    """Return the stamp of the choices that stand now, "" if there are none."""
    return read_choices(batch.choices).stamp if batch.choices else ""


def fingerprint_of(patient: Patient) -> str:
    """Return a text that differs if anything of a patient that people edit does."""
    fields = [field for field in Patient._meta.concrete_fields if field.name in EDITED]
    stored = [str(field.get_prep_value(getattr(patient, field.attname)) or "") for field in fields]
    return hashlib.sha256(repr(stored).encode()).hexdigest()


def _plan_under_locks(
    read: ReadFile, clinicians: Clinicians, leave_out_known: bool, now: datetime
) -> ImportPlan:
    """Lock what a plan may touch, and return the plan that is true under the locks.

    A room that was added meanwhile is not locked yet: then it begins anew, with more locks.

    :raises Busy: if that happens again and again.
    """
    plan = make_plan(read, clinicians, leave_out_known=leave_out_known, now=now)
    for _try in range(TRIES):
        locked = plan.claimable_ids
        known = {guest.known_id for guest in plan.known if guest.known_id}
        claims.lock_resources(locked)
        many_claims.lock_patients(known)
        plan = make_plan(read, clinicians, leave_out_known=leave_out_known, now=now)
        if plan.claimable_ids <= locked and {g.known_id for g in plan.known if g.known_id} <= known:
            return plan
    raise Busy


def _insert_patients(guests: Sequence[Guest]) -> list[Patient]:
    patients = [
        Patient(
            name=guest.person.name,
            birth_date=guest.person.birth_date,
            email=guest.person.email,
            phone=guest.person.phone,
            booked_for=Patient.Booker.OTHER if guest.person.contact_name else Patient.Booker.SELF,
            contact_name=guest.person.contact_name,
            language=guest.person.language or settings.LANGUAGE_CODE[:2],
            is_demo=settings.DEMO,
        )
        for guest in guests
    ]
    return Patient.objects.bulk_create(patients, batch_size=MOST_AT_ONCE)


def _insert_visits(
    planned: Sequence[PlannedVisit], batch: ImportBatch, people: dict[int, UUID], actor: Actor, now: datetime
) -> list[Appointment]:
    references = _draw_references(len(planned))
    visits = [
        Appointment(
            id=uuid.uuid4(),
            reference=reference,
            status=Status.BOOKED.value,
            visit_type=each.offer.visit_type,
            site=batch.site,
            practitioner_id=each.practitioner_id,
            patient_id=each.guest.known_id or people[id(each.guest)],
            mode=each.wanted.mode,
            starts_at=each.wanted.starts_at,
            ends_at=each.ends_at,
            any_practitioner=each.wanted.practitioner_id is None,
            price_minor=each.offer.price_minor,
            is_demo=settings.DEMO,
        )
        for each, reference in zip(planned, references, strict=True)
    ]
    Appointment.objects.bulk_create(visits, batch_size=MOST_AT_ONCE)
    events = [new_event(visit, "imported", None, actor, now) for visit in visits]
    VisitEvent.objects.bulk_create(events, batch_size=MOST_AT_ONCE)
    return visits


def _draw_references(count: int) -> list[str]:
    """Return references that nobody has; whoever draws one of them at this moment draws again."""
    drawn: set[str] = set()
    while len(drawn) < count:
        drawn |= {new_reference() for _number in range(count - len(drawn))}
        drawn -= set(Appointment.objects.filter(reference__in=drawn).values_list("reference", flat=True))
    return list(drawn)


def _claim(planned: Sequence[PlannedVisit], visits: Sequence[Appointment]) -> None:
    wanted = [
        (resource_id, visit.pk, Span(*each.span))
        for each, visit in zip(planned, visits, strict=True)
        for resource_id in each.resource_ids
    ]
    for begin in range(0, len(wanted), 4 * MOST_AT_ONCE):
        many_claims.claim_many(wanted[begin : begin + 4 * MOST_AT_ONCE])


def _close(batch: ImportBatch, plan: ImportPlan, visits: Sequence[Appointment], now: datetime) -> None:
    """Write down what became of the lines, and let go of the file."""
    batch.counts = {
        "rows": plan.rows,
        "patients": len(plan.new),
        "known": len(plan.known),
        "visits": len(visits),
        "to_move": [
            str(visit.pk) for each, visit in zip(plan.visits, visits, strict=True) if each.is_outside_hours
        ],
        "left_out": [[problem.row, problem.code] for problem in plan.problems],
    }
    batch.imported_at, batch.sealed, batch.ring_key = now, None, ""
    batch.save(update_fields=["counts", "imported_at", "sealed", "ring_key"])
