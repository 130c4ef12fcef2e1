"""Opening a record beyond the care team: a typed reason, an hour, and the owner is told."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Least, Now

from clinic.models import Role, User
from clinic.services import outbox
from clinic.services.security_events import Kind, note
from patients.models import Patient, ReasonAccess
from patients.models.access import OPEN_FOR
from patients.queries.care_team import find_open_reason
from patients.services.rights import check_reads
from patients.services.vault import ensure_vault

SUBJECT, KIND = "reason_access", "opened_with_reason"


def open_with_reason(user: User, patient: Patient, reason: str, now: datetime) -> ReasonAccess:
    """Open a patient's record to one person for an hour by the database's clock. One transaction.

    The reason is sealed with the patient's key. Every owner who may sign in is told by e-mail that a record
    was opened, not whose. A record that this person has open already stays open as it was.

    :raises NotClinical: if this person is neither a clinician nor a nurse, or may not sign in.
    """
    with transaction.atomic():
        person = User.objects.select_for_update(no_key=True).get(pk=user.pk)  # a second press waits here
        check_reads(person)
        open_already = find_open_reason(person, patient.pk)
        if open_already:
            return open_already
        row = ReasonAccess(patient=patient, user=person)
        row.sealed = ensure_vault(patient.pk).seal(reason, patient_id=patient.pk, row=row)
        row.opened_at, row.ends_at = Now(), Now() + OPEN_FOR
        row.save(force_insert=True)
        row.refresh_from_db()
        note(Kind.REASON, user=person, now=now)
        _tell_owners(row, now)
        return row


def close_access(*, user: User, patient_id: UUID) -> None:
    """End what somebody opened with a reason; what is over already stays as it is."""
    mine = ReasonAccess.objects.filter(user=user, patient_id=patient_id, ends_at__gt=Now())
    mine.update(ends_at=Least(F("ends_at"), Now()))


def revoke_access(*, access_id: UUID) -> None:
    """End what anybody opened with a reason, for an owner."""
    ReasonAccess.objects.filter(pk=access_id, ends_at__gt=Now()).update(ends_at=Least(F("ends_at"), Now()))


def mark_looked_at(*, access_id: UUID, by: User, now: datetime) -> None:
    """Note that an owner looked at a reason; the first time counts.

    :raises ReasonAccess.DoesNotExist: if there is none.
    """
    row = ReasonAccess.objects.get(pk=access_id)
    ReasonAccess.objects.filter(pk=row.pk, looked_at=None).update(looked_at=now, looked_by=by)


def _owners() -> QuerySet[User]:
    return User.objects.filter(roles__contains=[Role.OWNER], is_active=True).order_by("pk")


def _tell_owners(row: ReasonAccess, now: datetime) -> None:
    """Write to each owner; each one's message is a version of its own."""
    for owner in _owners():
        if owner.email:
            outbox.post(
                subject_type=SUBJECT,
                subject_id=row.pk,
                kind=KIND,
                version=owner.pk,
                to=owner.email,
                language=owner.language,
                facts={},
                now=now,
            )
