"""What two records hold, and what keeps them from becoming one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings.life_cycle import CLAIMING
from bookings.models import Appointment
from clinic import times
from patients.models import Draft, ErasureRequest, Merge, Patient, VisitRequest
from patients.queries.health_forms import list_with_forms

CAN_BE_UNDONE = timedelta(hours=24)

_OVERLAPS = """
SELECT one.id
  FROM bookings_appointment one
  JOIN bookings_appointment other
    ON tstzrange(one.starts_at, one.ends_at) && tstzrange(other.starts_at, other.ends_at)
   AND other.patient_id = %(other)s AND other.status = ANY(%(claiming)s)
 WHERE one.patient_id = %(one)s AND one.status = ANY(%(claiming)s)
 ORDER BY one.starts_at LIMIT 3
"""


@dataclass(frozen=True)
class Side:
    """One record of two: who, how many visits it has, and whether it holds health data, which cannot move."""

    patient: Patient
    visits: int
    holds_health_data: bool


def get_sides(*patients: Patient) -> list[Side]:
    """Return what each of these records holds, in their order. Two queries a record."""
    holds = list_with_forms([each.pk for each in patients])
    return [
        Side(each, Appointment.objects.filter(patient=each).count(), each.pk in holds) for each in patients
    ]


def list_obstacles(kept: Patient, gone: Patient) -> list[str]:
    """Return why `gone` cannot become part of `kept`, a sentence each; none if it can.

    What a form holds is sealed with its own patient's key and place (clinic/sealing.py), so it stays where it
    is: a record that has one is the one to keep, and two that do stay two. Words beside visits and messages
    name the key they were sealed with, and go along.
    """
    reasons = [_not_there(each) for each in (kept, gone) if each.archived_at is not None]
    if kept.account_id and gone.account_id and kept.account_id != gone.account_id:
        reasons.append(_("Both records have an account of their own. Two accounts cannot become one."))
    held = list_with_forms([kept.pk, gone.pk])
    if {kept.pk, gone.pk} <= held:
        reasons.append(_("Both records have a health form. A form cannot move to another record."))
    elif gone.pk in held:
        words = _("The health form is in the record of %(name)s. Keep that record.")
        reasons.append(words % {"name": gone.name})
    reasons += [_overlap(visit) for visit in _list_overlaps(kept, gone)]
    if ErasureRequest.objects.filter(patient__in=[kept, gone], settled_at=None).exists():
        reasons.append(_("Somebody asked us to erase one of these records. Answer that first."))
    if _both_ask_for_change(kept, gone):
        reasons.append(_("Both records have an open request to change a visit. Close one of them first."))
    return reasons


def list_obstacles_to_undo(merge: Merge, *, now: datetime) -> list[str]:
    """Return why a merge cannot be undone, a sentence each; none if it can."""
    kept, gone = merge.kept, merge.gone
    if merge.undone_at is not None:
        return [_("This was undone already.")]
    if now - merge.at > CAN_BE_UNDONE:
        return [_("More than 24 hours have passed.")]
    reasons = [_not_there(kept)] if kept.archived_at is not None else []
    if kept.account_id != merge.after["account_id"]:
        reasons.append(_("The account of this record has changed since."))
    gives_account_back = merge.before["kept"]["account_id"] != merge.after["account_id"]
    if gives_account_back and Draft.objects.filter(patient=kept, started_at__gt=merge.at).exists():
        reasons.append(_("A health form was begun since. It cannot move to another record."))
    moved = Appointment.objects.filter(pk__in=merge.moved["visits"])
    if moved.exclude(patient=kept).exists():
        reasons.append(_("A visit that was moved belongs to another record now."))
    if gone.merged_into_id != kept.pk:
        reasons.append(_("The other record is no longer a part of this one."))
    return reasons


def find_undoable_merge(kept: Patient, *, now: datetime) -> Merge | None:
    """Return the last merge into a record, if it can still be undone, or None."""
    merges = Merge.objects.filter(kept=kept, undone_at=None, at__gte=now - CAN_BE_UNDONE)
    return merges.select_related("gone", "kept", "by").order_by("-at", "pk").first()


def list_ids_of_visits(patients: Collection[Patient]) -> list[UUID]:
    """Return the visits of these records, holds included, by id."""
    visits = Appointment.objects.filter(patient__in=patients)
    return list(visits.order_by("pk").values_list("pk", flat=True))


def _list_overlaps(kept: Patient, gone: Patient) -> list[Appointment]:
    claiming = sorted(status.value for status in CLAIMING)
    with connection.cursor() as cursor:
        cursor.execute(_OVERLAPS, {"one": gone.pk, "other": kept.pk, "claiming": claiming})
        ids = [row[0] for row in cursor.fetchall()]
    return list(Appointment.objects.select_related("site").filter(pk__in=ids).order_by("starts_at", "pk"))


def _both_ask_for_change(kept: Patient, gone: Patient) -> bool:
    """Whether both have a request of which each record may have one open at a time."""
    asked = VisitRequest.objects.filter(kind=VisitRequest.Kind.CHANGE, closed_at=None, review=None)
    return asked.filter(patient__in=[kept, gone]).values("patient").distinct().count() > 1


def _not_there(patient: Patient) -> str:
    return _("The record of %(name)s is in the archive.") % {"name": patient.name}


def _overlap(visit: Appointment) -> str:
    when = times.format_when(visit.starts_at, visit.site.tz, get_language() or "en")
    return _("Both have a visit at the same time: %(when)s. Move or cancel one first.") % {"when": when}
