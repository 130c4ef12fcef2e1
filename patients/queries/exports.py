"""Copies of their data that people asked for."""

from pathlib import Path
from uuid import UUID

from django.conf import settings

from patients.models import DataExport

FOLDER = "exports"


def path_of_export(export_id: UUID) -> Path:
    """Return where the sealed file of a copy lies."""
    return settings.PHOTOS_ROOT / FOLDER / f"{export_id}.sealed"


def find_open_export(patient_id: UUID) -> DataExport | None:
    """Return the copy of a patient's data that is being made or waits to be fetched, or None."""
    return DataExport.objects.filter(patient_id=patient_id, ended_at=None).first()
