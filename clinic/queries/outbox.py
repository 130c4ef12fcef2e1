"""What became of our messages."""

import uuid

from clinic.models import OutboxMessage


def find_latest(*, subject_type: str, subject_id: uuid.UUID) -> OutboxMessage | None:
    """Return the newest message about a subject, or None; its status says whether it arrived."""
    messages = OutboxMessage.objects.filter(subject_type=subject_type, subject_id=subject_id)
    return messages.order_by("-version", "-created_at", "pk").first()
