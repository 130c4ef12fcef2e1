"""Booking, confirming, moving and cancelling a visit. One function, one transaction."""

import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from bookings.life_cycle import UPCOMING, Status
from bookings.models import Appointment, VisitEvent
from bookings.queries.offers import Search
from bookings.queries.plans import find_site_offer
from bookings.queries.visits import upcoming_of
from bookings.services import claims, holds, messages, telling
from bookings.services.actors import Actor
from bookings.services.desk_words import set_cancel_reason
from bookings.services.holds import lock_appointment
from bookings.services.keys import fingerprint, take_key
from bookings.services.records import insert_patient_time, new_event, new_patient, record, save_patient_time
from bookings.services.refusals import (
    HoldExpired,
    JustTaken,
    KeyReused,
    NotAllowed,
    TooLate,
    TooMany,
)
from bookings.services.restoring import look_at
from clinic.inserts import insert_rows
from clinic.models import Practitioner
from clinic.services.limits import normalise_email
from patients.services.people import PersonDetails, get_patient_of


@dataclass(frozen=True)
class AtDesk:
    """How the front desk books: as what, whether anyone was asked for, and what an undo has to know.

    `is_told` is False for who needs no message, because they stand there.
    """

    status: Status = Status.BOOKED
    for_anyone: bool = False
    facts: dict[str, Any] = field(default_factory=dict)
    is_told: bool = True


def book_held_visit(
    *, appointment_id: UUID, person: PersonDetails, key: UUID, actor: Actor, now: datetime
) -> Appointment:
    """Turn a hold into a booking. The same key and data twice return the same booking.

    :raises HoldExpired: if the ten minutes are over, by database time, under the locks.
    :raises KeyReused: if the key was used with other details, or the time was booked by another form.
    :raises PatientBusy: if the patient has a visit at that time.
    :raises TooMany: beyond the limits on bookings.
    """
    _count_booking(person, key, actor, now)
    with transaction.atomic():
        visit = lock_appointment(appointment_id)
        earlier = take_key(
            key, fingerprint(appointment=appointment_id, person=words_of_person(person)), visit.pk
        )
        if earlier is not None:
            return visit
        if visit.status not in (Status.HELD, Status.EXPIRED):
            raise KeyReused
        claims.lock_resources(claims.list_claimed(visit.pk))
        if visit.status != Status.HELD or not claims.is_alive(visit.pk, keep=True) or visit.starts_at <= now:
            raise HoldExpired(still_free=holds.is_still_free(visit, now))
        claims.set_expiry(visit.pk, longer=None)
        visit.patient = get_patient_of(person=person)
        visit.status = Status.BOOKED.value
        visit.hold_expires_at = None
        visit.price_minor = _price_of(visit)
        save_patient_time(visit, ["patient", "status", "hold_expires_at", "price_minor", "changed_at"])
        event = new_event(visit, "booked", Status.HELD, actor, now)
        messages.insert_announced(event, *new_patient(visit), appointment=visit, kind="booked", now=now)
        return visit


def book_visit(
    *,
    search: Search,
    starts_at: datetime,
    person: PersonDetails,
    key: UUID,
    actor: Actor,
    now: datetime,
    desk: AtDesk | None = None,
) -> Appointment:
    """Book an offered start at once, without a hold. The same key and data twice return the same booking.

    `desk` is how the front desk does it. A message that staff cause waits, so that an undo sends nothing.

    :raises NotOffered, JustTaken, KeyReused, PatientBusy, TooMany: as for a hold and its booking.
    """
    _count_booking(person, key, actor, now)
    with transaction.atomic():
        visit_id = uuid.uuid4()
        data = fingerprint(search=holds.words_of(search), starts_at=starts_at, person=words_of_person(person))
        earlier = take_key(key, data, visit_id)
        if earlier is not None:
            return earlier
        search, choice = holds.get_offered_choice(search, starts_at, now)
        span = holds.buffered(search, starts_at)
        chosen = claims.claim(choice, appointment_id=visit_id, span=span, hold=None)
        if chosen is None:
            raise JustTaken
        how = desk or AtDesk(for_anyone=search.practitioner_id is None)
        patient = get_patient_of(person=person)
        visit = Appointment(
            id=visit_id,
            status=how.status.value,
            visit_type=search.visit_type,
            site=search.site,
            practitioner=holds.practitioner_of(chosen),
            patient=patient,
            mode=search.mode,
            starts_at=starts_at,
            ends_at=starts_at + search.visit_type.length,
            patient_zone=person.zone or patient.zone,
            any_practitioner=how.for_anyone,
            spoken_language=search.language,
            price_minor=choice.offer.price_minor if choice.offer else None,
            is_demo=settings.DEMO,
        )
        rows = visit, new_event(visit, "booked", None, actor, now, how.facts), *new_patient(visit)
        insert = partial(telling.insert_booked, visit, actor, now) if how.is_told else insert_rows
        insert_patient_time(visit, partial(insert, *rows, unless_taken=holds.REFERENCE))
        return visit


def confirm_visit(*, appointment: Appointment, actor: Actor, now: datetime) -> Appointment:
    """Say that the patient is coming. Confirming twice changes nothing.

    :raises NotAllowed: if the visit is no longer booked.
    :raises TooLate: if it has started.
    """
    with transaction.atomic():
        visit = lock_appointment(appointment.pk)
        if visit.status == Status.CONFIRMED:
            return visit
        check_upcoming(visit, now)
        visit.status = Status.CONFIRMED.value
        visit.sequence += 1
        visit.save(update_fields=["status", "sequence", "changed_at"])
        record(visit, "confirmed", Status.BOOKED, actor, now)
        return visit


def move_visit(
    *, appointment: Appointment, search: Search, starts_at: datetime, key: UUID, actor: Actor, now: datetime
) -> Appointment:
    """Move a visit to another offered start; on any refusal the old time stays. The key makes it once.

    :raises NotOffered, JustTaken, KeyReused: as for a booking.
    :raises NotAllowed, TooLate: if the visit cannot be moved any more.
    :raises PatientBusy: if the patient has another visit then.
    """
    search = replace(search, moving_id=appointment.pk)
    with transaction.atomic():
        visit = lock_appointment(appointment.pk)
        data = fingerprint(visit=visit.pk, search=holds.words_of(search), starts_at=starts_at)
        if take_key(key, data, visit.pk) is not None:
            return visit
        check_upcoming(visit, now)
        old_starts_at, old_practitioner_id = visit.starts_at, visit.practitioner_id
        search, choice = holds.get_offered_choice(search, starts_at, now)
        leaving = claims.list_claimed(visit.pk)
        span = holds.buffered(search, starts_at)
        chosen = claims.claim(choice, appointment_id=visit.pk, span=span, hold=None, leaving=leaving)
        if chosen is None:
            raise JustTaken
        _put(visit, search, starts_at, holds.practitioner_of(chosen))
        record(
            visit,
            "moved",
            Status(visit.status),
            actor,
            now,
            facts={
                "from": old_starts_at.isoformat(),
                "to": starts_at.isoformat(),
                "from_practitioner": old_practitioner_id,
            },
        )
        telling.drop_held(visit)
        if starts_at != old_starts_at:
            messages.announce(appointment=visit, kind="moved", now=now, old_starts_at=old_starts_at)
        else:
            messages.announce(appointment=visit, kind="changed", now=now)
        return visit


def cancel_visit(*, appointment: Appointment, actor: Actor, reason: str, now: datetime) -> Appointment:
    """Cancel for the patient and free the time at once. Cancelling twice changes nothing.

    :raises NotAllowed, TooLate: if the visit cannot be cancelled any more.
    """
    with transaction.atomic():
        visit = lock_appointment(appointment.pk)
        if visit.status == Status.CANCELLED:
            return visit
        check_upcoming(visit, now)
        before = look_at(visit, now)
        give_up(visit, by=Appointment.CancelledBy.PATIENT, reason=reason)
        record(visit, "cancelled", before.status, actor, now, before.facts)
        telling.drop_held(visit)
        messages.announce(appointment=visit, kind="cancelled", now=now)
        return visit


def give_up(visit: Appointment, *, by: Appointment.CancelledBy, reason: str) -> None:
    """Free a locked visit's time and mark it cancelled."""
    claims.lock_resources(claims.list_claimed(visit.pk))
    claims.release(visit.pk)
    visit.status = Status.CANCELLED.value
    visit.cancelled_by = by
    set_cancel_reason(visit, reason)
    visit.sequence += 1
    visit.save(update_fields=["status", "cancelled_by", "sealed_cancel_reason", "sequence", "changed_at"])


def check_upcoming(visit: Appointment, now: datetime) -> None:
    """Refuse a change to a visit that is over, under way or cancelled.

    :raises NotAllowed: if its status does not allow it.
    :raises TooLate: if it has started.
    """
    if visit.status not in UPCOMING:
        words = _("This visit can't be changed: it is %(status)s.")
        raise NotAllowed(words % {"status": visit.get_status_display()})
    if visit.starts_at <= now:
        raise TooLate


def _put(visit: Appointment, search: Search, starts_at: datetime, practitioner: Practitioner) -> None:
    """Save where and when a moved visit is now; the price stays unless the site, and its money, changes.

    :raises PatientBusy: if the patient has another visit then.
    """
    goes_elsewhere = visit.site_id != search.site.pk
    visit.starts_at, visit.ends_at = starts_at, starts_at + search.visit_type.length
    visit.practitioner = practitioner
    visit.site, visit.mode = search.site, search.mode
    visit.any_practitioner = search.practitioner_id is None
    visit.sequence += 1
    if goes_elsewhere:
        visit.price_minor = _price_of(visit)
    where = ["starts_at", "ends_at", "practitioner", "site", "mode", "any_practitioner", "price_minor"]
    save_patient_time(visit, [*where, "sequence", "changed_at"])


def _count_booking(person: PersonDetails, key: UUID, actor: Actor, now: datetime) -> None:
    """Count a booking against the limits; staff have none, and a form sent twice counts once.

    :raises TooMany: beyond them.
    """
    if actor.by == VisitEvent.By.STAFF:
        return
    mailbox = normalise_email(person.email) if person.email else ""
    unless = upcoming_of(mailbox, key=key, now=now)
    is_known, upcoming = holds.count_against_address(
        "book", actor.address, settings.LIMIT_BOOKINGS_PER_ADDRESS, now, unless=unless
    )
    if not is_known and upcoming >= settings.LIMIT_UPCOMING_PER_EMAIL:
        raise TooMany(_("There are already many visits booked with this e-mail address. Please call us."))


def words_of_person(person: PersonDetails) -> list[object]:
    """Return somebody's details as plain values, for fingerprints."""
    return [
        person.booked_for,
        person.name,
        person.contact_name,
        person.birth_date,
        person.email,
        person.phone.as_e164 if person.phone else "",
        person.account.pk if person.account else None,
        str(person.record_id or ""),
    ]


def _price_of(visit: Appointment) -> int | None:
    offer = find_site_offer(visit.visit_type_id, visit.site_id)
    return offer.price_minor if offer else None
