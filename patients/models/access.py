"""Records that somebody outside the care team opened, and why."""

import uuid
from datetime import timedelta

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from clinic.models import User
from patients.models.people import Patient

OPEN_FOR = timedelta(minutes=60)
"""How long a reason opens a record, by the database's clock."""


class OpenSpan(models.Func):
    """The half-open `tstzrange` in which a record was open."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


class ReasonAccess(models.Model):
    """One person may read one patient's record from `opened_at` until `ends_at`, for a reason they typed.

    The reason is sealed. Closing it early sets `ends_at` to that instant. `looked_at` is when an owner
    looked at it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="reason_accesses")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True, blank=True)
    looked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name_plural = "reason accesses"
        ordering = ["-opened_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gte=F("opened_at"), ends_at__lte=F("opened_at") + OPEN_FOR),
                name="reason_access_at_most_an_hour",
            ),
            ExclusionConstraint(
                name="reason_access_one_at_a_time",
                expressions=[
                    ("patient", RangeOperators.EQUAL),
                    ("user", RangeOperators.EQUAL),
                    (OpenSpan("opened_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [
            models.Index(fields=["user", "ends_at"], name="reason_access_of_person"),
            models.Index(fields=["-opened_at"], name="reason_access_by_day"),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="reason_access_is_what_it_was", fields=["patient", "user", "sealed", "opened_at"]
            ),
            pgtrigger.Protect(
                name="reason_access_never_longer",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(new__ends_at__gt=pgtrigger.F("old__ends_at")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
