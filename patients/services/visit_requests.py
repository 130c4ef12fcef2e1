"""Closing what the front desk was asked for, once it is done or has been settled otherwise."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from clinic.models import User
from patients.models import VisitRequest


def close_request(*, request_id: UUID, by: User | None, now: datetime) -> bool:
    """Close a request, and note who did and when; False if it was closed already.

    Two at once: one closes it, the other waits, and is told.

    :raises VisitRequest.DoesNotExist: if there is none.
    """
    with transaction.atomic():
        request = VisitRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
        if request.closed_at is not None:
            return False
        request.closed_at, request.closed_by = now, by
        request.save(update_fields=["closed_at", "closed_by"])
        return True


def reopen_request(*, request_id: UUID) -> bool:
    """Open a request again that was closed by mistake; False if the form has asked for the same since."""
    try:
        with transaction.atomic():
            return bool(VisitRequest.objects.filter(pk=request_id).update(closed_at=None, closed_by=None))
    except IntegrityError:  # of what the form asks for, one request is open at a time
        return False
