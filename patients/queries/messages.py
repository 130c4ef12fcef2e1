"""What clinicians wrote to the patients of an account."""

from collections.abc import Collection

from patients.models import Patient, PatientMessage
from patients.queries.vault import Vault


def list_messages_to(patients: Collection[Patient], vault: Vault) -> list[tuple[PatientMessage, str]]:
    """Return the messages to these patients with their texts, newest first. One query."""
    rows = PatientMessage.objects.filter(patient__in=patients).select_related("author", "patient")
    return [
        (row, vault.open(row.sealed, patient_id=row.patient_id, row=row))
        for row in rows.order_by("-sent_at", "pk")
    ]
