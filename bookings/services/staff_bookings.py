"""Booking as staff do: at any five minutes in somebody's hours, or against the rules, for a reason."""

import uuid
from datetime import datetime
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from bookings.life_cycle import Status
from bookings.models import Appointment
from bookings.queries import reasons
from bookings.queries.fitting import Hindrance, find_fit
from bookings.queries.offers import Search
from bookings.queries.plans import SiteOffer, find_site_offer
from bookings.quiet_hours import leaves_at
from bookings.services import claims, messages, telling
from bookings.services.actors import Actor
from bookings.services.holds import REFERENCE, words_of
from bookings.services.keys import fingerprint, take_key
from bookings.services.placing import Over, check_start, claim_place, new_place, overridden
from bookings.services.records import insert_patient_time, new_event, new_patient
from bookings.services.refusals import NotOffered
from bookings.services.visits import words_of_person
from clinic.models import Practitioner
from patients.services.people import PersonDetails, get_patient_of

BARRED = frozenset({"archived", "gated", "mode"})
"""Rules that nobody overrides: what cannot be booked at all."""


def book_by_desk(
    *,
    search: Search,
    starts_at: datetime,
    person: PersonDetails,
    key: UUID,
    actor: Actor,
    now: datetime,
    over: Over | None = None,
) -> Appointment:
    """Book a visit with the practitioner of a search, at any five minutes. The key makes it once.

    With `over` staff override the rules they were shown, and no others; never another visit. The message to
    the patient waits; an undo within three minutes takes the booking back silently.

    :raises NotMoved: saying what is in the way.
    :raises NotOffered: if this can't be booked at all, or not here.
    :raises KeyReused, PatientBusy: as for a patient's booking.
    """
    with transaction.atomic():
        visit_id = uuid.uuid4()
        asked = {"search": words_of(search), "starts_at": starts_at, "person": words_of_person(person)}
        earlier = take_key(key, fingerprint(**asked, over=over and sorted(over.codes)), visit_id)
        if earlier is not None:
            return earlier
        search = claims.keep_plan(search)
        offer = _check_rules(search, starts_at, now)
        visit = _new_visit(visit_id, search, starts_at, person, offer)
        visit.patient = get_patient_of(person=person)
        place = new_place(visit, needs_notice=True)
        fit = claim_place(visit, place, over, now, tail=_("Not booked"))
        event = new_event(visit, "booked", None, actor, now, overridden(fit, over))
        insert = partial(
            messages.insert_announced,
            visit,
            event,
            *new_patient(visit),
            appointment=visit,
            kind="booked",
            now=now,
            send_after_at=leaves_at(now, telling.zone_of(visit), starts_at),
        )
        insert_patient_time(visit, partial(insert, unless_taken=REFERENCE))
        return visit


def find_hindrances_to_booking(
    search: Search, starts_at: datetime, *, now: datetime
) -> tuple[Hindrance, ...]:
    """Return everything that is in the way of a booking by staff, as it is now. Reads only.

    :raises NotOffered: if this can't be booked at all, or not here.
    """
    offer = _check_rules(search, starts_at, now)
    visit = _new_visit(uuid.uuid4(), search, starts_at, None, offer)
    return find_fit(new_place(visit, needs_notice=True), now=now).hindrances


def _check_rules(search: Search, starts_at: datetime, now: datetime) -> SiteOffer:
    """Return the site's offer of a visit.

    :raises NotOffered: if there is none, or nobody may book this.
    :raises NotMoved: if the start makes no sense.
    """
    reason = reasons.find_rule_against(search, starts_at=starts_at, now=now)
    if reason is not None and reason.code in BARRED:
        raise NotOffered(reason.code, reason.words)
    offer = find_site_offer(search.visit_type.pk, search.site.pk)
    if offer is None:
        missing = reasons.not_at_site()
        raise NotOffered(missing.code, missing.words)
    check_start(starts_at, now, tail=_("Not booked"))
    return offer


def _new_visit(
    visit_id: UUID, search: Search, starts_at: datetime, person: PersonDetails | None, offer: SiteOffer
) -> Appointment:
    """Return a booked visit that is still to be inserted, with the practitioner who is asked for."""
    return Appointment(
        id=visit_id,
        status=Status.BOOKED.value,
        visit_type=search.visit_type,
        site=search.site,
        practitioner=Practitioner.objects.select_related("resource").get(pk=search.practitioner_id or 0),
        mode=search.mode,
        starts_at=starts_at,
        ends_at=starts_at + search.visit_type.length,
        patient_zone=person.zone if person else "",
        spoken_language=search.language,
        price_minor=offer.price_minor,
        is_demo=settings.DEMO,
    )
