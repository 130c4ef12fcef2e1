"""Urgent answers: somebody who may need help now, from the moment the answer is saved."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import User
from patients.models.erased import never_of_erased
from patients.models.people import Patient


class UrgentAlert(models.Model):
    """One urgent rule that a patient's answers met. Which one is sealed: the desk sees only to call a doctor.

    `digest` is an HMAC of the rule under the patient's data key, so that saving the same answer again
    raises nothing new while the alert is open. `passed_on_at` is when nobody had acknowledged it in time,
    `call_wanted_at` when the patient asked to be called.
    """

    class Severity(models.TextChoices):
        EMERGENCY = "emergency", _("Emergency")
        SAME_DAY = "same_day", _("Same day")
        WITHIN_2_WEEKS = "within_2_weeks", _("Within two weeks")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="urgent_alerts")
    severity = models.CharField(max_length=20, choices=Severity)
    digest = models.CharField(max_length=64)
    sealed = models.BinaryField()
    somebody_on_duty = models.BooleanField()
    raised_at = models.DateTimeField()
    call_wanted_at = models.DateTimeField(null=True, blank=True)
    passed_on_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-raised_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "digest"],
                condition=Q(acknowledged_at__isnull=True),
                name="urgent_once_while_open",
            )
        ]
        indexes = [
            models.Index(fields=["raised_at"], condition=Q(acknowledged_at__isnull=True), name="urgent_open")
        ]
        triggers = never_of_erased("urgent_alert")

    def __str__(self) -> str:
        return self.severity
