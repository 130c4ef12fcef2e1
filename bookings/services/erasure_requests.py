"""Asking to be erased, and the clinic's answer."""

from datetime import datetime
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bookings.queries.kept_records import find_kept, list_ids_of_person, list_obstacles_to_erasure
from bookings.services.erasure import CannotErase, erase_patient
from bookings.services.refusals import Refusal
from clinic.models import Role, User
from clinic.services import outbox
from patients.models import ErasureRequest, Patient
from patients.queries.guardians import may_be_guardians

Outcome = ErasureRequest.Outcome
SUBJECT = "erasure"
ASKED, ANSWERED = "privacy_request", "privacy_answer"


class SayWhy(Refusal):
    """A request was refused without a reason; the law asks for one."""

    def __init__(self) -> None:
        super().__init__(_("Say why. The person reads it."))


class Settled(Refusal):
    """Somebody has answered this request already, or it was taken back."""

    def __init__(self) -> None:
        super().__init__(_("This request was answered already."))


def ask_for_erasure(*, patient: Patient, by: User, now: datetime) -> ErasureRequest | None:
    """Erase a person at once if nothing must be kept (None), else ask the clinic's owner. Twice is once.

    What a guardian asks for goes to the owner always, so that it tells nothing of what was said in private.

    :raises CannotErase: if something stands in the way.
    """
    ids, guarded = list_ids_of_person(patient.pk), may_be_guardians(patient)
    if reasons := list_obstacles_to_erasure(ids, now=now, tells_urgent=not guarded):
        raise CannotErase(reasons)
    if not guarded and find_kept(ids, today=now.date()) is None:
        erase_patient(patient_id=patient.pk, now=now)
        return None
    try:
        with transaction.atomic():
            request = ErasureRequest.objects.create(patient=patient, asked_at=now, asked_by=by)
            for owner in User.objects.filter(roles__contains=[Role.OWNER], is_active=True).order_by("pk"):
                _tell(uuid5(request.pk, str(owner.pk)), owner, ASKED, now)
    except IntegrityError:
        return ErasureRequest.objects.get(patient=patient, settled_at=None)
    return request


def take_back_request(*, patient: Patient, by: User, now: datetime) -> None:
    """Take back a request that was not answered yet; without one nothing happens."""
    waiting = ErasureRequest.objects.filter(patient=patient, settled_at=None)
    waiting.update(settled_at=now, settled_by=by, outcome=Outcome.TAKEN_BACK)


def approve_request(*, request_id: UUID, by: User, now: datetime) -> None:
    """Erase whoever asked.

    :raises Settled: if it was answered already.
    :raises CannotErase: if something stands in the way; the request then waits on.
    :raises ErasureRequest.DoesNotExist: if there is none.
    """
    request = ErasureRequest.objects.get(pk=request_id)
    if request.settled_at is not None:
        raise Settled
    erase_patient(patient_id=request.patient_id, now=now)
    ErasureRequest.objects.filter(pk=request_id).update(settled_by=by)


def refuse_request(*, request_id: UUID, reason: str, by: User, now: datetime) -> None:
    """Refuse a request, with the reason that whoever asked reads; they are told by e-mail to look.

    :raises SayWhy: without a reason.
    :raises Settled: if it was answered already.
    :raises ErasureRequest.DoesNotExist: if there is none.
    """
    if not reason.strip():
        raise SayWhy
    with transaction.atomic():
        request = ErasureRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
        if request.settled_at is not None:
            raise Settled
        request.settled_at, request.settled_by, request.outcome = now, by, Outcome.REFUSED
        request.reason = reason.strip()
        request.save(update_fields=["settled_at", "settled_by", "outcome", "reason"])
        if request.asked_by is not None:
            _tell(request.pk, request.asked_by, ANSWERED, now)


def _tell(subject: UUID, user: User, kind: str, now: datetime) -> None:
    """Write that something waits; the message says neither what nor who."""
    if not user.email:
        return
    outbox.post(
        subject_type=SUBJECT,
        subject_id=subject,
        kind=kind,
        version=1,
        to=user.email,
        language=user.language,
        facts={},
        now=now,
    )
