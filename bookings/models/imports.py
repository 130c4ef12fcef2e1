"""What a clinic brings along in a file, and which records it became, so that one press takes it back."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from bookings.models.visits import Appointment
from clinic.models import Site, User
from patients.models import Patient


class ImportBatch(models.Model):
    """One file. It is sealed by the key ring while it waits, and its content is gone once it is imported.

    `choices` is what was chosen on screen (`bookings.import_rows.Choices`). `counts` is what became of the
    rows: numbers, and codes by line; never what a line says.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    site = models.ForeignKey(Site, models.PROTECT, related_name="+", verbose_name=_("site"))
    file_name = models.CharField(_("file"), max_length=120)
    sealed = models.BinaryField(null=True, editable=False)
    ring_key = models.CharField(max_length=40, blank=True, editable=False)
    choices = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    imported_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "pk"]

    def __str__(self) -> str:
        return self.file_name


class ImportedRecord(models.Model):
    """A patient or a visit that an import made; the row goes when the record goes.

    `fingerprint` is that of a patient's fields as they were imported: a patient who differs was touched.
    """

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="records")
    patient = models.ForeignKey(Patient, models.CASCADE, null=True, related_name="imported")
    appointment = models.ForeignKey(Appointment, models.CASCADE, null=True, related_name="imported")
    fingerprint = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(patient__isnull=True) ^ models.Q(appointment__isnull=True),
                name="imported_is_one_thing",
            )
        ]

    def __str__(self) -> str:
        return str(self.appointment_id or self.patient_id)
