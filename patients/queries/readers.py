"""Who opened a patient's form, as the patient may see it."""

from datetime import timedelta
from uuid import UUID

from clinic.models import ReadRecord

MOST = 200
LOOKED_THROUGH = 20 * MOST
"""Reads that are looked through for the newest lines: filling in a form opens it with every page and save."""

TOGETHER = timedelta(minutes=10)
REPEATED = frozenset({"photo", "draft"})
"""What one person opens many times in a row within `TOGETHER` is one read to the patient: the dozen photos of
a page, the form while it is filled in at the clinic."""


def list_staff_reads(patient_id: UUID) -> list[ReadRecord]:
    """Return the newest reads of a patient's health data by members of staff, newest first. One query.

    Lists are left out: they show that there is a form, not what is in it.
    """
    reads = ReadRecord.objects.filter(patient_ids__contains=[patient_id]).exclude(roles=[])
    opened = reads.exclude(action=ReadRecord.Action.LISTED)
    found: list[ReadRecord] = []
    for read in opened.select_related("reader").order_by("-at", "-pk")[:LOOKED_THROUGH]:
        if not (found and _is_one(found[-1], read)):
            found.append(read)
    return found[:MOST]


def _is_one(later: ReadRecord, read: ReadRecord) -> bool:
    """Say whether two reads are of one repeated kind, by one person, shortly after each other."""
    is_same = later.subject_type == read.subject_type and later.reader_id == read.reader_id
    is_same = is_same and later.reason == read.reason
    return is_same and read.subject_type in REPEATED and later.at - read.at < TOGETHER
