"""What clinicians make of a form: who read it, what they corrected, decided, wrote and asked for."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinic.models import User, VisitMode
from patients.models.erased import never_of_erased
from patients.models.health_forms import FormVersion
from patients.models.immutable import never_changes
from patients.models.people import Patient


class FormReader(models.Model):
    """A clinician who has a version open, or had: when first, and when last seen on its page."""

    version = models.ForeignKey(FormVersion, models.CASCADE, related_name="readers")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    first_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["version", "first_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["version", "user"], name="form_reader_once")]

    def __str__(self) -> str:
        return f"{self.user_id}"


class Override(models.Model):
    """A clinician's value for a fact the patient reported; both stay. All of it is sealed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="overrides")
    version = models.ForeignKey(FormVersion, models.PROTECT, related_name="overrides")
    sealed = models.BinaryField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["patient", "at", "pk"]
        triggers = [*never_changes("override"), *never_of_erased("override")]

    def __str__(self) -> str:
        return str(self.id)


class ReviewDraft(models.Model):
    """A review being written, saved as it is typed; one a version and clinician."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(FormVersion, models.CASCADE, related_name="review_drafts")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=0)
    sealed = models.BinaryField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["version", "pk"]
        constraints = [models.UniqueConstraint(fields=["version", "user"], name="review_draft_once")]

    def __str__(self) -> str:
        return str(self.id)


class Review(models.Model):
    """A signed decision on one version: never changes; later thoughts are addenda.

    Sealed: the message, the private notes, and what the rules said when it was signed.
    """

    class Decision(models.TextChoices):
        GOES_AHEAD = "goes_ahead", _("Read. The visit goes ahead")
        ASK = "ask", _("Ask the patient")
        CHANGE = "change", _("Change the visit")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(FormVersion, models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(User, models.PROTECT, related_name="+")
    decision = models.CharField(max_length=12, choices=Decision)
    rules = models.CharField(max_length=20)
    sealed = models.BinaryField()
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ["version", "signed_at", "pk"]
        triggers = never_changes("review")

    def __str__(self) -> str:
        return self.decision


class Addendum(models.Model):
    """A later thought on a signed review. Never changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(Review, models.PROTECT, related_name="addenda")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "addenda"
        ordering = ["review", "at", "pk"]
        triggers = never_changes("addendum")

    def __str__(self) -> str:
        return str(self.id)


class MethodDecision(models.Model):
    """What a clinician decided about one method after an examination. Method and reason are sealed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="method_decisions")
    version = models.ForeignKey(FormVersion, models.PROTECT, related_name="method_decisions")
    sealed = models.BinaryField()
    examined_date = models.DateField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["patient", "at", "pk"]
        triggers = [*never_changes("method_decision"), *never_of_erased("method_decision")]

    def __str__(self) -> str:
        return str(self.id)


class PatientMessage(models.Model):
    """A clinician's message to a patient, read after sign-in; the mail about it says nothing of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="messages")
    review = models.ForeignKey(Review, models.PROTECT, null=True, blank=True, related_name="messages")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["patient", "-sent_at", "pk"]
        triggers = never_of_erased("patient_message")

    def __str__(self) -> str:
        return str(self.id)


class VisitRequest(models.Model):
    """What a review, or the form itself, asks the front desk to do with a visit; it says no reason.

    `change` speaks of the visit that is booked, `next` of one to book. `from_date` and `to_date` are the
    window, both included; null means any day.
    """

    class Kind(models.TextChoices):
        CHANGE = "change", _("Change the visit")
        NEXT = "next", _("Book a next visit")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="visit_requests")
    review = models.ForeignKey(Review, models.PROTECT, null=True, blank=True, related_name="visit_requests")
    version = models.ForeignKey(
        FormVersion, models.PROTECT, null=True, blank=True, related_name="visit_requests"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    visit_type = models.ForeignKey(
        "clinic.VisitType", models.PROTECT, null=True, blank=True, related_name="+"
    )
    mode = models.CharField(max_length=10, choices=VisitMode, blank=True)
    from_date = models.DateField(null=True, blank=True)
    to_date = models.DateField(null=True, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_date__isnull=True)
                | Q(to_date__isnull=True)
                | Q(to_date__gte=F("from_date")),
                name="visit_request_window",
            ),
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(kind="change", closed_at__isnull=True, review__isnull=True),
                name="visit_request_by_form_once",
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(closed_at__isnull=True), name="visit_request_open")
        ]
        triggers = never_of_erased("visit_request")

    def __str__(self) -> str:
        return self.kind
