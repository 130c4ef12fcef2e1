"""People who come to the clinic."""

import uuid

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from clinic.languages import LANGUAGES
from clinic.models import User, VisitMode
from patients.models.erased import stays_erased


class Mailbox(models.Func):
    """An e-mail address without letter case and `+alias`: whoever reads it is the same person."""

    template = r"lower(regexp_replace(%(expressions)s, '\+[^@]*@', '@'))"
    output_field = models.CharField()


class SearchText(models.Func):
    """The words of some names as the desk's search finds them: `patients.search_text.fold`, in SQL.

    Immutable, so that a column can be generated from it. Latin loses its marks, Thai its tone marks, and
    punctuation becomes a space; one space stands before every word.
    """

    template = (
        r"' ' || btrim(regexp_replace(replace(replace(translate(regexp_replace(lower("
        r"normalize(%(expressions)s, NFKD)), '[\u0300-\u036f\u0e48-\u0e4c\u0027\u2019\u02bc]', '', 'g'), "
        r"'đłøıς', 'dloiσ'), 'ํา', 'ำ'), 'เเ', 'แ'), "
        r"'[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f\u3000-\u303f]+', ' ', 'g'))"
    )
    arg_joiner = " || ' ' || "
    output_field = models.TextField()


class Patient(models.Model):
    """A person who is seen. Contacts are not unique: a family may share one e-mail and one phone.

    An anonymous booking always creates a Patient; a code sent to that booking's address attaches it
    to an account. `contact_name` is who we write to when that is not the patient (a parent). An erased record
    keeps its id and its visits' times, and nothing that names anybody (`bookings/services/erasure.py`).
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
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged_records"
    )
    search_text = models.GeneratedField(
        expression=SearchText("name", "contact_name"), output_field=models.TextField(), db_persist=True
    )

    class Meta:
        verbose_name = _("patient")
        verbose_name_plural = _("patients")
        ordering = ["name", "pk"]
        indexes = [
            models.Index(Mailbox("email"), name="patient_mailbox"),
            models.Index(
                OpClass(models.functions.Lower("name"), name="text_pattern_ops"), name="patient_folded_name"
            ),
            models.Index(fields=["birth_date"], name="patient_birth_date"),
            models.Index(fields=["-created_at", "id"], name="patient_newest"),
            # Looked up whole, and by their beginnings, which need an order by bytes.
            models.Index(fields=["phone"], name="patient_phone_begins", opclasses=["varchar_pattern_ops"]),
            models.Index(
                OpClass(models.functions.Reverse("phone"), name="text_pattern_ops"), name="patient_phone_ends"
            ),
            models.Index(
                OpClass(models.functions.Lower("email"), name="text_pattern_ops"), name="patient_email_begins"
            ),
            GinIndex(
                fields=["search_text"],
                name="patient_search",
                opclasses=["gin_trgm_ops"],
                fastupdate=True,
                gin_pending_list_limit=256,
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True) | models.Q(archived_at__isnull=False),
                name="patient_merged_is_archived",
            ),
            models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True) | models.Q(archived_at__isnull=False),
                name="patient_erased_is_archived",
            ),
        ]
        triggers = stays_erased()

    def __str__(self) -> str:
        return self.name
