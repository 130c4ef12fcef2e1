"""Which clinicians answer urgent answers, and when."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinic.models.people import User


class DutyShift(models.Model):
    """A clinician is on duty for urgent answers from `starts_at` until `ends_at` (UTC, half-open)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="duty_shifts", verbose_name=_("clinician"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("duty shift")
        verbose_name_plural = _("duty list")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="duty_ends_after_start")
        ]
        indexes = [models.Index(fields=["ends_at"], name="duty_until")]

    def __str__(self) -> str:
        return f"{self.user}: {self.starts_at:%Y-%m-%d %H:%M}"
