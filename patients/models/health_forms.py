"""The health form: a draft that is saved as it is filled in, and the versions that were sent.

Answers are sealed by the application (clinic/sealing.py) with the patient's own data key. Columns that are
not sealed hold no health data.
"""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.models import User
from patients.models.erased import never_of_erased
from patients.models.immutable import never_changes
from patients.models.people import Patient


class DataKey(models.Model):
    """A patient's data key, wrapped by the key ring. Destroying it makes everything it sealed unreadable."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.OneToOneField(Patient, models.PROTECT, related_name="data_key")
    ring_key = models.CharField(max_length=40)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        triggers = never_of_erased("data_key")

    def __str__(self) -> str:
        return str(self.id)


class Draft(models.Model):
    """What a patient has answered so far; one a patient, kept after sending so that it can be changed.

    `revision` rises with every save; a save that was made on an older one is refused. `sent_revision` is
    what the latest version holds.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.OneToOneField(Patient, models.PROTECT, related_name="draft")
    questionnaire = models.CharField(max_length=20)
    revision = models.PositiveIntegerField(default=0)
    sent_revision = models.PositiveIntegerField(null=True)
    sealed = models.BinaryField()
    saved_on = models.CharField(max_length=40, blank=True)
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        triggers = never_of_erased("draft")

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_sent(self) -> bool:
        """Whether everything that was answered has been sent."""
        return self.sent_revision == self.revision


class FormVersion(models.Model):
    """A form as it was sent: its answers, what was judged of them and by which rules. Never changes.

    `digest` is an HMAC-SHA256 of the canonical answers under the patient's data key: it proves that nothing
    changed, and dies with the key. `needs_longer_visit` is a practical need, which the front desk may see.
    """

    class Stage(models.IntegerChoices):
        BEFORE = 1, _("Before the visit")
        COMPLETE = 2, _("Complete")

    class FilledBy(models.TextChoices):
        PATIENT = "self", _("The patient")
        GUARDIAN = "parent_guardian", _("A parent or guardian")
        HELPER = "other_helper", _("Someone who helps")
        CLINIC = "clinic", _("The clinic")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    stage = models.PositiveSmallIntegerField(choices=Stage)
    questionnaire = models.CharField(max_length=20)
    rules = models.CharField(max_length=20)
    sealed = models.BinaryField()
    sealed_assessment = models.BinaryField()
    digest = models.CharField(max_length=64)
    reference_date = models.DateField()
    needs_longer_visit = models.BooleanField(default=False)
    filled_by = models.CharField(max_length=20, choices=FilledBy)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["patient", "number"]
        constraints = [
            models.UniqueConstraint(fields=["patient", "number"], name="form_version_once"),
        ]
        triggers = [*never_changes("form_version"), *never_of_erased("form_version")]

    def __str__(self) -> str:
        return f"v{self.number}"


class Consent(models.Model):
    """What a patient agreed to or declined, one purpose a row; the latest counts. Never changes."""

    class Purpose(models.TextChoices):
        PRIVACY_NOTICE = "a_privacy_notice", _("Privacy notice read")
        HEALTH_DATA = "a_health_data_consent", _("Health answers")
        PHOTO_CARE = "a_photo_care", _("Photos in the record")
        PHOTO_OUTSIDE_CARE = "a_photo_marketing", _("Photos outside care")
        CROSS_BORDER = "a_cross_border", _("Processing in Thailand")

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=30, choices=Purpose)
    is_given = models.BooleanField()
    notice = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["patient", "at", "pk"]
        indexes = [models.Index(fields=["patient", "purpose", "-at"], name="consent_latest")]
        triggers = [*never_changes("consent"), *never_of_erased("consent")]

    def __str__(self) -> str:
        return self.purpose


class FormLink(models.Model):
    """A link that opens part of one patient's form without an account. Only its hash is stored.

    `private` opens the questions a young person answers alone.
    """

    class Purpose(models.TextChoices):
        PRIVATE = "private", _("Private questions")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="form_links")
    purpose = models.CharField(max_length=10, choices=Purpose)
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        triggers = never_of_erased("form_link")

    def __str__(self) -> str:
        return str(self.id)
