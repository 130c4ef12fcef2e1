"""Writing down what happened to a visit, and where its patient is meanwhile."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError
from django.db.models import Model

from bookings.life_cycle import Status
from bookings.models import Appointment, VisitEvent
from bookings.services import claims, holds
from bookings.services.actors import Actor
from bookings.services.refusals import JustErased, JustMerged, PatientBusy
from patients.models import Patient

PATIENT_ONCE = "visit_patient_in_one_place"


def record(
    visit: Appointment,
    action: str,
    before: Status | None,
    actor: Actor,
    now: datetime,
    facts: dict[str, object] | None = None,
) -> VisitEvent:
    """Write what happened to a visit: who, when, from which status to which."""
    event = new_event(visit, action, before, actor, now, facts)
    event.save(force_insert=True)
    return event


def new_event(
    visit: Appointment,
    action: str,
    before: Status | None,
    actor: Actor,
    now: datetime,
    facts: dict[str, object] | None = None,
) -> VisitEvent:
    """Return what happened to a visit, still to be inserted."""
    return VisitEvent(
        appointment=visit,
        action=action,
        from_status=before.value if before else "",
        to_status=visit.status,
        by=actor.by,
        user=actor.user,
        at=now,
        facts=facts or {},
    )


def save_patient_time(visit: Appointment, fields: list[str]) -> None:
    """Save a visit's patient and time, under the patient's lock. Its transaction does not survive a refusal.

    :raises PatientBusy: if the patient has another visit then (the exclusion constraint decides).
    """
    with _one_place_at_once(visit.patient):
        visit.save(update_fields=fields)


def insert_patient_time(visit: Appointment, insert: Callable[[], bool]) -> None:
    """Insert a new visit under the patient's lock; `insert` as for `holds.insert_visit`.

    :raises PatientBusy: as for `save_patient_time`.
    """
    with _one_place_at_once(visit.patient):
        holds.insert_visit(visit, insert)


@contextmanager
def _one_place_at_once(patient: Patient | None) -> Iterator[None]:
    """Wait for a patient, and say it if another visit of theirs is in the way of what is saved.

    A patient who is still to be inserted is known to nobody else: there is nothing to wait for. One whose
    record became part of another one meanwhile (see `bookings.services.merging`) has no time of their own,
    nor has one who was erased.

    :raises JustErased, JustMerged: then.
    """
    if patient is not None and not patient._state.adding:
        claims.lock_patient(patient.pk)
        record = Patient.objects.filter(pk=patient.pk).values_list("merged_into_id", "erased_at").first()
        if record is not None and record[1] is not None:
            raise JustErased
        if record is not None and record[0] is not None:
            raise JustMerged
    try:
        yield
    except IntegrityError as error:
        if holds.violated(error) == PATIENT_ONCE:
            raise PatientBusy from None
        raise


def new_patient(visit: Appointment) -> list[Model]:
    """Return a visit's patient, if they are still to be inserted."""
    return [visit.patient] if visit.patient is not None and visit.patient._state.adding else []
