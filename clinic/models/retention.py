"""How long the clinic keeps what, where it chose otherwise than `clinic/retention.py` has it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.models.people import User


class RetentionPeriod(models.Model):
    """The owner's choice for one line of the table, in its unit."""

    code = models.CharField(max_length=20, primary_key=True)
    length = models.PositiveSmallIntegerField()
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("retention period")
        verbose_name_plural = _("retention periods")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code}: {self.length}"
