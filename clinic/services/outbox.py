"""The outbox: messages are written with what they speak of, and a job sends each of them later."""

import json
import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from clinic import prepared
from clinic.jobs import MAIL_QUEUE, SEND_MESSAGE
from clinic.models import OutboxMessage
from clinic.prepared import Piece

Status = OutboxMessage.Status

# One statement: the row and its job, or neither. A message that was withdrawn and is needed again
# (an undone action, done again) comes back to life; any other repetition changes nothing.
_POST = """
WITH message AS (
    INSERT INTO clinic_outboxmessage AS old
        (id, subject_type, subject_id, kind, version, "to", language, facts,
         status, send_after_at, created_at, attempts, last_error)
    VALUES (%(id)s, %(subject_type)s, %(subject_id)s, %(kind)s, %(version)s, %(to)s, %(language)s,
            %(facts)s::jsonb, 'waiting', %(send_after_at)s, %(now)s, 0, '')
    ON CONFLICT (subject_type, subject_id, kind, version) DO UPDATE
        SET "to" = excluded."to", language = excluded.language, facts = excluded.facts,
            status = 'waiting', send_after_at = excluded.send_after_at, attempts = 0,
            last_error = ''
        WHERE old.status = 'dropped'
    RETURNING id
)
SELECT id, procrastinate_defer_jobs_v1(ARRAY[
    ROW(%(queue)s, %(task)s, 0, NULL, NULL, jsonb_build_object('message_id', id), %(scheduled_at)s)
]::procrastinate_job_to_defer_v1[]) FROM message
"""

# The job of one message, for whoever inserts the message with other rows.
_JOB = """procrastinate_defer_jobs_v1(ARRAY[
    ROW(%(queue)s, %(task)s, 0, NULL, NULL, jsonb_build_object('message_id', %(message)s::uuid),
        %(due)s::timestamptz)
]::procrastinate_job_to_defer_v1[])"""

_DEFER = """
SELECT procrastinate_defer_jobs_v1(array_agg(
    ROW(%(queue)s, %(task)s, 0, NULL, NULL, jsonb_build_object('message_id', id), send_after_at)
    ::procrastinate_job_to_defer_v1))
FROM clinic_outboxmessage WHERE id = ANY(%(ids)s) AND status = 'waiting'
HAVING count(*) > 0
"""

_LOST = """
SELECT id FROM clinic_outboxmessage AS message
WHERE status = 'waiting' AND send_after_at < statement_timestamp() - interval '5 minutes'
  AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs AS job
                  WHERE job.status IN ('todo', 'doing') AND job.queue_name = %s
                    AND job.args ->> 'message_id' = message.id::text)
ORDER BY send_after_at LIMIT 500
"""


def post(
    *,
    subject_type: str,
    subject_id: uuid.UUID,
    kind: str,
    version: int,
    to: str,
    language: str,
    facts: dict[str, Any],
    now: datetime,
    delay: timedelta = timedelta(0),
) -> OutboxMessage | None:
    """Write a message and defer the job that sends it after `delay`; both commit with the caller.

    Return the message, or None if this subject, kind and version has one already. `facts` is plain
    JSON and holds no secret and no name of a patient.
    """
    message = OutboxMessage(
        subject_type=subject_type,
        subject_id=subject_id,
        kind=kind,
        version=version,
        to=to,
        language=language,
        facts=facts,
        send_after_at=now + delay,
        created_at=now,
    )
    arguments = {
        field: getattr(message, field)
        for field in (
            "id",
            "subject_type",
            "subject_id",
            "kind",
            "version",
            "to",
            "language",
            "send_after_at",
        )
    }
    arguments |= {
        "facts": json.dumps(facts),
        "now": now,
        "queue": MAIL_QUEUE,
        "task": SEND_MESSAGE,
        "scheduled_at": message.send_after_at if delay else None,
    }
    rows = prepared.fetch(_POST, arguments)
    if not rows:
        return None
    message.pk = rows[0][0]
    message._state.adding = False
    return message


def job_of(message: OutboxMessage, *, due: datetime | None = None) -> Piece:
    """Return what defers the job of a new message, until `due` or at once, to go with its insert."""
    job = {"queue": MAIL_QUEUE, "task": SEND_MESSAGE, "message": message.pk}
    return Piece(_JOB, {**job, "due": due})


def drop(
    *,
    subject_type: str,
    subject_id: uuid.UUID,
    kinds: Collection[str] | None = None,
    version: int | None = None,
) -> int:
    """Mark waiting messages of a subject (of these kinds and this version, or all) as not needed.

    Return how many.

    A message that is being sent at this moment is not held back, but it is not tried again.
    """
    waiting = OutboxMessage.objects.filter(
        subject_type=subject_type, subject_id=subject_id, status=Status.WAITING
    )
    if kinds is not None:
        waiting = waiting.filter(kind__in=kinds)
    if version is not None:
        waiting = waiting.filter(version=version)
    return waiting.update(status=Status.DROPPED)


def list_held(*, subject_type: str, subject_id: uuid.UUID) -> list[OutboxMessage]:
    """Return a subject's messages that wait and that no worker has begun to send, locked, oldest first.

    Until the transaction ends none of them leaves.
    """
    waiting = OutboxMessage.objects.select_for_update().filter(
        subject_type=subject_type, subject_id=subject_id, status=Status.WAITING, attempts=0
    )
    return list(waiting.order_by("version", "pk"))


def hasten(message_ids: Collection[uuid.UUID], *, now: datetime) -> None:
    """Let messages that wait leave at once."""
    OutboxMessage.objects.filter(pk__in=message_ids, status=Status.WAITING).update(send_after_at=now)
    defer(list(message_ids))


def defer_lost() -> int:
    """Defer jobs for messages that are over five minutes late and have none; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(_LOST, [MAIL_QUEUE])
        lost = [row[0] for row in cursor.fetchall()]
    defer(lost)
    return len(lost)


def defer(message_ids: list[uuid.UUID]) -> None:
    """Defer a job for each of these messages that still waits, to run when it is due."""
    with connection.cursor() as cursor:
        cursor.execute(_DEFER, {"ids": message_ids, "queue": MAIL_QUEUE, "task": SEND_MESSAGE})
