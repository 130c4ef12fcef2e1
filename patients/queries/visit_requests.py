"""What a review, or the form itself, asks the front desk to do with visits. Rows say what, never why."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from patients.models import VisitRequest


def list_open_requests() -> list[VisitRequest]:
    """Return what is still to do, oldest first; the patient, the type and who asked come along. One query."""
    return list(open_requests().order_by("asked_at", "pk"))


def list_asked_types(patient_ids: Collection[UUID]) -> dict[UUID, VisitRequest]:
    """Return the oldest open change of visit type that is asked for each of these patients. One query."""
    asked = open_requests().filter(
        kind=VisitRequest.Kind.CHANGE, visit_type__isnull=False, patient__in=set(patient_ids)
    )
    return {each.patient_id: each for each in asked.order_by("-asked_at", "-pk")}


def get_request(request_id: UUID) -> VisitRequest:
    """Return a request, still open or not; the patient, the type and who asked come along.

    :raises VisitRequest.DoesNotExist: if there is none.
    """
    return _requests().get(pk=request_id)


def open_requests() -> QuerySet[VisitRequest]:
    """Return what is still to do, for whoever counts it together with something else."""
    return _requests().filter(closed_at=None, patient__archived_at=None)


def _requests() -> QuerySet[VisitRequest]:
    return VisitRequest.objects.select_related("patient", "visit_type", "asked_by", "closed_by")
