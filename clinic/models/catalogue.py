"""The treatment catalogue: what the clinic talks about, and the gates before it may be done."""

import re
from datetime import date
from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.models.people import Practitioner, User
from clinic.models.places import Site


class Presentation(models.TextChoices):
    """What a person may come with."""

    PITTED_SCARS = "pitted_scars", _("Pitted scars")
    DARK_MARKS = "dark_marks", _("Dark marks")
    REDNESS = "redness", _("Redness")
    WIDESPREAD_ATOPY = "widespread_atopy", _("Widespread eczema")


class CellSource(models.TextChoices):
    """Where a product's cells or cell parts come from."""

    UMBILICAL_CORD = "umbilical_cord", _("Donated umbilical cord")
    ADIPOSE = "adipose", _("Fat tissue")
    CELL_FREE = "cell_free", _("Cell-free")


class DeliveryMethod(models.TextChoices):
    """The four methods that product gates and clinical rules apply to; other treatments have none."""

    MN_SERUM = "MN_SERUM", _("Microneedling with stem-cell serum")
    INJ_SCAR = "INJ_SCAR", _("Injection into scar tissue")
    TOP_EXO = "TOP_EXO", _("Topical exosomes")
    IV_MSC = "IV_MSC", _("Intravenous cells")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Treatment(models.Model):
    """A treatment the clinic may talk about; its words are on one card per language."""

    slug = models.SlugField(_("short name for links"), unique=True, max_length=40)
    method = models.CharField(
        _("delivery method"),
        max_length=10,
        choices=DeliveryMethod,
        null=True,
        blank=True,
        unique=True,
        help_text=_("Empty for any other treatment; the four methods have product gates."),
    )
    drawing = models.SlugField(_("drawing"), max_length=20, blank=True)
    cell_sources = ArrayField(
        models.CharField(max_length=20, choices=CellSource),
        verbose_name=_("cell source"),
        default=list,
        blank=True,
    )
    presentations = ArrayField(
        models.CharField(max_length=20, choices=Presentation),
        verbose_name=_("discussed for"),
        default=list,
        blank=True,
    )
    evidence_steps = models.PositiveSmallIntegerField(
        _("evidence, 0 (none for scars) to 3 (good)"), default=0, validators=[MaxValueValidator(3)]
    )
    visit_minutes = models.PositiveSmallIntegerField(_("minutes a visit"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)

    class Meta:
        verbose_name = _("treatment")
        verbose_name_plural = _("treatments")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return str(self.get_method_display() or self.slug)


class Visibility(models.TextChoices):
    """Who sees a card."""

    PUBLIC = "public", _("Public")
    AFTER_BOOKING = "after_booking", _("Shown after booking")
    OFF = "off", _("Off")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class TreatmentCard(models.Model):
    """What patients read about a treatment, in one language. The owner decides who sees it."""

    treatment = models.ForeignKey(
        Treatment, models.CASCADE, related_name="cards", verbose_name=_("treatment")
    )
    language = models.CharField(
        _("language"), max_length=5, choices=[("en", _("English")), ("th", _("Thai"))]
    )
    visibility = models.CharField(_("who sees it"), max_length=15, choices=Visibility, default=Visibility.OFF)
    name = models.CharField(_("name"), max_length=80)
    where = models.CharField(_("caption on the drawing"), max_length=60, blank=True)
    drawing_alt = models.CharField(_("drawing described in words"), max_length=200, blank=True)
    how = models.TextField(_("how it is done"))
    how_often = models.TextField(_("how often"), blank=True)
    downtime = models.TextField(_("downtime"), blank=True)
    evidence_text = models.CharField(_("evidence label"), max_length=120)
    known = models.TextField(_("what we know"))
    unknown = models.TextField(_("what we don't know"), blank=True)
    harms = models.JSONField(_("reported harms"), default=list, blank=True)
    tell_doctor_first = models.JSONField(_("tell the doctor first if"), default=list, blank=True)
    sources = models.JSONField(_("sources"), default=list, blank=True)
    reviewer = models.ForeignKey(
        Practitioner,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("facts checked by"),
    )
    reviewed_date = models.DateField(_("facts checked on"), null=True, blank=True)
    is_demo_text = models.BooleanField(default=False, editable=False)

    REQUIRED_TO_PUBLISH: ClassVar[tuple[str, ...]] = ("unknown", "reviewer", "reviewed_date")

    class Meta:
        verbose_name = _("card")
        verbose_name_plural = _("cards")
        ordering = ["treatment", "language"]
        constraints = [
            models.UniqueConstraint(fields=["treatment", "language"], name="card_once_per_language"),
            models.CheckConstraint(
                condition=models.Q(visibility=Visibility.OFF)
                | (
                    models.Q(reviewer__isnull=False, reviewed_date__isnull=False)
                    & models.Q(unknown__regex=r"\S")
                ),
                name="card_published_only_when_reviewed",
                violation_error_message=_(
                    "To publish a card, fill in what we don't know, who checked the facts, and when."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"

    def clean(self) -> None:
        """Name each missing field when someone tries to publish an unfinished card."""
        if self.visibility == Visibility.OFF:
            return
        missing = {
            field: _("Needed before this card can be published.")
            for field in self.REQUIRED_TO_PUBLISH
            if not str(getattr(self, field) or "").strip()
        }
        if missing:
            raise ValidationError(missing)


class TreatmentPrice(models.Model):
    """The lowest price of one session of a treatment at a site; shown only while its gate is open."""

    treatment = models.ForeignKey(
        Treatment, models.CASCADE, related_name="prices", verbose_name=_("treatment")
    )
    site = models.ForeignKey(Site, models.CASCADE, related_name="+", verbose_name=_("site"))
    from_minor = models.PositiveIntegerField(_("price from, in minor units"))

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering = ["site", "pk"]
        constraints = [models.UniqueConstraint(fields=["treatment", "site"], name="price_once_per_site")]

    def __str__(self) -> str:
        return f"{self.treatment} · {self.site}"


_COSMETIC = re.compile("cosmetic|notification|เครื่องสำอาง|จดแจ้ง", re.IGNORECASE)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ProductGate(models.Model):
    """A licence or approval that opens a delivery method. Closed by default: no row, no procedure.

    Opening needs a number, an expiry date and a named person (suitability.json "product_gate").
    """

    treatment = models.ForeignKey(
        Treatment, models.PROTECT, related_name="gates", verbose_name=_("treatment")
    )
    product_name = models.CharField(_("product"), max_length=120)
    legal_class = models.CharField(_("legal class"), max_length=80)
    approval_number = models.CharField(_("licence, registration or trial approval number"), max_length=80)
    country = models.CharField(_("country"), max_length=2)
    expiry_date = models.DateField(_("expires on"))
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("opened by"))
    opened_at = models.DateTimeField(_("opened"), auto_now_add=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("product gate")
        verbose_name_plural = _("product gates")
        ordering = ["-opened_at", "pk"]

    def __str__(self) -> str:
        return f"{self.treatment}: {self.product_name}"

    def clean(self) -> None:
        """Refuse a cosmetic's notification as what opens a method that goes into the skin or the blood.

        Cosmetics must not be injected or driven into skin with devices (Thai FDA 2023; suitability.json,
        "product_gate": exosomes by injection or infusion can never be opened with a notification number).
        """
        under_skin = self.treatment_id and self.treatment.method not in (None, DeliveryMethod.TOP_EXO)
        if under_skin and _COSMETIC.search(self.legal_class):
            raise ValidationError(
                {"legal_class": _("A cosmetic’s notification can’t open a method that goes under the skin.")}
            )

    def is_open(self, today: date) -> bool:
        """Whether the gate is open on `today` (the site's own date)."""
        return self.closed_at is None and self.expiry_date >= today
