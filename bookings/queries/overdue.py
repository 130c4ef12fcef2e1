"""What has been kept long enough, by line of the retention table (`clinic/retention.py`). Ids only."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Q, QuerySet

from bookings.life_cycle import CLAIMING, Status
from bookings.models import Appointment, ImportBatch, ImportedRecord, VisitLink, WalkIn
from bookings.queries.kept_records import find_kept, list_ids_of_person
from clinic.models import LimitWindow, OutboxMessage
from clinic.retention import TABLE, last_moment
from patients.models import (
    DataExport,
    DeskMessage,
    Draft,
    FormLink,
    FormVersion,
    LockedRecord,
    Merge,
    Patient,
    Photo,
    TabletPass,
    UrgentAlert,
)

Rows = QuerySet[Any]
Periods = Mapping[str, int]
YEAR = timedelta(days=365)


def list_overdue_records(periods: Periods, now: datetime) -> list[Any]:
    """Return the patients whose record need not be kept any more, with nothing since, by id.

    A record without any visit or form is old from the day it was made. Who has a visit ahead, or waits for a
    doctor, is left alone.
    """
    old = now - YEAR * periods["records"]
    recent = Appointment.objects.filter(patient=OuterRef("pk")).filter(
        Q(ends_at__gt=old)
        | Q(status__in=[s.value for s in CLAIMING], ends_at__gt=now)
        | Q(created_at__gt=old)
    )
    fresh_form = FormVersion.objects.filter(patient=OuterRef("pk"), sent_at__gt=old)
    begun = Draft.objects.filter(patient=OuterRef("pk"), changed_at__gt=old)
    alert = UrgentAlert.objects.filter(patient=OuterRef("pk"), acknowledged_at=None)
    candidates = Patient.objects.filter(erased_at=None, merged_into=None, created_at__lt=old).exclude(
        Exists(recent) | Exists(fresh_form) | Exists(begun) | Exists(alert)
    )
    ids = list(candidates.order_by("created_at", "pk").values_list("pk", flat=True))
    return [pk for pk in ids if _may_go(pk, now)]


def _may_go(patient_id: Any, now: datetime) -> bool:
    """Say whether nothing of a person is kept, with what was merged into their record."""
    return find_kept(list_ids_of_person(patient_id), today=now.date()) is None


def list_overdue_locked(now: datetime) -> list[Any]:
    """Return the locked records whose day has come, by the patient's id."""
    due = LockedRecord.objects.filter(destroy_on__lte=now.date())
    return list(due.order_by("destroy_on", "pk").values_list("pk", flat=True))


def _before(code: str, periods: Periods, now: datetime) -> datetime:
    return now - last_moment(code, periods[code])


def _drafts(periods: Periods, now: datetime) -> list[Rows]:
    sent = FormVersion.objects.filter(patient=OuterRef("patient"))
    return [Draft.objects.filter(~Exists(sent), changed_at__lte=_before("drafts", periods, now))]


def _messages(periods: Periods, now: datetime) -> list[Rows]:
    old = _before("messages", periods, now)
    return [
        OutboxMessage.objects.filter(created_at__lte=old).exclude(status=OutboxMessage.Status.WAITING),
        DeskMessage.objects.filter(at__lte=old),
    ]


def _queue(periods: Periods, now: datetime) -> list[Rows]:
    old = _before("queue", periods, now)
    return [WalkIn.objects.filter(came_at__lte=old).exclude(name="", phone="")]


def _links(periods: Periods, now: datetime) -> list[Rows]:
    old = _before("links", periods, now)
    return [
        VisitLink.objects.filter(expires_at__lte=old),
        FormLink.objects.filter(expires_at__lte=old),
        TabletPass.objects.filter(made_at__lte=old),
        DataExport.objects.filter(ended_at__lte=old),
    ]


def _admin_log(periods: Periods, now: datetime) -> list[Rows]:
    return [LogEntry.objects.filter(action_time__lte=_before("admin_log", periods, now))]


def _merges(periods: Periods, now: datetime) -> list[Rows]:
    return [Merge.objects.filter(at__lte=_before("merges", periods, now)).exclude(before={}, after={})]


def _holds(periods: Periods, now: datetime) -> list[Rows]:
    old = _before("holds", periods, now)
    over = Appointment.objects.filter(patient=None, status__in=[Status.EXPIRED, Status.HELD])
    return [over.filter(hold_expires_at__lte=old, changed_at__lte=old)]


def _imports(periods: Periods, now: datetime) -> list[Rows]:
    old = _before("imports", periods, now)
    return [
        ImportBatch.objects.filter(imported_at=None, created_at__lte=now - timedelta(days=1)),
        ImportedRecord.objects.filter(batch__imported_at__lte=old),
    ]


def _limits(periods: Periods, now: datetime) -> list[Rows]:
    return [LimitWindow.objects.filter(ends_at__lte=_before("limits", periods, now))]


def _sessions(periods: Periods, now: datetime) -> list[Rows]:
    return [Session.objects.filter(expire_date__lte=_before("sessions", periods, now))]


def _exports(_periods: Periods, now: datetime) -> list[Rows]:
    return [DataExport.objects.filter(ended_at=None, expires_at__lte=now)]


OVERDUE: Mapping[str, Callable[[Periods, datetime], list[Rows]]] = {
    "drafts": _drafts,
    "messages": _messages,
    "queue": _queue,
    "links": _links,
    "admin_log": _admin_log,
    "merges": _merges,
    "holds": _holds,
    "imports": _imports,
    "limits": _limits,
    "sessions": _sessions,
    "exports": _exports,
}
"""For each line of the table, the rows that have been kept long enough; records and locked ones apart."""

APART = TABLE.keys() - OVERDUE.keys()
"""Lines that say until when a person's record is kept: "records" and "young"."""


def list_loose_photos(draft: Draft) -> list[Photo]:
    """Return the photos that go with a draft that was never sent."""
    return list(Photo.objects.filter(patient=draft.patient_id, by_clinic=False).order_by("pk"))
