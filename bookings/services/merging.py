"""Two records become one, and are parted again within a day. One transaction each.

Locks are taken in the order of every other writer (`claims`): visits, then the records' rows, then the
patients, each sorted. What is sealed never moves; what keeps two records apart is asked again under the
locks.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.db.models import Model
from django.utils.translation import gettext as _
from psycopg.errors import DeadlockDetected

from bookings.models import Appointment, WalkIn
from bookings.queries.merging import list_ids_of_visits, list_obstacles, list_obstacles_to_undo
from bookings.services import claims
from bookings.services.keys import fingerprint
from bookings.services.own_copies import end_copies_of
from bookings.services.refusals import CannotMerge
from clinic.models import User
from patients.models import DeskMessage, FormLink, Merge, Patient, TabletPass, VisitRequest

CHOICES: Mapping[str, tuple[str, ...]] = {
    "name": ("name",),
    "birth_date": ("birth_date",),
    "phone": ("phone",),
    "email": ("email",),
    "contact_name": ("contact_name", "booked_for"),
    "language": ("language",),
    "zone": ("zone",),
}
"""What the desk chooses between two records, and the columns that go with each choice."""

COLUMNS = (*(column for columns in CHOICES.values() for column in columns), "account_id")

MOVED: Mapping[str, type[Model]] = {
    "visits": Appointment,
    "walk_ins": WalkIn,
    "requests": VisitRequest,
    "messages": DeskMessage,
}
"""Rows that change hands. Others that name a patient are sealed, immutable, or speak of the record itself."""


def merge_patients(
    *, kept_id: UUID, gone_id: UUID, taken: frozenset[str], seen: str, by: User, now: datetime
) -> Merge:
    """Make `gone` a part of `kept`: its visits, requests and messages move, and it goes to the archive.

    `taken` names the `CHOICES` for which the value of `gone` is right. `seen` is `print_of` both records as
    the page showed them. An account comes along. Links to the form of `gone` stop working.

    :raises CannotMerge: with every reason, or if something changed since the page was shown.
    :raises Patient.DoesNotExist: if there is no such record.
    """

    def merge() -> Merge:
        kept, gone = _lock(kept_id, gone_id)
        if print_of(kept, gone) != seen:
            raise CannotMerge([_("One of the records has changed. Look at both again.")])
        if reasons := list_obstacles(kept, gone):
            raise CannotMerge(reasons)
        before = {"kept": _columns_of(kept), "gone": _columns_of(gone)}
        booker = (kept if kept.account_id else gone).booked_for
        for choice in taken & CHOICES.keys():
            for column in CHOICES[choice]:
                setattr(kept, column, getattr(gone, column))
        kept.account_id = kept.account_id or gone.account_id
        if kept.account_id and booker != Patient.Booker.SELF:
            kept.booked_for = booker  # a guardian's account stays one, whatever else was chosen
        kept.save(update_fields=_names(COLUMNS))
        gone.account_id, gone.merged_into, gone.archived_at = None, kept, now
        gone.save(update_fields=["account", "merged_into", "archived_at"])
        moved = {name: _move(model, gone, kept) for name, model in MOVED.items()}
        moved["links"] = _shut_links(gone, now)
        record = {"before": before, "after": _columns_of(kept), "moved": moved}
        return Merge.objects.create(kept=kept, gone=gone, by=by, at=now, **record)

    return _in_one_step(merge)


def undo_merge(*, merge_id: UUID, by: User, now: datetime) -> Merge:
    """Part two records again within 24 hours: what moved goes back, and both are as they were.

    What came since stays with the record that was kept: visits booked, and contacts that were changed.

    :raises CannotMerge: with what stands in the way; nothing is changed.
    :raises Merge.DoesNotExist: if there is no such merge.
    """

    def undo() -> Merge:
        found = Merge.objects.get(pk=merge_id)
        _lock(found.kept_id, found.gone_id)
        merge = Merge.objects.select_related("kept", "gone").get(pk=merge_id)
        if reasons := list_obstacles_to_undo(merge, now=now):
            raise CannotMerge(reasons)
        kept, gone, after = merge.kept, merge.gone, merge.after
        for column, value in merge.before["kept"].items():
            if _columns_of(kept)[column] == after[column]:
                setattr(kept, column, _read(column, value))
        kept.save(update_fields=_names(COLUMNS))
        gone.account_id = merge.before["gone"]["account_id"]
        gone.merged_into = gone.archived_at = None
        gone.save(update_fields=["account", "merged_into", "archived_at"])
        for name, model in MOVED.items():
            model._default_manager.filter(pk__in=merge.moved[name]).update(patient=gone)
        FormLink.objects.filter(pk__in=merge.moved["links"]).update(revoked_at=None)
        end_copies_of(kept, now=now)  # made of both, and two people's after all
        merge.undone_at, merge.undone_by = now, by
        merge.save(update_fields=["undone_at", "undone_by"])
        return merge

    return _in_one_step(undo)


def print_of(kept: Patient, gone: Patient) -> str:
    """Return a hash that changes with anything a page about both records shows for choosing."""
    return fingerprint(both=[[str(each.pk), _columns_of(each)] for each in (kept, gone)])


def _in_one_step(step: Callable[[], Merge]) -> Merge:
    """Run a step in a transaction of its own; a writer who stands in its way goes first.

    :raises CannotMerge: if Postgres ended it for the other's sake.
    """
    try:
        with transaction.atomic():
            return step()
    except OperationalError as error:
        if isinstance(error.__cause__, DeadlockDetected):
            raise CannotMerge([_("Something just changed. Look at both again.")]) from None
        raise


def _lock(kept_id: UUID, gone_id: UUID) -> tuple[Patient, Patient]:
    """Wait for the visits, the rows and the patients of two records, and return them as they are then.

    A row is locked for changing, not for deleting: somebody who has the patient's lock may still insert a
    visit.

    :raises CannotMerge: if a visit came or went meanwhile.
    """
    both = [Patient(pk=kept_id), Patient(pk=gone_id)]
    visits = list_ids_of_visits(both)
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM bookings_appointment WHERE id = ANY(%s) ORDER BY id FOR UPDATE", [visits])
    rows = Patient.objects.select_for_update(no_key=True).filter(pk__in=[kept_id, gone_id]).order_by("pk")
    list(rows.values_list("pk"))
    for patient_id in sorted((kept_id, gone_id)):
        claims.lock_patient(patient_id)
    if list_ids_of_visits(both) != visits:
        raise CannotMerge([_("Something just changed. Look at both again.")])
    return Patient.objects.get(pk=kept_id), Patient.objects.get(pk=gone_id)


def _move(model: type[Model], gone: Patient, kept: Patient) -> list[str]:
    """Give the rows of one record to the other; return their ids."""
    rows = model._default_manager.filter(patient=gone)
    ids = [str(key) for key in rows.order_by("pk").values_list("pk", flat=True)]
    rows.update(patient=kept)
    return ids


def _shut_links(gone: Patient, now: datetime) -> list[str]:
    links = FormLink.objects.filter(patient=gone, revoked_at=None, expires_at__gt=now)
    ids = [str(key) for key in links.order_by("pk").values_list("pk", flat=True)]
    links.update(revoked_at=now)
    TabletPass.objects.filter(patient=gone, ended_at=None).update(ended_at=now, ended_by=TabletPass.End.DESK)
    return ids


def _columns_of(patient: Patient) -> dict[str, Any]:
    """Return what a merge may write of a record, as plain JSON."""
    plain: dict[str, Any] = {}
    for column in COLUMNS:
        value = getattr(patient, column)
        plain[column] = value if value is None or isinstance(value, int) else str(value)
    return plain


def _read(column: str, value: Any) -> Any:
    return date.fromisoformat(value) if column == "birth_date" and value else value


def _names(columns: tuple[str, ...]) -> list[str]:
    return [column.removesuffix("_id") for column in columns]
