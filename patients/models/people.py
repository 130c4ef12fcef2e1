"""People who come to the clinic."""

import uuid

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from clinic.languages import LANGUAGES
from clinic.models import User, VisitMode


class Mailbox(models.Func):
    """An e-mail address without letter case and `+alias`: whoever reads it is the same person."""

    template = r"lower(regexp_replace(%(expressions)s, '\+[^@]*@', '@'))"
    output_field = models.CharField()


class Patient(models.Model):
    """A person who is seen. Contacts are not unique: a family may share one e-mail and one phone.

    An anonymous booking always creates a Patient; a code sent to that booking's address attaches it
    to an account. `contact_name` is who we write to when that is not the patient (a parent).
    """

    class Booker(models.TextChoices):
        SELF = "self", _("Me")
        CHILD = "child", _("My child")
        OTHER = "other", _("Someone else")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="patients", verbose_name=_("account")
    )
    name = models.CharField(_("name"), max_length=200)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    booked_for = models.CharField(_("booked for"), max_length=10, choices=Booker, default=Booker.SELF)
    contact_name = models.CharField(_("name of the person who booked"), max_length=200, blank=True)
    language = models.CharField(
        _("language"), max_length=5, choices=[(c, c) for c in LANGUAGES], default="en"
    )
    zone = models.CharField(_("home time zone"), max_length=40, blank=True)
    wanted_mode = models.CharField(
        _("how they want to be seen"),
        max_length=10,
        choices=VisitMode,
        default=VisitMode.IN_PERSON,
        db_default=VisitMode.IN_PERSON,
    )
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("patient")
        verbose_name_plural = _("patients")
        ordering = ["name", "pk"]
        indexes = [
            models.Index(models.functions.Lower("email"), name="patient_email"),
            models.Index(Mailbox("email"), name="patient_mailbox"),
            models.Index(fields=["phone"], name="patient_phone"),
            models.Index(
                OpClass(models.functions.Lower("name"), name="text_pattern_ops"), name="patient_folded_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name
