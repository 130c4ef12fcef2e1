"""What became of our messages."""

import uuid

from clinic.models import OutboxMessage


def find_latest(*, subject_type: str, subject_id: uuid.UUID) -> OutboxMessage | None:
    """Return the newest message about a subject, or None; its status says whether it arrived."""
    messages = OutboxMessage.objects.filter(subject_type=subject_type, subject_id=subject_id)
    return messages.order_by("-version", "-created_at", "pk").first()


def list_undelivered() -> list[OutboxMessage]:
    """Return messages that failed, or that failed at least once and wait for another try."""
    states = (OutboxMessage.Status.FAILED, OutboxMessage.Status.WAITING)
    return list(
        OutboxMessage.objects.filter(status__in=states).exclude(last_error="").order_by("-created_at", "pk")
    )
