"""Reading the outbox: what became of a message."""

import uuid

from clinic.models import OutboxMessage


def find_last_message(*, subject_type: str, subject_id: uuid.UUID) -> OutboxMessage | None:
    """Return the newest message about a subject, or None."""
    return (
        OutboxMessage.objects.filter(subject_type=subject_type, subject_id=subject_id)
        .order_by("-version", "-created_at", "-pk")
        .first()
    )
