"""Visits, the one table that claims time, and what happened to each visit."""

import uuid
from datetime import timedelta

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from bookings.life_cycle import CLAIMING, Status
from clinic.models import Practitioner, Resource, Site, User, VisitMode, VisitType
from patients.models import Patient
from patients.models.erased import never_of_erased

STATUS_WORDS = [
    (Status.HELD.value, _("Held")),
    (Status.BOOKED.value, _("Booked")),
    (Status.CONFIRMED.value, _("Confirmed")),
    (Status.ARRIVED.value, _("Arrived")),
    (Status.IN_ROOM.value, _("In room")),
    (Status.DONE.value, _("Done")),
    (Status.CANCELLED.value, _("Cancelled")),
    (Status.NO_SHOW.value, _("Did not come")),
    (Status.EXPIRED.value, _("Expired")),
]
REFERENCE_LETTERS = "BCDFGHJKMNPQRSTVWXYZ23456789"


class RangeStart(Func):
    """The lower bound of a range."""

    function = "lower"
    output_field = models.DateTimeField()


class RangeEnd(Func):
    """The upper bound of a range."""

    function = "upper"
    output_field = models.DateTimeField()


class TstzRange(Func):
    """A half-open `tstzrange` of two instants."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    exclude=["sealed_cancel_reason", "sealed_desk_note"],
    obj_field=pghistory.ObjForeignKey(related_name="changes"),
)
class Appointment(models.Model):
    """A visit, from the moment its time is held. `starts_at` to `ends_at` is the visit without buffers.

    Free words about somebody are sealed: nobody is asked for health there, and somebody will write it.
    """

    class CancelledBy(models.TextChoices):
        PATIENT = "patient", _("The patient")
        CLINIC = "clinic", _("The clinic")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(_("reference"), max_length=12, unique=True)
    status = models.CharField(_("status"), max_length=12, choices=STATUS_WORDS, default=Status.HELD.value)
    visit_type = models.ForeignKey(VisitType, models.PROTECT, related_name="+", verbose_name=_("visit type"))
    site = models.ForeignKey(Site, models.PROTECT, related_name="+", verbose_name=_("site"))
    practitioner = models.ForeignKey(
        Practitioner, models.PROTECT, related_name="appointments", verbose_name=_("practitioner")
    )
    patient = models.ForeignKey(
        Patient, models.PROTECT, null=True, blank=True, related_name="appointments", verbose_name=_("patient")
    )
    mode = models.CharField(_("mode"), max_length=10, choices=VisitMode, default=VisitMode.IN_PERSON)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    patient_zone = models.CharField(_("patient's time zone"), max_length=40, blank=True)
    any_practitioner = models.BooleanField(_("asked for anyone"), default=False)
    been_before = models.BooleanField(_("says they have been before"), default=False)
    spoken_language = models.CharField(_("language asked for"), max_length=5, blank=True)
    price_minor = models.PositiveIntegerField(null=True, blank=True)
    hold_expires_at = models.DateTimeField(null=True, blank=True)
    hold_extensions = models.PositiveSmallIntegerField(default=0)
    sequence = models.PositiveIntegerField(default=0)
    cancelled_by = models.CharField(max_length=10, choices=CancelledBy, blank=True)
    sealed_cancel_reason = models.BinaryField(null=True, blank=True)
    sealed_desk_note = models.BinaryField(null=True, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="visit_ends_after_start"),
            models.CheckConstraint(
                condition=Q(patient__isnull=False) | Q(status__in=[Status.HELD.value, Status.EXPIRED.value]),
                name="visit_has_patient_once_booked",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.HELD.value) | Q(hold_expires_at__isnull=False),
                name="visit_hold_expires",
            ),
            ExclusionConstraint(
                name="visit_patient_in_one_place",
                expressions=[
                    ("patient", RangeOperators.EQUAL),
                    (TstzRange("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(status__in=sorted(status.value for status in CLAIMING)),
            ),
        ]
        indexes = [
            models.Index(fields=["site", "starts_at"], name="visit_site_day"),
            models.Index(fields=["practitioner", "starts_at"], name="visit_practitioner_day"),
            models.Index(
                fields=["hold_expires_at"], condition=Q(status=Status.HELD.value), name="visit_held"
            ),
            models.Index(
                fields=["starts_at"], condition=Q(status=Status.NO_SHOW.value), name="visit_no_show"
            ),
        ]
        triggers = never_of_erased("visit")

    def __str__(self) -> str:
        return self.reference

    @property
    def is_of_erased(self) -> bool:
        """Whether the record of whoever came was erased. Reads the patient."""
        return self.patient is not None and self.patient.erased_at is not None


class Allocation(models.Model):
    """A live claim of one resource for one span, buffers included. The only table that claims time.

    A hold and a booking are the same rows; `expires_at` is set while it is a hold. Postgres refuses
    two overlapping rows of one resource whatever the code above does.
    """

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="allocations")
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="allocations", db_index=False)
    span = DateTimeRangeField()
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["resource", "pk"]
        constraints = [
            ExclusionConstraint(
                name="allocation_no_overlap",
                expressions=[("resource", RangeOperators.EQUAL), ("span", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                condition=Q(span__isempty=False)
                & Q(LessThanOrEqual(RangeEnd("span"), RangeStart("span") + Value(timedelta(days=1)))),
                name="allocation_within_a_day",
            ),
        ]
        indexes = [models.Index(F("resource"), RangeStart("span"), name="allocation_resource_start")]

    def __str__(self) -> str:
        return f"{self.resource_id} {self.span}"


class VisitEvent(models.Model):
    """One thing that happened to a visit: who, when, from which status to which."""

    class By(models.TextChoices):
        PATIENT = "patient", _("Patient")
        LINK = "link", _("Link in a message")
        STAFF = "staff", _("Staff")
        SYSTEM = "system", _("System")

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="events")
    action = models.CharField(max_length=20)
    from_status = models.CharField(max_length=12, choices=STATUS_WORDS, blank=True)
    to_status = models.CharField(max_length=12, choices=STATUS_WORDS)
    by = models.CharField(max_length=10, choices=By)
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.action}: {self.from_status} -> {self.to_status}"


class VisitLink(models.Model):
    """The link in a message that shows, moves, cancels and confirms one visit. Only its hash is stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.id)


class RequestKey(models.Model):
    """The idempotency key of one form: the same key and data twice give the same visit."""

    key = models.UUIDField(primary_key=True)
    fingerprint = models.CharField(max_length=64)
    appointment = models.ForeignKey(Appointment, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.key)
