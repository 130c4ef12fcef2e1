"""What the front desk may know of health forms: how far they are, and practical needs. Nothing is unsealed.

Only columns that hold no health data are named here; what is sealed is never fetched.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet

from clinic.models import Role
from patients.models import Draft, FormReader, FormVersion, Patient, Review, UrgentAlert

Asked = Collection[UUID] | QuerySet[Any, Any]


class Progress(StrEnum):
    """How far a health form is."""

    MISSING = "missing"
    PART = "part"
    DONE = "done"
    READ = "read"


@dataclass(frozen=True)
class FormState:
    """One patient's form as the desk may see it.

    `has_changed`: a clinician has read an earlier version, and not yet the latest. `needs_longer_visit` is
    what the latest version asks for. `calls_doctor`: an urgent alert is open; otherwise `taken_on_by` and
    `taken_on_at` say who took on the last one, and when.
    """

    state: Progress = Progress.MISSING
    has_changed: bool = False
    needs_longer_visit: bool = False
    calls_doctor: bool = False
    taken_on_by: str = ""
    taken_on_at: datetime | None = None


@dataclass(frozen=True)
class DoctorCall:
    """A patient for whom a doctor must be called now: who, since when, and never why.

    `is_passed_on`: nobody on duty took it on in time, and every clinician has been told. `wants_call`: the
    patient asked to be called.
    """

    patient: Patient
    raised_at: datetime
    is_passed_on: bool
    wants_call: bool = False


def get_form_states(
    patient_ids: Collection[UUID], *, within: QuerySet[Any, Any] | None = None
) -> dict[UUID, FormState]:
    """Return the state of each of these patients' forms. Three queries, whatever their number.

    `within`: a query for the identifiers of these patients, for whom many are asked about: it is cheaper to
    send than they are.
    """
    ids = set(patient_ids)
    if not ids:
        return {}
    asked = ids if within is None else within
    begun = set(Draft.objects.filter(patient__in=asked).values_list("patient_id", flat=True))
    latest = {row["patient_id"]: row for row in _list_latest(asked)}
    alerts = _list_alerts(asked)
    return {
        patient_id: FormState(
            **_progress(latest.get(patient_id), has_begun=patient_id in begun), **alerts.get(patient_id, {})
        )
        for patient_id in ids
    }


def list_doctor_calls() -> list[DoctorCall]:
    """Return the patients with an open urgent alert, whoever waits longest first. One query."""
    alerts = (
        UrgentAlert.objects.filter(acknowledged_at=None)
        .select_related("patient")
        .only("raised_at", "passed_on_at", "call_wanted_at", "patient__name", "patient__phone")
        .order_by("raised_at", "pk")
    )
    calls: dict[UUID, DoctorCall] = {}
    for alert in alerts:
        call = DoctorCall(alert.patient, alert.raised_at, is_passed_on=alert.passed_on_at is not None)
        first = calls.setdefault(alert.patient_id, call)
        if alert.call_wanted_at is not None:
            calls[alert.patient_id] = replace(first, wants_call=True)
    return list(calls.values())


def _list_latest(ids: Asked) -> Any:
    """Return each patient's latest version, and whether a clinician has read it, or an earlier one."""
    clinicians = FormReader.objects.filter(user__roles__contains=[Role.CLINICIAN])
    same, earlier = {"version": OuterRef("pk")}, {"version__patient": OuterRef("patient")}
    return (
        FormVersion.objects.filter(patient__in=ids)
        .order_by("patient_id", "-number")
        .distinct("patient_id")
        .values(
            "patient_id",
            "needs_longer_visit",
            is_read=Exists(clinicians.filter(**same)) | Exists(Review.objects.filter(**same)),
            was_read=Exists(clinicians.filter(**earlier)) | Exists(Review.objects.filter(**earlier)),
        )
    )


def _progress(version: dict[str, Any] | None, *, has_begun: bool) -> dict[str, Any]:
    if version is None:
        return {"state": Progress.PART if has_begun else Progress.MISSING}
    return {
        "state": Progress.READ if version["is_read"] else Progress.DONE,
        "has_changed": version["was_read"] and not version["is_read"],
        "needs_longer_visit": version["needs_longer_visit"],
    }


def _list_alerts(ids: Asked) -> dict[UUID, dict[str, Any]]:
    """Return what the desk may know of each patient's urgent alerts: an open one counts, else the last."""
    rows = (
        UrgentAlert.objects.filter(patient__in=ids)
        .order_by("patient_id", F("acknowledged_at").desc(nulls_first=True), "pk")
        .distinct("patient_id")
        .values_list("patient_id", "acknowledged_at", "acknowledged_by__name")
    )
    return {
        patient_id: {"calls_doctor": at is None, "taken_on_at": at, "taken_on_by": name or ""}
        for patient_id, at, name in rows
    }
