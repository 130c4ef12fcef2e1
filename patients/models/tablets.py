"""Passes on which the clinic's tablet opens one patient's form, once."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import User
from patients.models.erased import never_of_erased
from patients.models.people import Patient


class TabletPass(models.Model):
    """What the front desk hands out so that a tablet opens one patient's form, and nothing else.

    It is opened once, by one browser, before `scan_before_at`, by its token or by its typed code. Only
    hashes are stored. It lives while somebody uses it (`active_at`) and ends for good with
    `ended_at`; what nobody has used for ten minutes is over without a write.
    """

    class Holder(models.TextChoices):
        PATIENT = "patient", _("The patient")
        GUARDIAN = "guardian", _("A parent, or somebody else")

    class End(models.TextChoices):
        SENT = "sent", _("Sent")
        GIVEN_BACK = "given_back", _("Given back")
        DESK = "desk", _("Ended by the desk")
        REPLACED = "replaced", _("Replaced by a newer code")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="tablet_passes")
    holder = models.CharField(max_length=10, choices=Holder)
    token_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64)
    browser_hash = models.CharField(max_length=64, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    scan_before_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    active_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=10, choices=End, blank=True)

    class Meta:
        ordering = ["-made_at", "pk"]
        indexes = [
            models.Index(fields=["patient", "-made_at"], name="tablet_pass_of_patient"),
            models.Index(
                fields=["code_hash"], condition=Q(opened_at=None, ended_at=None), name="tablet_pass_to_open"
            ),
            models.Index(fields=["browser_hash"], condition=Q(ended_at=None), name="tablet_pass_of_browser"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(ended_at=None), name="tablet_pass_one_a_patient"
            ),
            models.CheckConstraint(
                condition=Q(opened_at=None, browser_hash="", active_at=None)
                | Q(opened_at__isnull=False, active_at__isnull=False) & ~Q(browser_hash=""),
                name="tablet_pass_opened_by_a_browser",
            ),
        ]
        triggers = never_of_erased("tablet_pass")

    def __str__(self) -> str:
        return str(self.id)
