"""What the desk keeps beside visits: who waits without one, who runs late, which no-shows are settled."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from bookings.models.visits import Appointment
from clinic.models import Practitioner, Site, User, VisitType
from patients.models import Patient
from patients.models.erased import never_of_erased


class WalkIn(models.Model):
    """Somebody who came without a visit and waits. It claims no time, and ends with its day at the site.

    `patient` is a record the desk chose; without one, `name` and `phone` are what was said, and `language`
    theirs. `practitioner` is whom they wait for, nobody in particular if null. `visit` is what they were
    called or booked into.
    """

    class Outcome(models.TextChoices):
        CALLED = "called", _("Called in")
        BOOKED = "booked", _("Booked a time")
        LEFT = "left", _("Left")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.UUIDField(unique=True)
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    day = models.DateField()
    patient = models.ForeignKey(Patient, models.PROTECT, null=True, related_name="walk_ins")
    name = models.CharField(max_length=200)
    phone = PhoneNumberField(blank=True)
    language = models.CharField(max_length=5, blank=True)
    visit_type = models.ForeignKey(VisitType, models.PROTECT, related_name="+")
    practitioner = models.ForeignKey(Practitioner, models.PROTECT, null=True, related_name="+")
    came_at = models.DateTimeField()
    added_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    visit = models.ForeignKey(Appointment, models.PROTECT, null=True, related_name="walk_ins")

    class Meta:
        ordering = ["came_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, outcome="", visit__isnull=True)
                | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="walk_in_closed_with_outcome",
            )
        ]
        indexes = [models.Index(fields=["site", "day"], name="walk_in_day")]
        triggers = never_of_erased("walk_in")

    def __str__(self) -> str:
        return str(self.id)


class RunningLate(models.Model):
    """That a practitioner runs some minutes late on a site's day, as of when it was said; 0 ends it.

    The last one that was not undone holds. `tells` is whether those affected get a message.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.UUIDField(unique=True)
    practitioner = models.ForeignKey(Practitioner, models.CASCADE, related_name="+")
    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    day = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    tells = models.BooleanField()
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-said_at", "-pk"]
        indexes = [models.Index(fields=["site", "day"], name="running_late_day")]

    def __str__(self) -> str:
        return f"{self.practitioner_id} {self.day} +{self.minutes}"


class Rebooking(models.Model):
    """That a visit to which nobody came is dealt with: by `visit`, booked instead, or closed without one."""

    missed = models.OneToOneField(Appointment, models.CASCADE, related_name="rebooking")
    visit = models.ForeignKey(Appointment, models.CASCADE, null=True, related_name="+")
    settled_at = models.DateTimeField()
    settled_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["settled_at", "pk"]

    def __str__(self) -> str:
        return str(self.missed_id)
