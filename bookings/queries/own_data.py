"""Everything we hold on a person, as plain JSON: the file `data.json` of a copy (docs/privacy/copy.md)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from bookings.models import Appointment, WalkIn
from bookings.queries.desk_words import open_cancel_reason
from bookings.queries.kept_records import list_ids_of_person
from clinic.languages import text_in
from clinic.models import OutboxMessage, User
from clinic.queries.places import get_places
from clinic.sealing import Unreadable
from patients.models import DeskMessage, Patient, PatientMessage
from patients.queries.own_record import describe_person, describe_record
from patients.queries.vault import Vault, get_vault_of

SCHEMA, VERSION = "nuan-copy", 1

LEFT_OUT = (
    "internal_notes",
    "judgements",
    "link_hashes",
)
"""What a copy never holds: the clinic's notes for itself, what rules made of answers, hashes and secrets."""


def describe_all(
    patient: Patient, vault: Vault, *, language: str, leaves_out_private: bool, now: datetime
) -> dict[str, Any]:
    """Return all of it, in parts; `language` is that of the words beside codes and keys."""
    ids = list_ids_of_person(patient.pk)
    records = Patient.objects.filter(pk__in=ids).order_by("created_at", "pk")
    visits, (clinic, sites) = _visits(ids), get_places()
    reasons = get_vault_of(visit.sealed_cancel_reason for visit in visits)
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "made_at": now.isoformat(),
        "language": language,
        "clinic": clinic.name,
        "zone": sites[0].zone if sites else "Asia/Bangkok",
        "left_out": [*LEFT_OUT, *(["private_answers"] if leaves_out_private else [])],
        "person": [describe_person(record) for record in records],
        "account": _account(patient.account),
        "visits": [_visit(visit, reasons) for visit in visits],
        "queue": [
            _waited(row) for row in WalkIn.objects.filter(_about(ids, visits)).order_by("came_at", "pk")
        ],
        **describe_record(ids, vault, language=language, leaves_out_private=leaves_out_private),
        "mails": _mails(ids, visits),
    }


def _about(ids: list[UUID], visits: list[Appointment]) -> Q:
    return Q(patient__in=ids) | Q(visit__in=visits)


def _visits(ids: list[UUID]) -> list[Appointment]:
    found = Appointment.objects.filter(patient__in=ids).select_related("site", "practitioner", "visit_type")
    return list(found.prefetch_related("events").order_by("starts_at", "pk"))


def _account(account: User | None) -> dict[str, Any] | None:
    if account is None:
        return None
    return {
        "email": account.email,
        "phone": str(account.phone or ""),
        "name": account.name,
        "language": account.language,
        "created_at": account.created_at.isoformat(),
        "last_sign_in_at": account.last_login and account.last_login.isoformat(),
    }


def _visit(visit: Appointment, reasons: Vault) -> dict[str, Any]:
    return {
        "reference": visit.reference,
        "kind": text_in(visit.visit_type.name),
        "site": text_in(visit.site.name),
        "practitioner": visit.practitioner.name_text,
        "mode": visit.mode,
        "starts_at": visit.starts_at.isoformat(),
        "ends_at": visit.ends_at.isoformat(),
        "site_zone": visit.site.zone,
        "your_zone": visit.patient_zone,
        "status": visit.get_status_display(),
        "been_before": visit.been_before,
        "spoken_language": visit.spoken_language,
        "price_minor": visit.price_minor,
        "currency": visit.site.currency,
        "cancelled_by": visit.cancelled_by,
        "cancel_reason": _reason(visit, reasons),
        "booked_at": visit.created_at.isoformat(),
        "events": [
            {"at": event.at.isoformat(), "what": event.action, "by": event.by} for event in visit.events.all()
        ],
    }


def _reason(visit: Appointment, reasons: Vault) -> str | None:
    """Return why a visit was cancelled, or None if that does not open any more."""
    try:
        return open_cancel_reason(visit, reasons)
    except Unreadable:
        return None


def _waited(row: WalkIn) -> dict[str, Any]:
    return {
        "day": row.day.isoformat(),
        "came_at": row.came_at.isoformat(),
        "name": row.name,
        "phone": str(row.phone or ""),
        "outcome": row.get_outcome_display(),
    }


def _mails(ids: list[UUID], visits: list[Appointment]) -> list[dict[str, Any]]:
    """Return the mails we sent: to whom and when; what they said stands with what they spoke of."""
    subjects = [visit.pk for visit in visits]
    for model in (DeskMessage, PatientMessage):
        subjects += model.objects.filter(patient__in=ids).values_list("pk", flat=True)
    sent = OutboxMessage.objects.filter(subject_id__in=subjects, sent_at__isnull=False).order_by(
        "sent_at", "pk"
    )
    return [
        {"kind": mail.kind, "to": mail.to, "language": mail.language, "sent_at": mail.sent_at.isoformat()}
        for mail in sent
        if mail.sent_at
    ]
