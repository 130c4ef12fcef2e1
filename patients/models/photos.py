"""Photos that patients send or the clinic takes: sealed files that only a view opens."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.models import User
from patients.models.erased import never_of_erased
from patients.models.people import Patient


class Photo(models.Model):
    """One photo. Its file is sealed under NUAN_PHOTOS, named by its id; there is never a URL to it.

    `brightness` (0 to 255) and `sharpness` (from 0) are for a kind "take it again?"; they never refuse one.
    """

    class View(models.TextChoices):
        FRONT = "front", _("Front")
        LEFT_45 = "left_45", _("Left, turned half")
        RIGHT_45 = "right_45", _("Right, turned half")
        LEFT_PROFILE = "left_profile", _("Left side")
        RIGHT_PROFILE = "right_profile", _("Right side")
        CLOSE_UP = "close_up", _("Close-up")
        ECZEMA = "eczema_area", _("Eczema area")
        MEDICINE = "medicine", _("Medicine box")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="photos")
    view = models.CharField(max_length=20, choices=View)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    brightness = models.PositiveSmallIntegerField()
    sharpness = models.PositiveIntegerField()
    by_clinic = models.BooleanField(default=False)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    retake_asked_at = models.DateTimeField(null=True, blank=True)
    sealed_retake_reason = models.BinaryField(null=True, blank=True)

    class Meta:
        ordering = ["patient", "view", "uploaded_at", "pk"]
        indexes = [models.Index(fields=["patient", "view", "uploaded_at"], name="photo_of_patient")]
        triggers = never_of_erased("photo")

    def __str__(self) -> str:
        return self.view
