"""Who opened what a patient told us, as the patient may see it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from clinic.models import ReadRecord, User
from patients.models import TabletPass

MOST = 200
LOOKED_THROUGH = 20 * MOST
"""Reads that are looked through for the newest lines: filling in a form opens it with every page and save."""

TABLET_PASS = "tablet_pass"  # noqa: S105 (the name of a kind of row)
"""What the audit calls the opening of the form on the clinic's tablet; nobody is signed in there."""

ALERT = "alert"
"""What the audit calls urgent answers."""

REASON = "reason:"
"""How the audit begins what names a typed reason (patients/services/reason_access.py)."""

Action = ReadRecord.Action


class What(StrEnum):
    """What was read, in kinds that a patient tells apart. None says which answer, or that one was urgent."""

    ANSWERS = "answers"
    PHOTOS = "photos"
    LIST = "list"
    PRINT = "print"
    FILE = "file"
    TABLET = "tablet"


TOGETHER = {
    (What.PHOTOS, "photo"): timedelta(minutes=10),
    (What.ANSWERS, "draft"): timedelta(minutes=10),
    (What.LIST, "form_version"): timedelta(days=1),
    (What.LIST, ALERT): timedelta(days=1),
    (What.FILE, "patient"): timedelta(minutes=10),
    (What.FILE, "visit"): timedelta(minutes=10),
}
"""What one person opens again within so long is one line to the patient: the dozen photos of a page, the form
while it is filled in at the clinic, the list of forms that is looked at all day."""


@dataclass(frozen=True)
class StaffRead:
    """One line: who, in which roles, when, and what. `gave_reason`: they were not in charge and said why.

    The reason itself is not shown: a parent may read this, and it may touch what is private.
    """

    at: datetime
    reader: User
    roles: tuple[str, ...]
    what: What
    gave_reason: bool = False


def list_staff_reads(patient_id: UUID, *, leaves_out_urgent: bool = False) -> list[StaffRead]:
    """Return the newest reads of what a patient told us by members of staff, newest first. Two queries.

    Left out: the patient's own reads and those of a private link, and that the desk looked up a name. With
    `leaves_out_urgent`, for whoever may be a guardian, also that urgent answers were looked at: without one
    there would be no such line.
    """
    found = ReadRecord.objects.filter(patient_ids__contains=[patient_id]).select_related("reader")
    shown = found.exclude(action=Action.LISTED, subject_type="patient")
    if leaves_out_urgent:
        shown = shown.exclude(subject_type=ALERT)
    reads = list(shown.order_by("-at", "-pk")[:LOOKED_THROUGH])
    given_out = _list_passes(reads)
    lines: list[StaffRead] = []
    newest: dict[tuple[int | None, What, str, bool], datetime] = {}
    for read in reads:
        line = _line(read, given_out)
        if line is None:
            continue
        key = (line.reader.pk, line.what, read.subject_type, line.gave_reason)
        window = TOGETHER.get((line.what, read.subject_type), timedelta(0))
        if key not in newest or newest[key] - read.at >= window:
            newest[key] = read.at
            lines.append(line)
    return lines[:MOST]


def _line(read: ReadRecord, given_out: dict[UUID, User]) -> StaffRead | None:
    """Return a read as a line; None if nobody of the clinic read."""
    if read.subject_type == TABLET_PASS:
        by = given_out.get(read.subject_ids[0])
        return StaffRead(read.at, by, tuple(by.roles), What.TABLET) if by else None
    if read.reader is None or not read.roles:
        return None
    return StaffRead(
        read.at, read.reader, tuple(read.roles), _what(read), gave_reason=read.reason.startswith(REASON)
    )


def _what(read: ReadRecord) -> What:
    if read.action == Action.PRINTED:
        return What.PRINT
    if read.action == Action.EXPORTED:
        return What.FILE
    if read.subject_type == "photo":
        return What.PHOTOS
    return What.LIST if read.action == Action.LISTED else What.ANSWERS


def _list_passes(reads: Iterable[ReadRecord]) -> dict[UUID, User]:
    """Return who gave out the tablets that these reads speak of, by the pass."""
    ids = [read.subject_ids[0] for read in reads if read.subject_type == TABLET_PASS]
    return {row.pk: row.made_by for row in TabletPass.objects.filter(pk__in=ids).select_related("made_by")}
