"""Who opened a patient's form, as the patient may see it."""

from uuid import UUID

from clinic.models import ReadRecord

MOST = 200


def list_staff_reads(patient_id: UUID) -> list[ReadRecord]:
    """Return the newest reads of a patient's health data by members of staff, newest first. One query.

    Lists are left out: they show that there is a form, not what is in it.
    """
    reads = ReadRecord.objects.filter(patient_ids__contains=[patient_id]).exclude(roles=[])
    opened = reads.exclude(action=ReadRecord.Action.LISTED)
    return list(opened.select_related("reader").order_by("-at", "-pk")[:MOST])
