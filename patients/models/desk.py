"""What the front desk does with people: identity checks, duplicates and merges, messages. No health data."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinic.models import User
from patients.models.erased import never_of_erased
from patients.models.immutable import never_changes
from patients.models.people import Patient


class IdentityCheck(models.Model):
    """What somebody at the desk asked a person before talking about a record, and was told right."""

    class Asked(models.TextChoices):
        NAME = "name", _("Full name")
        BIRTH_DATE = "birth_date", _("Birth date")
        CONTACT = "contact", _("Phone or email")

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="identity_checks")
    asked = ArrayField(models.CharField(max_length=12, choices=Asked))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["patient", "-at", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(asked__len__gte=2), name="identity_by_two")]
        indexes = [models.Index(fields=["patient", "-at"], name="identity_latest")]
        triggers = [*never_changes("identity_check"), *never_of_erased("identity_check")]

    def __str__(self) -> str:
        return ", ".join(self.asked)


class DifferentPeople(models.Model):
    """Two records that somebody looked at: they are not the same person. `first` has the smaller id."""

    first = models.ForeignKey(Patient, models.CASCADE, related_name="+")
    second = models.ForeignKey(Patient, models.CASCADE, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "different people"
        ordering = ["first", "second"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="different_people_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="different_people_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id}"


class Merge(models.Model):
    """Two records that became one: `gone` is archived and points to `kept`.

    `before` holds the columns of both records that the merge wrote, as they were, `after` as it wrote them,
    and `moved` the ids of the rows that changed hands, by table: with these a merge is undone exactly.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kept = models.ForeignKey(Patient, models.PROTECT, related_name="merges")
    gone = models.ForeignKey(Patient, models.PROTECT, related_name="merges_away")
    before = models.JSONField()
    after = models.JSONField()
    moved = models.JSONField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["gone"], condition=Q(undone_at__isnull=True), name="merged_away_once"
            ),
            models.CheckConstraint(condition=~Q(kept=F("gone")), name="merge_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} -> {self.kept_id}"


class DeskMessage(models.Model):
    """A few words the desk sent to a patient by e-mail, sealed; its outbox row only names it.

    The key is made by the page, so that a second press of its button is the same message.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="desk_messages")
    sealed = models.BinaryField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["patient", "-at", "pk"]
        indexes = [models.Index(fields=["patient", "-at"], name="desk_message_latest")]
        triggers = never_of_erased("desk_message")

    def __str__(self) -> str:
        return str(self.id)
