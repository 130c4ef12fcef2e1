"""Changing a visit as a clinician, or the form, asked: longer, another way, or at another time."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from bookings.models import Appointment
from bookings.queries.offers import Search
from bookings.services import claims, holds, telling
from bookings.services.actors import Actor
from bookings.services.keys import fingerprint, take_key
from bookings.services.records import record, save_patient_time
from bookings.services.refusals import JustTaken, NotAllowed
from bookings.services.restoring import REQUEST, look_at
from bookings.services.visits import check_upcoming
from clinic.models import Practitioner
from patients.services.visit_requests import close_request

CHANGED = "changed"
"""What a change is called among the events of a visit, and as a message."""

FIELDS = ["visit_type", "mode", "practitioner", "any_practitioner", "starts_at", "ends_at"]


def change_visit(
    *,
    appointment: Appointment,
    seen: int,
    request_id: UUID,
    search: Search,
    starts_at: datetime,
    key: UUID,
    actor: Actor,
    now: datetime,
) -> Appointment:
    """Give a visit the type, mode and start of an offer, and close the request for it. The key makes it once.

    Its people and rooms stay where they are free. The price stays: it was agreed, and the patient did not
    ask for the change. On any refusal the visit stays as it is and the request open. `seen` is the visit's
    sequence on the page that offered the change. The message to the patient waits (see `quiet_hours`).

    :raises NotOffered, JustTaken, KeyReused, PatientBusy: as for a move.
    :raises NotAllowed, TooLate: if the visit cannot be changed any more, is not as it was seen, or the
        request was closed.
    """
    search = replace(search, moving_id=appointment.pk)
    with transaction.atomic():
        visit = holds.lock_appointment(appointment.pk)
        asked = {"visit": visit.pk, "request": request_id, "search": holds.words_of(search)}
        if take_key(key, fingerprint(**asked, starts_at=starts_at), visit.pk) is not None:
            return visit
        check_upcoming(visit, now)
        if visit.sequence != seen:
            raise NotAllowed(_("This visit has changed meanwhile. Nothing was changed now."))
        if not close_request(request_id=request_id, by=actor.user, now=now):
            raise NotAllowed(_("Somebody has dealt with this request already. Nothing was changed now."))
        search, choice = holds.get_offered_choice(search, starts_at, now)
        before = look_at(visit, now)
        leaving = before.facts["resources"]
        span = holds.buffered(search, starts_at)
        chosen = claims.claim(
            choice.keeping(leaving), appointment_id=visit.pk, span=span, hold=None, leaving=leaving
        )
        if chosen is None:
            raise JustTaken
        _put(visit, search, starts_at, holds.practitioner_of(chosen))
        record(visit, CHANGED, before.status, actor, now, before.facts | {REQUEST: str(request_id)})
        telling.tell(visit, before, now, moved="changed")
        return visit


def _put(visit: Appointment, search: Search, starts_at: datetime, practitioner: Practitioner) -> None:
    """Save what a changed visit is now; who asked for anyone at first goes on asking for anyone.

    :raises PatientBusy: if the patient has another visit then.
    """
    visit.visit_type, visit.mode = search.visit_type, search.mode
    visit.practitioner = practitioner
    visit.any_practitioner = visit.any_practitioner or search.practitioner_id is None
    visit.starts_at, visit.ends_at = starts_at, starts_at + search.visit_type.length
    visit.sequence += 1
    save_patient_time(visit, [*FIELDS, "sequence", "changed_at"])
