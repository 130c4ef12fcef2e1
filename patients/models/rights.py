"""What people ask of us about their data: a copy, erasure; and what law still keeps of an erased record."""

import uuid

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.models import User
from patients.models.erased import never_of_erased
from patients.models.people import Patient


class DataExport(models.Model):
    """A copy of all we hold on one patient, as one encrypted file under NUAN_PHOTOS, named by its id.

    The file is sealed with a key of its own, which the ring wraps: with `wrapped` gone it is unreadable.
    `expires_at` is set once the file is there. It is given out once.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="data_exports")
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    language = models.CharField(max_length=5)
    leaves_out_private = models.BooleanField()
    ring_key = models.CharField(max_length=40)
    wrapped = models.BinaryField(null=True)
    built_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    downloaded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=models.Q(ended_at=None), name="data_export_one_a_patient"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(wrapped=None),
                name="data_export_ended_without_key",
            ),
        ]
        triggers = never_of_erased("data_export")

    def __str__(self) -> str:
        return str(self.id)


class ErasureRequest(models.Model):
    """That somebody asked to be erased; the clinic answers within 30 days, and says why if it is no."""

    class Outcome(models.TextChoices):
        ERASED = "erased", _("Erased")
        REFUSED = "refused", _("Refused")
        TAKEN_BACK = "taken_back", _("Taken back")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="erasure_requests")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=models.Q(settled_at=None), name="erasure_request_one_a_patient"
            ),
        ]
        triggers = never_of_erased("erasure_request")

    def __str__(self) -> str:
        return str(self.id)


class LockedRecord(models.Model):
    """What law keeps of an erased record until a day: hidden from everybody, its name sealed."""

    patient = models.OneToOneField(Patient, models.PROTECT, primary_key=True, related_name="locked_record")
    locked_at = models.DateTimeField()
    destroy_on = models.DateField()
    sealed = models.BinaryField()

    class Meta:
        ordering = ["destroy_on", "pk"]
        indexes = [models.Index(fields=["destroy_on"], name="locked_until")]

    def __str__(self) -> str:
        return str(self.patient_id)


class ErasureRecord(models.Model):
    """One line of the ledger of erasures: it outlives what was erased, and names it by its id only.

    A backup that is restored is older than the newest lines; `replay_erasures` does them again.
    """

    class Kind(models.TextChoices):
        LOCKED = "locked", _("Erased, and locked as far as law keeps it")
        DESTROYED = "destroyed", _("Erased for good")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.UUIDField()
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()
    destroy_on = models.DateField(null=True)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["subject"], name="erasure_of")]
        triggers = [
            pgtrigger.Protect(name="erasure_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
