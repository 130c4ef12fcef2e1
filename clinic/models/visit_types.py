"""What can be booked."""

from datetime import timedelta

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.languages import check_both_languages, text_in
from clinic.models.catalogue import Treatment
from clinic.models.places import ResourceKind, Site


class VisitMode(models.TextChoices):
    """How a visit happens. Only a visit in person needs a room."""

    IN_PERSON = "in_person", _("At the clinic")
    VIDEO = "video", _("Video call")
    PHONE = "phone", _("Phone call")


class BookableBy(models.TextChoices):
    """Who may book a visit type."""

    ANYONE = "anyone", _("Anyone")
    RETURNING = "returning", _("People who have been before")
    STAFF = "staff", _("Staff only")
    GATED = "gated", _("Staff, once every gate for a procedure is open")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class VisitType(models.Model):
    """A kind of visit: its length, its buffers, what it needs and who may book it. Lengths in minutes."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.JSONField(_("name"), validators=[check_both_languages])
    summary = models.JSONField(_("summary"), default=dict, blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), validators=[MinValueValidator(5), MaxValueValidator(600)]
    )
    buffer_before_minutes = models.PositiveSmallIntegerField(
        _("minutes kept free before"), default=0, validators=[MaxValueValidator(240)]
    )
    buffer_after_minutes = models.PositiveSmallIntegerField(
        _("minutes kept free after"), default=0, validators=[MaxValueValidator(240)]
    )
    grid_minutes = models.PositiveSmallIntegerField(
        _("start grid in minutes"), default=30, validators=[MinValueValidator(5), MaxValueValidator(720)]
    )
    notice_hours = models.PositiveSmallIntegerField(_("notice in hours"), default=24)
    horizon_days = models.PositiveSmallIntegerField(
        _("days ahead that can be booked"),
        default=90,
        validators=[MinValueValidator(1), MaxValueValidator(366)],
    )
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(7)]),
        verbose_name=_("only on these weekdays (1 Monday to 7 Sunday)"),
        null=True,
        blank=True,
    )
    bookable_by = models.CharField(
        _("who may book"), max_length=10, choices=BookableBy, default=BookableBy.STAFF
    )
    modes = ArrayField(models.CharField(max_length=10, choices=VisitMode), verbose_name=_("modes"))
    needs = ArrayField(models.CharField(max_length=20, choices=ResourceKind), verbose_name=_("needs"))
    treatment = models.ForeignKey(
        Treatment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="visit_types",
        verbose_name=_("treatment"),
    )
    staff_note = models.TextField(_("note for staff"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)

    class Meta:
        verbose_name = _("visit type")
        verbose_name_plural = _("visit types")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(minutes__gt=0) & models.Q(minutes__lte=600), name="visit_type_length"
            ),
            models.CheckConstraint(condition=models.Q(grid_minutes__gt=0), name="visit_type_grid"),
        ]

    def __str__(self) -> str:
        return self.name_text

    @property
    def name_text(self) -> str:
        """The name in the active language."""
        return text_in(self.name)

    @property
    def summary_text(self) -> str:
        """The summary in the active language; may be empty."""
        return text_in(self.summary)

    @property
    def length(self) -> timedelta:
        """The visit itself, without buffers."""
        return timedelta(minutes=self.minutes)

    def needs_in(self, mode: str) -> list[str]:
        """The kinds of resource a visit claims in `mode`: only people, unless it is in person."""
        if mode == VisitMode.IN_PERSON:
            return list(self.needs)
        return [kind for kind in self.needs if kind in (ResourceKind.DOCTOR, ResourceKind.NURSE)]


class VisitOffer(models.Model):
    """A visit type offered at a site, with its price there."""

    visit_type = models.ForeignKey(
        VisitType, models.CASCADE, related_name="offers", verbose_name=_("visit type")
    )
    site = models.ForeignKey(Site, models.CASCADE, related_name="offers", verbose_name=_("site"))
    price_minor = models.PositiveIntegerField(
        _("price, in minor units"),
        null=True,
        blank=True,
        help_text=_("In the site's currency: 150000 is ฿1,500."),
    )

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ["site", "pk"]
        constraints = [models.UniqueConstraint(fields=["visit_type", "site"], name="offer_once_per_site")]

    def __str__(self) -> str:
        return f"{self.visit_type} · {self.site}"
