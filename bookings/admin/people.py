"""Practitioners with their hours: the clinic's page, and the calendar's tables under it."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.forms import TimeInput
from django.http import HttpRequest

from bookings.admin.archiving import KeepsVisits
from bookings.admin.calendar import warn_of_stranded
from bookings.forms.working_hours import WorkingHoursForm, WorkingHoursFormSet
from bookings.models import ExceptionalOpening, WorkingHours
from bookings.services.places import archive_resource
from clinic.admin.base import RuledTabular
from clinic.admin.people import PractitionerAdmin
from clinic.models import Practitioner


class HoursInline(RuledTabular):
    """Times without seconds; rows may be taken out."""

    may_delete = True

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Show hours and minutes only."""
        field = super().formfield_for_dbfield(db_field, request, **options)
        if field and db_field.name in {"starts", "ends"} and isinstance(field.widget, TimeInput):
            field.widget.format = "%H:%M"
        return field


class WorkingHoursInline(HoursInline):
    """The weekly plan of a practitioner."""

    model = WorkingHours
    form = WorkingHoursForm
    formset = WorkingHoursFormSet
    fields = ("site", "weekday", "starts", "ends", "valid_from_date", "valid_to_date")
    ordering = ("valid_from_date", "weekday", "starts", "pk")


class ExceptionalOpeningInline(HoursInline):
    """Extra hours on one date."""

    model = ExceptionalOpening
    fields = ("site", "date", "starts", "ends")


@admin.register(Practitioner)
class PractitionerWithHoursAdmin(KeepsVisits, PractitionerAdmin):
    """A practitioner, their calendar row and their hours on one page."""

    inlines = [WorkingHoursInline, ExceptionalOpeningInline]

    def archive_row(self, row: Practitioner, now: datetime) -> None:
        """Archive the row of the calendar that visits claim."""
        archive_resource(resource_id=row.resource_id, now=now)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """Save the hours, and name the visits that stand outside them now."""
        super().save_related(request, form, formsets, change)
        warn_of_stranded(self, request, [form.instance.pk])
