"""When people work and when they do not. Wall-clock hours of a site; bookings/hours.py makes them UTC."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinic.languages import check_both_languages, text_in
from clinic.models import Practitioner, Resource, Site, User


class WorkingHours(models.Model):
    """A practitioner's hours at a site on one weekday, by the site's wall clock."""

    practitioner = models.ForeignKey(
        Practitioner, models.CASCADE, related_name="working_hours", verbose_name=_("practitioner")
    )
    site = models.ForeignKey(Site, models.PROTECT, related_name="working_hours", verbose_name=_("site"))
    weekday = models.PositiveSmallIntegerField(
        _("weekday"),
        choices=[
            (1, _("Monday")),
            (2, _("Tuesday")),
            (3, _("Wednesday")),
            (4, _("Thursday")),
            (5, _("Friday")),
            (6, _("Saturday")),
            (7, _("Sunday")),
        ],
    )
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))
    valid_from_date = models.DateField(_("first day"))
    valid_to_date = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")
        ordering = ["practitioner", "weekday", "starts", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")),
                name="hours_end_after_start",
                violation_error_message=_("The end must be after the start."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to_date__isnull=True) | Q(valid_to_date__gte=F("valid_from_date")),
                name="hours_last_day_not_before_first",
                violation_error_message=_("The last day must not be before the first."),
            ),
            models.CheckConstraint(condition=Q(weekday__range=(1, 7)), name="hours_weekday"),
        ]

    def __str__(self) -> str:
        return f"{self.practitioner} {self.get_weekday_display()} {self.starts:%H:%M}-{self.ends:%H:%M}"


class ExceptionalOpening(models.Model):
    """Extra hours on one date, by the site's wall clock; they hold even on a closed day."""

    practitioner = models.ForeignKey(
        Practitioner, models.CASCADE, related_name="exceptional_openings", verbose_name=_("practitioner")
    )
    site = models.ForeignKey(Site, models.PROTECT, related_name="+", verbose_name=_("site"))
    date = models.DateField(_("date"))
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))

    class Meta:
        verbose_name = _("exceptional opening")
        verbose_name_plural = _("exceptional openings")
        ordering = ["date", "starts", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")),
                name="opening_end_after_start",
                violation_error_message=_("The end must be after the start."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.practitioner} {self.date} {self.starts:%H:%M}-{self.ends:%H:%M}"


class Closure(models.Model):
    """Days on which a site is closed, first and last day included; a chosen public holiday is one."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="closures", verbose_name=_("site"))
    first_date = models.DateField(_("first day"))
    last_date = models.DateField(_("last day"))
    name = models.JSONField(_("name"), validators=[check_both_languages])
    is_public_holiday = models.BooleanField(_("public holiday"), default=False)

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        ordering = ["first_date", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_date__gte=F("first_date")),
                name="closure_last_day_not_before_first",
                violation_error_message=_("The last day must not be before the first."),
            )
        ]

    def __str__(self) -> str:
        return text_in(self.name)


class TimeOff(models.Model):
    """A span in which a practitioner, room or device is not available. `span` is half-open, UTC."""

    resource = models.ForeignKey(
        Resource, models.CASCADE, related_name="time_off", verbose_name=_("who or what")
    )
    span = DateTimeRangeField(_("from and to"))
    note = models.CharField(_("note for staff"), max_length=120, blank=True)
    created_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("time off")
        verbose_name_plural = _("time off")
        ordering = ["span", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(span__isempty=False) & Q(span__lower_inf=False) & Q(span__upper_inf=False),
                name="time_off_span_bounded",
                violation_error_message=_("Time off needs a start and a later end."),
            )
        ]
        indexes = [GistIndex(fields=["resource", "span"], name="time_off_resource_span")]

    def __str__(self) -> str:
        return f"{self.resource} · {self.note}" if self.note else str(self.resource)
