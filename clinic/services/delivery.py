"""Sending what waits in the outbox.

A message is claimed with a lease, then sent with no transaction open, then marked. A worker that
is killed in between leaves a message that is due again when its lease ends, so the worst that a
kill can do is one duplicate, with the same Message-ID.
"""

import logging
import smtplib
import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from clinic.models import OutboxMessage
from clinic.services import letters, outbox

logger = logging.getLogger(__name__)

Status = OutboxMessage.Status

LEASE = timedelta(minutes=2)
"""How long one attempt may take; longer than a mail server that is slow at every step."""

WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=13),
)
"""Waits between attempts: eight attempts in about a day, then the message has failed."""


def deliver(*, message_id: uuid.UUID, now: datetime) -> None:
    """Send one message if it waits and its time has come; otherwise see that a later job does.

    A fault of the mail server never raises: the message waits longer each time and, after the last
    attempt or when the address itself is refused, has failed.
    """
    message = _claim(message_id)
    if message is None:
        outbox.defer([message_id])
        return
    row = OutboxMessage.objects.filter(pk=message.pk)
    if _is_pointless(message, now):
        row.update(status=Status.DROPPED)
        return
    if message.attempts > len(WAITS) + 1:  # the last attempt took its worker down
        row.update(status=Status.FAILED, last_error="NeverFinished")
        return
    try:
        letters.write(message).send()
    except Exception as fault:  # noqa: BLE001 (whatever a mail backend raises; its text may hold an address)
        _record_fault(message, fault, now)
    else:
        row.update(status=Status.SENT, sent_at=now, last_error="")


@transaction.atomic
def _claim(message_id: uuid.UUID) -> OutboxMessage | None:
    """Lease the message to this worker, by database time; None if it is not due or not waiting."""
    due = OutboxMessage.objects.select_for_update(skip_locked=True).filter(
        pk=message_id, status=Status.WAITING, send_after_at__lte=Now()
    )
    message = due.first()
    if message is not None:
        due.update(send_after_at=Now() + LEASE, attempts=F("attempts") + 1)
        message.attempts += 1
    return message


def _is_pointless(message: OutboxMessage, now: datetime) -> bool:
    """Whether nobody should get this: it has no address, or what it says is no longer true.

    A message that waited while a newer one about the same subject was sent would only mislead.
    """
    expires_at = message.facts.get("expires_at")
    if not message.to or (expires_at is not None and datetime.fromisoformat(expires_at) <= now):
        return True
    newer = OutboxMessage.objects.filter(
        subject_type=message.subject_type,
        subject_id=message.subject_id,
        version__gt=message.version,
        status=Status.SENT,
    )
    return newer.exists()


@transaction.atomic
def _record_fault(message: OutboxMessage, fault: Exception, now: datetime) -> None:
    """Let the message wait for its next attempt, or fail; only the kind of fault is kept."""
    name = _name_of(fault)
    facts = {"message_id": message.pk, "attempt": message.attempts, "fault": type(fault).__name__}
    logger.warning("message not sent", extra={**facts, "smtp_code": getattr(fault, "smtp_code", None)})
    waiting = OutboxMessage.objects.filter(pk=message.pk, status=Status.WAITING)
    if message.attempts > len(WAITS) or _is_refused_for_good(fault):
        waiting.update(status=Status.FAILED, last_error=name)
        return
    waiting.update(send_after_at=now + WAITS[message.attempts - 1], last_error=name)
    outbox.defer([message.pk])


def _name_of(fault: Exception) -> str:
    """Return the class of a fault and its SMTP code, never its text."""
    code = getattr(fault, "smtp_code", None)
    return f"{type(fault).__name__} {code}" if isinstance(code, int) else type(fault).__name__


def _is_refused_for_good(fault: Exception) -> bool:
    """Whether the server said that the address will never work (RFC 5321, 5yz to RCPT TO)."""
    if not isinstance(fault, smtplib.SMTPRecipientsRefused):
        return False
    return all(code >= 500 for code, _text in fault.recipients.values())
