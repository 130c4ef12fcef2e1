"""Sign-ins, a row each, while they last and after they ended; and computers trusted for a shift."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.models.people import User


class TrustedComputer(models.Model):
    """A computer of the clinic that its people share, until the end of a shift.

    The browser holds a random token in a cookie; here is its hash only.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token_hash = models.CharField(max_length=64, unique=True)
    browser = models.CharField(max_length=30, blank=True)
    system = models.CharField(max_length=30, blank=True)
    network = models.CharField(max_length=60, blank=True)
    trusted_by = models.ForeignKey(User, models.CASCADE, related_name="+")
    trusted_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("trusted computer")
        verbose_name_plural = _("trusted computers")
        ordering = ["-trusted_at", "pk"]

    def __str__(self) -> str:
        return f"{self.browser} {self.system}".strip() or str(self.pk)


class SignIn(models.Model):
    """One sign-in. The session's own data name it; its key is stored nowhere but in the session table."""

    class How(models.TextChoices):
        PASSWORD = "password", _("Password")
        FACTOR = "factor", _("Password and second step")
        PASSKEY = "passkey", _("Passkey")
        TRUSTED = "trusted", _("Password, on a trusted computer")
        CODE = "code", _("Code by e-mail")
        DEMO = "demo", _("Demo")
        OTHER = "other", _("Other")

    class Why(models.TextChoices):
        SIGNED_OUT = "signed_out", _("Signed out")
        IDLE = "idle", _("Nothing happened for too long")
        TOO_OLD = "too_old", _("Its longest time was over")
        BY_THEM = "by_them", _("Ended from another device")
        BY_OWNER = "by_owner", _("Ended by an owner")
        STOPPED = "stopped", _("Sign-in was stopped")
        PASSWORD = "password", _("The password was changed")
        FACTOR = "factor", _("The second step was changed")
        SWITCHED = "switched", _("Somebody else took over")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="sign_ins")
    how = models.CharField(max_length=10, choices=How)
    browser = models.CharField(max_length=30, blank=True)
    system = models.CharField(max_length=30, blank=True)
    network = models.CharField(max_length=60, blank=True)
    computer = models.ForeignKey(TrustedComputer, models.SET_NULL, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField()
    last_active_at = models.DateTimeField()
    proved_at = models.DateTimeField()
    factor_at = models.DateTimeField(null=True, blank=True)
    clinical_at = models.DateTimeField(null=True, blank=True)
    locked_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    why_ended = models.CharField(max_length=10, choices=Why, blank=True)

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        ordering = ["-last_active_at", "pk"]
        indexes = [
            models.Index(fields=["user", "-last_active_at"], name="sign_in_of_user"),
            models.Index(fields=["computer"], name="sign_in_on_computer"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at=None, why_ended="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(why_ended="")),
                name="sign_in_ends_with_a_reason",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
