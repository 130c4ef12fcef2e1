"""Writing down who reads health data, before it is shown: if this fails, the read fails.

The transaction and era of a row are written by a trigger of its table.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clinic import prepared, request_ids
from clinic.models import ReadRecord, User

Action = ReadRecord.Action

_INSERT = """
INSERT INTO clinic_readrecord
    (at, transaction_id, reader_id, roles, action, subject_type, subject_ids, patient_ids, reason, address,
     request_id)
VALUES (%(at)s::timestamptz, 0, %(reader)s::int8, %(roles)s::text[],
        %(action)s::text, %(subject_type)s::text, %(subject_ids)s::uuid[], %(patient_ids)s::uuid[],
        %(reason)s::text, %(address)s::text, %(request)s::text)
RETURNING id
"""


@dataclass(frozen=True)
class Reader:
    """Who reads: a signed-in user, or None for whoever holds a link; and the address they come from.

    `by` names what opened the form where nobody is signed in, such as the pass of a tablet.
    """

    user: User | None
    address: str = ""
    by: str = ""


def record_read(
    *,
    reader: Reader,
    action: Action,
    subject_type: str,
    subject_ids: Collection[UUID],
    patient_ids: Collection[UUID],
    now: datetime,
    reason: str = "",
) -> None:
    """Write one row about one read, of one thing or of a list; a list of nothing writes nothing.

    `subject_type` says what the ids are, such as "form_version". `reason` is the reader's own words for a
    record they are not in charge of; it must not repeat content. Without, it says by what a reader came.

    :raises django.db.Error: if it cannot be written; then nothing may be shown.
    """
    if not subject_ids:
        return
    prepared.fetch(
        _INSERT,
        {
            "at": now,
            "reader": reader.user.pk if reader.user else None,
            "roles": list(reader.user.roles) if reader.user else [],
            "action": action.value,
            "subject_type": subject_type,
            "subject_ids": list(subject_ids),
            "patient_ids": sorted(set(patient_ids)),
            "reason": (reason or reader.by)[:200],
            "address": reader.address,
            "request": request_ids.current(),
        },
    )
