"""Who read what about whose health: append-only, and written before anything is shown."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.models.people import User


class ReadRecord(models.Model):
    """One read of health data. A list writes one row with the ids of all it showed.

    It names its subject as text and UUIDs, because the clinic app does not know what a form is. It holds
    no content. `transaction_id` lets rows be sealed in order later, below the snapshot's xmin.
    """

    class Action(models.TextChoices):
        LISTED = "listed", _("Listed")
        OPENED = "opened", _("Opened")
        PHOTO = "photo", _("Photo opened")
        PRINTED = "printed", _("Printed")
        EXPORTED = "exported", _("Exported")

    at = models.DateTimeField()
    transaction_id = models.BigIntegerField()
    reader = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    roles = ArrayField(models.CharField(max_length=20), default=list)
    action = models.CharField(max_length=10, choices=Action)
    subject_type = models.CharField(max_length=20)
    subject_ids = ArrayField(models.UUIDField())
    patient_ids = ArrayField(models.UUIDField())
    reason = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=45, blank=True)

    class Meta:
        verbose_name = _("read of health data")
        verbose_name_plural = _("reads of health data")
        ordering = ["-at", "-pk"]
        indexes = [
            GinIndex(fields=["patient_ids"], name="read_of_patient", fastupdate=True),
            models.Index(fields=["reader", "-at"], name="read_by_reader"),
        ]
        triggers = [
            pgtrigger.Protect(name="read_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type}"
