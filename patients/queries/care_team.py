"""Who is on a patient's care team, and so may open their record. One place; every list and page asks here.

A clinician or nurse is on it

* while they are on shift at a site where the patient has a visit about now, and of every patient who has a
  visit with themselves (the app that knows time tells: `visits_told_by`);
* of every patient if they belong to the review pool, which the owner chooses;
* if they signed the review of the patient's newest form, and not while a reason opened it to them;
* a clinician also of whoever waits with an urgent answer, while on duty or once every clinician was called,
  and for a day after taking it on.

Beyond it, a typed reason opens one record for an hour (`patients/services/reason_access.py`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from clinic.access.who import CLINICAL, CLINICIAN
from clinic.models import User
from clinic.models.duty import DutyShift
from patients.models import FormVersion, Patient, ReasonAccess, Review, UrgentAlert

ON_REQUEST = "record_access"
"""What a request calls the `Access` by which its record was opened."""

ANSWERS_FOR = timedelta(hours=24)
"""How long whoever took on an urgent answer may read what it is about."""

NAMED_BY = {
    "patient_id": "pk",
    "version_id": "versions",
    "photo_id": "photos",
    "alert_id": "urgent_alerts",
}
"""What an address of the review names, and how that leads to its patient."""

Row = TypeVar("Row", bound=Model)
Teller = Callable[[User, datetime], Sequence[QuerySet[Any, UUID]]]

_tellers: list[Teller] = []


@dataclass(frozen=True)
class Access:
    """That somebody may open a record: as one of the care team, or by a reason that is still open."""

    reason: ReasonAccess | None = None

    @property
    def audit_note(self) -> str:
        """What the audit says beside a read: "" for the care team, else by which reason."""
        return f"reason:{self.reason.pk}" if self.reason else ""


def visits_told_by(teller: Teller) -> None:
    """Ask `teller`, from now on, for queries of the ids of patients whom visits tie somebody to."""
    _tellers[:] = [teller]


def care_team_patients(user: User, now: datetime) -> QuerySet[Patient]:
    """Return the patients on whose care team somebody is; a reason that opened one record is not among them.

    At most one query of its own, to learn the shifts; the rest goes into the caller's query.
    """
    if not user.has_role(*CLINICAL):
        return Patient.objects.none()
    if user.in_review_pool:
        return Patient.objects.all()
    ties = [tie for tell in _tellers for tie in tell(user, now)] + [_reviewed_by(user)]
    if user.has_role(*CLINICIAN):
        ties.append(_urgent_for(user, now))
    return Patient.objects.filter(pk__in=ties[0].union(*ties[1:]))


def of_care_team(
    rows: QuerySet[Row], user: User, now: datetime, *, patient: str = "patient"
) -> QuerySet[Row]:
    """Return those rows whose patient, named by a field, somebody is on the care team of."""
    if user.in_review_pool and user.has_role(*CLINICAL):
        return rows  # everybody's: the database is not asked what it need not know
    return rows.filter(**{f"{patient}__in": care_team_patients(user, now)})


def is_on_care_team(user: User, patient_id: UUID, now: datetime) -> bool:
    """Say whether somebody may open a patient's record now: care team, or an open reason of theirs."""
    return find_access(user, patient_id, now) is not None


def find_access(user: User, patient_id: UUID, now: datetime) -> Access | None:
    """Return how somebody may open a patient's record, or None. A reason counts where nothing else does."""
    if not user.has_role(*CLINICAL):
        return None
    if user.in_review_pool:
        return Access()
    if care_team_patients(user, now).filter(pk=patient_id).exists():
        return Access()
    reason = find_open_reason(user, patient_id)
    return Access(reason) if reason else None


def find_open_reason(user: User, patient_id: UUID) -> ReasonAccess | None:
    """Return the reason by which somebody has a record open now, by the database's clock, or None."""
    return ReasonAccess.objects.filter(user=user, patient_id=patient_id, ends_at__gt=Now()).first()


def _reviewed_by(user: User) -> QuerySet[Any, UUID]:
    """Return the patients whose newest form somebody has decided on, one of their care team by then.

    Who came by a reason has their hour and no more, whatever they sign in it.
    """
    newer = FormVersion.objects.filter(
        patient=OuterRef("version__patient"), number__gt=OuterRef("version__number")
    )
    by_reason = ReasonAccess.objects.filter(
        user=user,
        patient=OuterRef("version__patient"),
        opened_at__lte=OuterRef("signed_at"),
        ends_at__gte=OuterRef("signed_at"),
    )
    signed = Review.objects.filter(~Exists(newer), ~Exists(by_reason), reviewer=user)
    return signed.order_by().values_list("version__patient", flat=True)


def _urgent_for(user: User, now: datetime) -> QuerySet[Any, UUID]:
    """Return the patients whose urgent answers a clinician is called for, or took on lately."""
    on_duty = DutyShift.objects.filter(user=user, starts_at__lte=now, ends_at__gt=now)
    is_called = Q(acknowledged_at=None) & (Q(passed_on_at__isnull=False) | Exists(on_duty))
    took_on = Q(acknowledged_by=user, acknowledged_at__gt=now - ANSWERS_FOR)
    return UrgentAlert.objects.filter(is_called | took_on).order_by().values_list("patient", flat=True)


def find_patient_of(places: Mapping[str, Any]) -> Patient | None:
    """Return the patient whose record an address names, such as by a form's id; None if there is none.

    :raises LookupError: if no part of it says whose it is.
    """
    paths = [(path, places[name]) for name, path in NAMED_BY.items() if name in places]
    if not paths:
        raise LookupError
    return Patient.objects.filter(archived_at=None).filter(**dict(paths)).first()
