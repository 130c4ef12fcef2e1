"""What we tell a patient about their visit: time, place and a link; never a clinical word."""

import uuid
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from django.db.models import Model

from bookings.models import Appointment
from bookings.queries.waiting import KNOWN, SUBJECT
from bookings.services import links
from clinic.inserts import insert_rows
from clinic.models import OutboxMessage
from clinic.services import outbox

Kind = Literal["booked", "moved", "changed", "cancelled"]


def announce(
    *,
    appointment: Appointment,
    kind: Kind,
    now: datetime,
    delay: timedelta = timedelta(0),
    old_starts_at: datetime | None = None,
    more: dict[str, Any] | None = None,
) -> None:
    """Write the message about `appointment` to its patient, in the caller's transaction.

    Each `sequence` of a visit has at most one message of a kind. Without an e-mail address nothing
    is written. `old_starts_at` (aware UTC) is where a moved visit was before; `more` are facts to add, or to
    put in the place of the visit's own.
    """
    patient = appointment.patient
    if patient is None or not patient.email:
        return
    link = links.new_link(appointment=appointment, now=now)
    insert_rows(link)
    facts = build_facts(appointment=appointment, now=now) | links.facts_of(link)
    if old_starts_at is not None:
        facts["old_starts_at"] = _instant(old_starts_at)
    if delay and kind == "booked":
        facts[KNOWN] = None
    outbox.post(
        subject_type=SUBJECT,
        subject_id=appointment.id,
        kind=kind,
        version=appointment.sequence,
        to=patient.email,
        language=patient.language,
        facts=facts | (more or {}),
        now=now,
        delay=delay,
    )


def insert_announced(
    *rows: Model,
    appointment: Appointment,
    kind: Kind,
    now: datetime,
    unless_taken: str = "",
    send_after_at: datetime | None = None,
) -> bool:
    """Insert new rows together with the first message of its kind about `appointment`, and its link.

    One statement, if the visit comes with all that `build_facts` reads; `unless_taken` and the answer as
    for `insert_rows`. With `send_after_at` (aware UTC) the message waits until then.
    """
    patient = appointment.patient
    if patient is None or not patient.email:
        return insert_rows(*rows, unless_taken=unless_taken)
    link = links.new_link(appointment=appointment, now=now)
    message = OutboxMessage(
        subject_type=SUBJECT,
        subject_id=appointment.id,
        kind=kind,
        version=appointment.sequence,
        to=patient.email,
        language=patient.language,
        facts=build_facts(appointment=appointment, now=now) | links.facts_of(link),
        send_after_at=send_after_at or now,
    )
    if send_after_at is not None:
        message.facts[KNOWN] = None
    job = outbox.job_of(message, due=send_after_at)
    return insert_rows(*rows, link, message, unless_taken=unless_taken, then=job)


def withdraw(
    *, appointment_id: uuid.UUID, kinds: Collection[Kind] | None = None, sequence: int | None = None
) -> int:
    """Drop the messages of a visit, or of one of its sequences, that have not left yet; return how many."""
    return outbox.drop(subject_type=SUBJECT, subject_id=appointment_id, kinds=kinds, version=sequence)


def build_facts(*, appointment: Appointment, now: datetime) -> dict[str, Any]:
    """Return what a message or a calendar file says about a visit, as plain JSON.

    Instants are ISO 8601 in UTC, texts are mappings of language to text. No visit type and no name
    of a patient. Reads `site` and `practitioner` of the appointment: select them with it.
    """
    site = appointment.site
    return {
        "reference": appointment.reference,
        "starts_at": _instant(appointment.starts_at),
        "ends_at": _instant(appointment.ends_at),
        "site_zone": site.zone,
        "patient_zone": appointment.patient_zone,
        "city": site.city,
        "site_name": site.name,
        "address": site.address,
        "map_url": site.map_url,
        "phone": str(site.phone),
        "mode": appointment.mode,
        "practitioner": appointment.practitioner.name,
        "uid": f"{appointment.id}@nuan",
        "sequence": appointment.sequence,
        "written_at": _instant(now),
    }


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
