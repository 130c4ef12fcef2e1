"""Who opened a patient's form, as the patient may see it."""

from datetime import timedelta
from uuid import UUID

from clinic.models import ReadRecord

MOST = 200
TOGETHER = timedelta(minutes=10)
"""Photos that one person opens within this time are one read to the patient: a page shows a dozen."""


def list_staff_reads(patient_id: UUID) -> list[ReadRecord]:
    """Return the newest reads of a patient's health data by members of staff, newest first. One query.

    Lists are left out: they show that there is a form, not what is in it.
    """
    reads = ReadRecord.objects.filter(patient_ids__contains=[patient_id]).exclude(roles=[])
    opened = reads.exclude(action=ReadRecord.Action.LISTED)
    found: list[ReadRecord] = []
    for read in opened.select_related("reader").order_by("-at", "-pk")[:MOST]:
        if not (found and _is_one(found[-1], read)):
            found.append(read)
    return found


def _is_one(later: ReadRecord, read: ReadRecord) -> bool:
    """Say whether two reads are of photos, by one person, shortly after each other."""
    are_photos = later.action == read.action == ReadRecord.Action.PHOTO
    return are_photos and later.reader_id == read.reader_id and later.at - read.at < TOGETHER
