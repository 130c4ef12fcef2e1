"""Booking for somebody who calls or stands at the desk, with what that settles."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from bookings.models import Appointment, RequestKey
from bookings.queries.offers import Search
from bookings.services import settling, visits
from bookings.services.actors import Actor
from bookings.services.refusals import NotAllowed
from bookings.services.settling import Settles
from bookings.services.visits import AtDesk
from patients.models import Patient
from patients.services.people import PersonDetails


def book_for_caller(
    *,
    search: Search,
    starts_at: datetime,
    person: PersonDetails,
    desk: AtDesk,
    settles: Settles,
    key: UUID,
    actor: Actor,
    now: datetime,
) -> Appointment:
    """Book a free time for somebody at the desk or on the phone, and settle what it was for. One transaction.

    The same key and data twice return the same booking. On any refusal nothing is settled.

    :raises NotOffered, JustTaken, KeyReused, PatientBusy: as for a booking.
    :raises NotAllowed: if somebody has settled it meanwhile, or the chosen record is not there any more.
    """
    with transaction.atomic():
        is_open = settling.settle(settles, actor=actor, now=now)
        if not is_open and not RequestKey.objects.filter(key=key).exists():
            raise NotAllowed(_("Somebody has dealt with this already. Nothing was booked now."))
        try:
            visit = visits.book_visit(
                search=search,
                starts_at=starts_at,
                person=person,
                key=key,
                actor=actor,
                now=now,
                desk=replace(desk, facts=desk.facts | settles.facts),
            )
        except Patient.DoesNotExist:
            raise NotAllowed(_("This record is not there any more. Look for the person again.")) from None
        settling.link(settles, visit)
        return visit
