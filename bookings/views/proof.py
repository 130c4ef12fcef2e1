"""What a visit's pages say about it: proof, price, the rule for changes, and links for calendars."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bookings.calendar_links import CalendarEntry, google_link, outlook_link
from bookings.change_rule import ChangeRule, change_rule
from bookings.life_cycle import UPCOMING, Status
from bookings.models import Appointment
from bookings.queries.catalogue import list_offers
from bookings.queries.waiting import SUBJECT
from clinic.models import Clinic, OutboxMessage, VisitMode
from clinic.queries.outbox import find_latest
from clinic.queries.places import get_clinic
from patients.names import first_name


def price_of(visit: Appointment) -> int | None:
    """Return what a visit costs at its site, in minor units; None if the clinic states no price."""
    if visit.price_minor is not None:
        return visit.price_minor
    offers = list_offers(visit.visit_type)
    return next((offer.price_minor for offer in offers if offer.site_id == visit.site_id), None)


def rule_for(visit: Appointment, clinic: Clinic, *, now: datetime) -> ChangeRule:
    """Return until when a visit can be changed for free, and what it costs after that."""
    return change_rule(
        starts_at=visit.starts_at,
        free_change_hours=clinic.free_change_hours,
        fee_minor=clinic.late_fee_minor,
        now=now,
    )


def facts_of(visit: Appointment, *, key: str, now: datetime) -> dict[str, Any]:
    """Return what every page about one visit shows. `key` is what its URLs name it by."""
    clinic = get_clinic()
    return {
        "visit": visit,
        "key": key,
        "is_upcoming": visit.status in UPCOMING and visit.starts_at > now,
        "is_cancelled": visit.status == Status.CANCELLED,
        "may_confirm": visit.status == Status.BOOKED and visit.starts_at > now,
        "rule": rule_for(visit, clinic, now=now),
        **calendar_links(visit),
    }


def proof_of(visit: Appointment, *, key: str, now: datetime) -> dict[str, Any]:
    """Return what the page after booking shows."""
    patient = visit.patient
    contact = patient.contact_name or patient.name if patient else ""
    message = find_latest(subject_type=SUBJECT, subject_id=visit.pk)
    return facts_of(visit, key=key, now=now) | {
        "first_name": first_name(contact),
        "mail_failed": message is not None and message.status == OutboxMessage.Status.FAILED,
        "mail_sent": message is not None and message.status == OutboxMessage.Status.SENT,
    }


def calendar_links(visit: Appointment) -> dict[str, str]:
    """Return links to web calendars; they hold time and place, and neither a treatment nor a patient."""
    in_person = visit.mode == VisitMode.IN_PERSON
    place = f"{visit.site.name_text}, {visit.site.address_text}" if in_person else visit.get_mode_display()
    entry = CalendarEntry(
        title=_("Appointment"),
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        place=place,
        notes=_("With %(practitioner)s. Reference %(reference)s.")
        % {"practitioner": visit.practitioner.name_text, "reference": visit.reference},
    )
    return {"google_url": google_link(entry), "outlook_url": outlook_link(entry)}
