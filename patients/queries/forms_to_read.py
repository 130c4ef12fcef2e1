"""Which forms wait for a clinician: the latest version of each patient, by what was decided on it."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from clinic.models import User
from patients.models import FormReader, FormVersion, Override, Photo, Review, UrgentAlert
from patients.queries.care_team import of_care_team

TO_READ, WAITING, DECIDED = "to-read", "waiting", "decided"
TABS = {
    TO_READ: Q(reviews=None),
    WAITING: Q(reviews__decision=Review.Decision.ASK),
    DECIDED: Q(reviews__decision__in=[Review.Decision.GOES_AHEAD, Review.Decision.CHANGE]),
}
"""To read; asked the patient and nothing newer came in; decided. One review decides on a version."""

_WAITING = """
SELECT (SELECT count(*)
          FROM patients_formversion version JOIN patients_patient patient ON patient.id = version.patient_id
          JOIN patients_datakey data_key ON data_key.patient_id = patient.id
         WHERE patient.archived_at IS NULL
           AND NOT EXISTS (SELECT FROM patients_review WHERE version_id = version.id)
           AND NOT EXISTS (SELECT FROM patients_formversion newer
                            WHERE newer.patient_id = version.patient_id AND newer.number > version.number)),
       (SELECT count(*) FROM patients_urgentalert WHERE acknowledged_at IS NULL)
"""


def latest_versions() -> QuerySet[FormVersion]:
    """Return the latest version of each patient whose forms can still be opened: erasing destroys the key."""
    newer = FormVersion.objects.filter(patient=OuterRef("patient"), number__gt=OuterRef("number"))
    return FormVersion.objects.filter(
        ~Exists(newer), patient__archived_at=None, patient__data_key__isnull=False
    )


def count_by_tab(user: User, *, now: datetime) -> dict[str, int]:
    """Return how many forms of somebody's patients each tab has. One query, and one for their shifts."""
    names = {tab.replace("-", "_"): tab for tab in TABS}
    counts = of_care_team(latest_versions(), user, now).aggregate(
        **{name: Count("pk", filter=TABS[tab], distinct=True) for name, tab in names.items()}
    )
    return {tab: counts[name] for name, tab in names.items()}


def count_waiting_for(user: User, now: datetime) -> tuple[int, int]:
    """Return how many forms of somebody's patients are to be read, and how many urgent alerts nobody took on.

    One query for the review pool, three for others.
    """
    if not user.in_review_pool:
        to_read = of_care_team(latest_versions().filter(TABS[TO_READ]), user, now)
        alerts = of_care_team(UrgentAlert.objects.filter(acknowledged_at=None), user, now)
        return to_read.count(), alerts.count()
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        counts = cursor.fetchone()
    return counts[0], counts[1]


def list_corrections_by_patient(patient_ids: Collection[UUID]) -> dict[UUID, list[Override]]:
    """Return what clinicians corrected, oldest first, by patient, still sealed. One query."""
    found = defaultdict(list)
    rows = Override.objects.filter(patient_id__in=patient_ids).select_related("by").order_by("at", "pk")
    for row in rows:
        found[row.patient_id].append(row)
    return found


def list_versions_before(versions: Collection[FormVersion]) -> dict[UUID, FormVersion]:
    """Return the version before each of these, by patient; first versions have none. One query."""
    later = [version.patient_id for version in versions if version.number > 1]
    numbers = {version.patient_id: version.number for version in versions}
    rows = FormVersion.objects.filter(patient_id__in=later).order_by("patient", "number")
    return {row.patient_id: row for row in rows if row.number < numbers[row.patient_id]}


def list_readers(versions: Collection[FormVersion]) -> dict[UUID, list[FormReader]]:
    """Return who has or had these versions open, last seen first, by version. One query."""
    found = defaultdict(list)
    rows = FormReader.objects.filter(version__in=versions).select_related("user").order_by("-seen_at", "pk")
    for row in rows:
        found[row.version_id].append(row)
    return found


def list_photos_for(versions: Collection[FormVersion]) -> dict[UUID, list[Photo]]:
    """Return the photos that belong to these versions, by view, newest first, by version. One query.

    They are those that were there when it was sent, and whatever the clinic took.
    """
    by_patient = {version.patient_id: version for version in versions}
    found = defaultdict(list)
    rows = Photo.objects.filter(patient_id__in=by_patient)
    for row in rows.order_by("patient", "view", "-uploaded_at", "pk"):
        version = by_patient[row.patient_id]
        was_there = row.uploaded_at <= version.sent_at
        is_there = row.removed_at is None or row.removed_at > version.sent_at
        if is_there and (was_there or row.by_clinic):
            found[version.pk].append(row)
    return found
