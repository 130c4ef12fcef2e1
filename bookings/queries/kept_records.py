"""What law keeps of a person, and until when; and what stands in the way of an erasure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Max, Q
from django.db.models.functions import Lower
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings.life_cycle import CLAIMING, UPCOMING, Status
from bookings.models import Appointment
from clinic import times
from clinic.models import User
from clinic.queries.retention import get_periods
from clinic.retention import keep_until
from patients.models import FormVersion, Patient, Photo, UrgentAlert

HELD = frozenset({Status.ARRIVED, Status.IN_ROOM, Status.DONE})
"""A visit that took place, or takes place now."""

_PERSON = """
WITH RECURSIVE person AS (
    SELECT id FROM patients_patient WHERE id = %s
    UNION
    SELECT p.id FROM patients_patient p JOIN person ON p.merged_into_id = person.id
)
SELECT id FROM person ORDER BY id
"""


@dataclass(frozen=True)
class Kept:
    """Why a record is kept: until which day, and since which visit or form that is counted."""

    last: date
    until: date


def list_ids_of_person(patient_id: UUID) -> list[UUID]:
    """Return a patient and every record that became part of theirs, by id."""
    with connection.cursor() as cursor:
        cursor.execute(_PERSON, [patient_id])
        return [row[0] for row in cursor.fetchall()]


def find_kept(ids: Collection[UUID], *, today: date) -> Kept | None:
    """Return what law keeps of a person, or None if nothing must be kept, or not any more.

    A form that was sent, a photo that the clinic took and a visit that took place are a clinical record;
    bookings that nobody came to are not. A visit whose time is over and of which nobody said what became of
    it counts as one that took place.
    """
    days = [day for day in (_last_visit(ids, today), _last_form(ids), _last_photo(ids)) if day]
    if not days:
        return None
    periods = get_periods()
    births = Patient.objects.filter(pk__in=ids, birth_date__isnull=False).values_list("birth_date", flat=True)
    until = max(
        keep_until(max(days), years=periods["records"], born=born, until_age=periods["young"])
        for born in [*births, None]
    )
    return Kept(max(days), until) if until > today else None


def list_obstacles_to_erasure(
    ids: Collection[UUID], *, now: datetime, tells_urgent: bool = True
) -> list[str]:
    """Return why a person cannot be erased now, a sentence each; none if they can.

    Without `tells_urgent` an urgent answer that nobody has read is left out: a guardian does not hear of it.
    """
    ahead = Appointment.objects.select_related("site").filter(patient__in=ids)
    ahead = ahead.filter(
        Q(status__in=[Status.ARRIVED, Status.IN_ROOM]) | Q(status__in=_values(CLAIMING), ends_at__gt=now)
    )
    words = _("There is still a visit: %(when)s. It must be cancelled first.")
    reasons = [
        words % {"when": times.format_when(visit.starts_at, visit.site.tz, get_language() or "en")}
        for visit in ahead.order_by("starts_at", "pk")[:3]
    ]
    if tells_urgent and UrgentAlert.objects.filter(patient__in=ids, acknowledged_at=None).exists():
        reasons.append(_("A doctor has to read an urgent answer first."))
    return reasons


def list_addresses_of(ids: Collection[UUID], accounts: Collection[User]) -> list[str]:
    """Return the e-mail addresses that are these people's alone, in small letters."""
    own = {email.lower() for email in Patient.objects.filter(pk__in=ids).values_list("email", flat=True)}
    own |= {(account.email or "").lower() for account in accounts}
    others = Patient.objects.exclude(pk__in=ids).filter(erased_at=None).exclude(email="")
    users = User.objects.exclude(pk__in=[account.pk for account in accounts]).exclude(email=None)
    shared = {
        address
        for address in own
        if address and (others.filter(email__iexact=address) or users.filter(email__iexact=address))
    }
    return sorted(own - shared - {""})


def list_accounts_of(ids: Collection[UUID]) -> list[User]:
    """Return the accounts that are nobody's any more once these people are erased; never one of staff.

    One that was opened for a code that nobody typed is nobody's yet, and has their address.
    """
    addresses = Patient.objects.filter(pk__in=ids).exclude(email="").values(folded=Lower("email"))
    theirs = Q(patients__in=ids) | Q(patients=None, folded__in=addresses)
    accounts = User.objects.alias(folded=Lower("email")).filter(theirs, roles=[]).distinct().order_by("pk")
    return [a for a in accounts if not a.patients.filter(erased_at=None).exclude(pk__in=ids).exists()]


def _last_visit(ids: Collection[UUID], today: date) -> date | None:
    past = Q(status__in=_values(UPCOMING), ends_at__date__lt=today)
    held = Appointment.objects.filter(Q(status__in=_values(HELD)) | past, patient__in=ids)
    return _day(held.aggregate(last=Max("ends_at"))["last"])


def _last_form(ids: Collection[UUID]) -> date | None:
    return _day(FormVersion.objects.filter(patient__in=ids).aggregate(last=Max("sent_at"))["last"])


def _last_photo(ids: Collection[UUID]) -> date | None:
    taken = Photo.objects.filter(patient__in=ids, by_clinic=True)
    return _day(taken.aggregate(last=Max("uploaded_at"))["last"])


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _values(statuses: Collection[Status]) -> list[str]:
    return sorted(status.value for status in statuses)
