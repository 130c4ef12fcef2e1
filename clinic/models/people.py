"""Users, their roles, and the practitioners patients see."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from clinic.languages import LANGUAGES, check_both_languages, text_in
from clinic.models.places import Resource


class Role(models.TextChoices):
    """What a member of staff may do; roles add up. A user without any is a patient."""

    FRONT_DESK = "front_desk", _("Front desk")
    NURSE = "nurse", _("Nurse")
    CLINICIAN = "clinician", _("Clinician")
    OWNER = "owner", _("Owner")


class UserManager(BaseUserManager["User"]):
    """Creates users; e-mail addresses are stored in lower case."""

    def create_user(self, email: str | None = None, password: str | None = None, **fields: Any) -> "User":
        """Create a user; without a password they can only sign in by code (patients)."""
        user = self.model(email=email.strip().lower() if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an owner who may use the admin."""
        return self.create_user(email, password, roles=[Role.OWNER], **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a user by e-mail, whatever its letter case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """Someone who can sign in. Contacts may be shared until verified, then they are one person's."""

    email = models.EmailField(_("e-mail"), null=True, blank=True)
    email_verified_at = models.DateTimeField(_("e-mail verified"), null=True, blank=True)
    phone = PhoneNumberField(_("phone"), null=True, blank=True)
    phone_verified_at = models.DateTimeField(_("phone verified"), null=True, blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    language = models.CharField(
        _("language"), max_length=5, choices=[(code, code) for code in LANGUAGES], default="en"
    )
    roles = ArrayField(
        models.CharField(max_length=20, choices=Role), verbose_name=_("roles"), default=list, blank=True
    )
    in_review_pool = models.BooleanField(
        _("review pool"),
        default=False,
        db_default=False,
        help_text=_("A clinician or nurse of the review pool reads every health form, on any day"),
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    # When an owner last took the second factors away: what was proved with them before counts no more.
    factors_reset_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=models.Q(email_verified_at__isnull=False),
                name="user_verified_email_once",
            ),
            models.UniqueConstraint(
                "phone", condition=models.Q(phone_verified_at__isnull=False), name="user_verified_phone_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or str(self.pk)

    @property
    def is_staff(self) -> bool:
        """Whether this is a member of the clinic's staff; Django's admin asks for it."""
        return bool(self.roles)

    def has_role(self, *roles: str) -> bool:
        """Whether the user holds any of `roles`."""
        return self.is_active and not set(roles).isdisjoint(self.roles)


class Practitioner(models.Model):
    """A doctor or nurse patients may see. Their sites follow from their working hours."""

    resource = models.OneToOneField(Resource, models.PROTECT, related_name="practitioner")
    user = models.OneToOneField(
        User, models.SET_NULL, null=True, blank=True, related_name="practitioner", verbose_name=_("sign-in")
    )
    name = models.JSONField(_("name shown to patients"), validators=[check_both_languages])
    title = models.JSONField(_("title"), validators=[check_both_languages])
    licence_number = models.CharField(_("professional licence number"), max_length=40, blank=True)
    languages = ArrayField(models.CharField(max_length=5), verbose_name=_("languages spoken"), default=list)
    photo = models.ImageField(_("photo"), upload_to="practitioners/", blank=True)
    about = models.JSONField(_("about"), default=dict, blank=True)
    visit_types = models.ManyToManyField(
        "clinic.VisitType", related_name="practitioners", verbose_name=_("visit types"), blank=True
    )

    class Meta:
        verbose_name = _("practitioner")
        verbose_name_plural = _("practitioners")
        ordering = ["resource__name", "pk"]

    def __str__(self) -> str:
        return self.name_text

    @property
    def name_text(self) -> str:
        """The name in the active language, such as "Dr Ploy S."."""
        return text_in(self.name)

    @property
    def title_text(self) -> str:
        """The title in the active language, such as "Dermatologist"."""
        return text_in(self.title)
