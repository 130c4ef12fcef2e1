"""What clinicians wrote to the patients of an account."""

from collections.abc import Collection

from django.db.models import Count, Q

from clinic.models import User
from clinic.sealing import Unreadable
from patients.models import Patient, PatientMessage
from patients.queries.vault import Vault


def count_messages(user: User) -> tuple[int, int]:
    """Return how many messages an account's patients have, and how many of them are unread. One query."""
    mine = PatientMessage.objects.filter(patient__account=user, patient__archived_at=None)
    found = mine.aggregate(all=Count("pk"), unread=Count("pk", filter=Q(read_at=None)))
    return found["all"], found["unread"]


def list_messages_to(patients: Collection[Patient], vault: Vault) -> list[tuple[PatientMessage, str]]:
    """Return the messages to these patients with their texts, newest first. One query.

    A text that cannot be opened is "", and hides no other.
    """
    rows = PatientMessage.objects.filter(patient__in=patients).select_related("author", "patient")
    return [(row, _open_text(row, vault)) for row in rows.order_by("-sent_at", "pk")]


def _open_text(row: PatientMessage, vault: Vault) -> str:
    try:
        return str(vault.open(row.sealed, patient_id=row.patient_id, row=row))
    except Unreadable:
        return ""
