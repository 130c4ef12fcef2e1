"""The clinic, its sites, and everything that can be claimed for a span of time."""

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from clinic.languages import check_both_languages, text_in


@cache
def known_zones() -> frozenset[str]:
    """Return the names of every zone in the pinned tzdata; reading them anew takes milliseconds."""
    return frozenset(available_timezones())


def check_zone(name: str) -> None:
    """Refuse a name that is not an IANA zone of the pinned tzdata.

    :raises ValidationError: if the zone is unknown.
    """
    if name not in known_zones():
        raise ValidationError(_("This is not a time zone we know, such as Asia/Bangkok."))


class Clinic(models.Model):
    """The one clinic an installation serves: its name, licences and policies. A single row, pk 1."""

    name = models.CharField(_("name"), max_length=80, default="Nuan")
    tagline = models.JSONField(_("tagline"), default=dict, blank=True)
    licence_number = models.CharField(_("clinic licence number"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    free_change_hours = models.PositiveSmallIntegerField(
        _("hours before a visit until which changes are free"), default=24
    )
    late_fee_minor = models.PositiveIntegerField(
        _("late cancellation fee, in minor units"), default=0, help_text=_("0 means no charge, ever.")
    )
    poem_licensed = models.BooleanField(
        _("holds a POEM licence"),
        default=False,
        db_default=False,
        help_text=_(
            "Commercial use of the POEM questions is paid per patient; without it we ask for itch, 0 to 10."
        ),
    )
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("clinic")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="clinic_is_one_row")]

    def __str__(self) -> str:
        return self.name

    @property
    def tagline_text(self) -> str:
        """The tagline in the active language."""
        return text_in(self.tagline)


class Site(models.Model):
    """A place where patients are seen, with its own zone, money and advertising approval."""

    slug = models.SlugField(_("short name for links"), unique=True, max_length=40)
    name = models.JSONField(_("name"), validators=[check_both_languages])
    city = models.JSONField(_("city"), validators=[check_both_languages])
    address = models.JSONField(_("address"), validators=[check_both_languages])
    zone = models.CharField(_("time zone"), max_length=40, validators=[check_zone])
    country = models.CharField(
        _("country"),
        max_length=2,
        validators=[RegexValidator(r"^[A-Z]{2}$", _("Two capital letters, such as TH."))],
    )
    currency = models.CharField(
        _("currency"),
        max_length=3,
        validators=[RegexValidator(r"^[A-Z]{3}$", _("Three capital letters, such as THB."))],
    )
    phone = PhoneNumberField(_("phone"))
    map_url = models.URLField(_("map link"), blank=True)
    directions = models.JSONField(_("how to get here"), default=dict, blank=True)
    advertising_approval = models.CharField(_("advertising approval number"), max_length=60, blank=True)
    advertising_approval_expiry_date = models.DateField(_("approval ends on"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name_text

    @property
    def name_text(self) -> str:
        """The name in the active language."""
        return text_in(self.name)

    @property
    def city_text(self) -> str:
        """The city in the active language; it labels the site's time everywhere."""
        return text_in(self.city)

    @property
    def address_text(self) -> str:
        """The postal address in the active language."""
        return text_in(self.address)

    @property
    def directions_text(self) -> str:
        """How to get here, in the active language; may be empty."""
        return text_in(self.directions)

    @property
    def tz(self) -> ZoneInfo:
        """The site's zone."""
        return ZoneInfo(self.zone)


class ResourceKind(models.TextChoices):
    """What a resource is; visit types say which kinds they need."""

    DOCTOR = "doctor", _("Doctor")
    NURSE = "nurse", _("Nurse")
    CONSULT_ROOM = "consult_room", _("Consultation room")
    TREATMENT_ROOM = "treatment_room", _("Treatment room")
    PROCEDURE_ROOM = "procedure_room", _("Procedure room")
    INFUSION_BAY = "infusion_bay", _("Infusion bay")
    PHOTO_CORNER = "photo_corner", _("Photo corner")
    NEEDLING_DEVICE = "needling_device", _("Needling device")


PRACTITIONER_KINDS = frozenset({ResourceKind.DOCTOR, ResourceKind.NURSE})
ROOM_KINDS = frozenset(
    {
        ResourceKind.CONSULT_ROOM,
        ResourceKind.TREATMENT_ROOM,
        ResourceKind.PROCEDURE_ROOM,
        ResourceKind.INFUSION_BAY,
        ResourceKind.PHOTO_CORNER,
    }
)


class Resource(models.Model):
    """Anything that one visit at a time may claim: a practitioner, a room or a device."""

    kind = models.CharField(_("kind"), max_length=20, choices=ResourceKind)
    name = models.CharField(_("name"), max_length=80)
    site = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, related_name="resources", verbose_name=_("site")
    )
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        ordering = ["kind", "name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=sorted(PRACTITIONER_KINDS), site__isnull=True)
                | (~models.Q(kind__in=sorted(PRACTITIONER_KINDS)) & models.Q(site__isnull=False)),
                name="resource_site_unless_practitioner",
                violation_error_message=_(
                    "A room or device belongs to one site; a person's sites follow their hours."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name
