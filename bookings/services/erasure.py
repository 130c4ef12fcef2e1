"""Erasing a person: what may go goes at once, what law keeps is locked with a day on which it is destroyed.

One transaction, under the locks of every other writer and in their order (`claims`, `merging`): visits, what
the patients app holds, the records, the patients. Files go after the commit; if that is cut off, the sweepers
find them. Every table that can speak of a person stands in `bookings/services/personal_data.py`.
"""

from collections.abc import Callable, Collection
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from psycopg.errors import DeadlockDetected

from bookings.life_cycle import CLAIMING, Status
from bookings.models import Appointment, ImportedRecord, RequestKey, VisitEvent, VisitLink, WalkIn
from bookings.queries.kept_records import (
    find_kept,
    list_accounts_of,
    list_addresses_of,
    list_ids_of_person,
    list_obstacles_to_erasure,
)
from bookings.queries.merging import list_ids_of_visits
from bookings.services import claims, many_claims
from bookings.services.refusals import Refusal
from bookings.services.visit_history import forget_history
from clinic.services import erasing as accounts_gone
from patients.models import (
    DataExport,
    DeskMessage,
    ErasureRecord,
    ErasureRequest,
    LockedRecord,
    Patient,
    PatientMessage,
    UrgentAlert,
)
from patients.services import erasing

Result = TypeVar("Result")

TRIES = 3


class CannotErase(Refusal):
    """Something stands in the way; nothing was changed. `reasons` are sentences."""

    def __init__(self, reasons: Collection[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = tuple(reasons)


class _Changed(Exception):
    """A visit or a record came or went while the locks were taken."""


def erase_patient(
    *, patient_id: UUID, now: datetime, again: bool = False, destroy_on: date | None = None
) -> ErasureRecord:
    """Erase a person, with every record that was merged into theirs. Twice is once.

    `again` does an erasure of the ledger once more, in a backup that was restored: nothing stands in its
    way, and what is locked goes on `destroy_on`.

    :raises CannotErase: if a visit is ahead, or a doctor has to read something first.
    :raises Patient.DoesNotExist: if there is no such record.
    """
    return _in_one_step(lambda: _erase(patient_id, now, again, destroy_on))


def destroy_locked(*, patient_id: UUID, now: datetime) -> None:
    """Destroy what law kept of an erased record: sealed rows, photos, and the key that opens them."""

    def destroy() -> None:
        erasing.lock_rows([patient_id])
        if LockedRecord.objects.filter(patient=patient_id).exists():
            _destroy_kept([patient_id])
            _note(patient_id, ErasureRecord.Kind.DESTROYED, None, now)

    _in_one_step(destroy)


def _erase(patient_id: UUID, now: datetime, again: bool, destroy_on: date | None) -> ErasureRecord:
    ids, visits = _lock(patient_id, frees_time=again)
    patient = Patient.objects.get(pk=patient_id)
    if patient.erased_at is not None:
        return ErasureRecord.objects.filter(subject=patient_id).order_by("-at", "-pk")[0]
    if not again and (reasons := list_obstacles_to_erasure(ids, now=now)):
        raise CannotErase(reasons)
    kept = find_kept(ids, today=now.date())
    until = destroy_on if again else (kept.until if kept else None)
    _forget_clinic(ids, visits)
    _forget_bookings(ids, visits)
    files = erasing.remove_what_may_go(ids, now=now)
    erasing.lock_away(patient=patient, destroy_on=until, now=now)
    gone = ids if until is None else [other for other in ids if other != patient_id]
    _destroy_kept(gone)
    _unlink_later(files)
    kinds = ErasureRecord.Kind
    for each in Patient.objects.filter(pk__in=ids, erased_at=None).order_by("pk"):
        erasing.forget_who(patient=each, now=now)
        if each.pk != patient_id:
            _note(each.pk, kinds.DESTROYED, None, now)
    forget_history(visits)
    return _note(patient_id, kinds.DESTROYED if until is None else kinds.LOCKED, until, now)


def _forget_clinic(ids: Collection[UUID], visits: Collection[UUID]) -> None:
    """Take out messages, sessions, and the account if it is nobody else's."""
    accounts = list_accounts_of(ids)
    addresses = list_addresses_of(ids, accounts)
    subjects = [*visits, *ids]
    for model in (DeskMessage, PatientMessage, UrgentAlert, DataExport, ErasureRequest):
        subjects += model.objects.filter(patient__in=ids).values_list("pk", flat=True)
    accounts_gone.forget_messages(subject_ids=subjects, addresses=addresses)
    accounts_gone.forget_sessions(
        user_ids=[account.pk for account in accounts], traces=[*addresses, *(str(pk) for pk in visits)]
    )
    for account in accounts:
        accounts_gone.forget_account(account)
    _unlink_later(accounts_gone.list_mail_files(addresses))


def _forget_bookings(ids: Collection[UUID], visits: Collection[UUID]) -> None:
    """Leave of visits when, where, what kind and how they ended; and of the queue that somebody waited."""
    about = Q(patient__in=ids) | Q(visit__in=visits)
    WalkIn.objects.filter(about).update(name="", phone="", language="")
    VisitLink.objects.filter(appointment__in=visits).delete()
    RequestKey.objects.filter(appointment__in=visits).delete()
    ImportedRecord.objects.filter(Q(patient__in=ids) | Q(appointment__in=visits)).delete()
    VisitEvent.objects.filter(appointment__in=visits).update(facts={})
    Appointment.objects.filter(pk__in=visits).update(
        sealed_cancel_reason=None,
        sealed_desk_note=None,
        patient_zone="",
        spoken_language="",
        been_before=False,
    )


def _destroy_kept(ids: Collection[UUID]) -> None:
    _unlink_later(erasing.destroy_what_was_kept(ids))


def _unlink_later(files: Collection[Path]) -> None:
    def unlink() -> None:
        for path in files:
            path.unlink(missing_ok=True)

    transaction.on_commit(unlink)


def _note(subject: UUID, kind: ErasureRecord.Kind, until: date | None, now: datetime) -> ErasureRecord:
    return ErasureRecord.objects.create(subject=subject, kind=kind, at=now, destroy_on=until)


def _lock(patient_id: UUID, *, frees_time: bool) -> tuple[list[UUID], list[UUID]]:
    """Wait for everybody who writes about a person; return their records and visits as they are then.

    With `frees_time`, visits that still claim time are cancelled, as they had been before the erasure.

    :raises _Changed: if a record or a visit came or went meanwhile.
    :raises Patient.DoesNotExist: if there is no such record.
    """
    ids = list_ids_of_person(patient_id)
    if not ids:
        raise Patient.DoesNotExist
    people = [Patient(pk=each) for each in ids]
    visits = list_ids_of_visits(people)
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM bookings_appointment WHERE id = ANY(%s) ORDER BY id FOR UPDATE", [visits])
    if frees_time:
        claims.lock_resources(many_claims.list_claimed_by(visits))
        many_claims.release_many(visits)
        claiming = sorted(status.value for status in CLAIMING)
        Appointment.objects.filter(pk__in=visits, status__in=claiming).update(status=Status.CANCELLED.value)
    erasing.lock_rows(ids)
    many_claims.lock_patients(ids)
    if list_ids_of_person(patient_id) != ids or list_ids_of_visits(people) != visits:
        raise _Changed
    return ids, visits


def _in_one_step(step: Callable[[], Result]) -> Result:
    """Run a step in a transaction of its own; whoever stands in its way goes first.

    :raises CannotErase: if that happens again and again.
    """
    for _try in range(TRIES):
        try:
            with transaction.atomic():
                return step()
        except _Changed:
            continue
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected):
                raise
    raise CannotErase([_("Something just changed. Please try again.")])
