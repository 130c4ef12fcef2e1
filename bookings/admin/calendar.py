"""Hours, openings, closures and time off: what the desk may change itself."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import TimeInput
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from bookings.forms.time_off import TimeOffForm
from bookings.forms.working_hours import WorkingHoursForm
from bookings.models import Appointment, Closure, ExceptionalOpening, TimeOff, WorkingHours
from bookings.queries.stranded import find_stranded
from bookings.queries.time_off import with_zone
from bookings.queries.to_move import list_visits_in_closure, list_visits_in_time_off
from bookings.services.claims import lock_resources
from clinic.admin.base import RuledAdmin
from clinic.times import format_when


class HoursAdmin(RuledAdmin):
    """What hours and openings share: they may be deleted, and times have no seconds."""

    may_delete = True
    list_select_related = ("practitioner__resource", "site")
    search_fields = ("practitioner__resource__name", "practitioner__name")
    search_help_text = _("Practitioner")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Save, and name the visits that stand outside the hours of this person now."""
        super().save_model(request, obj, form, change)
        warn_of_stranded(self, request, [obj.practitioner_id])

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete, and name the same."""
        super().delete_model(request, obj)
        warn_of_stranded(self, request, [obj.practitioner_id])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete several, and name the same of everybody among them."""
        people = list(queryset.values_list("practitioner", flat=True))
        super().delete_queryset(request, queryset)
        warn_of_stranded(self, request, people)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Show hours and minutes only."""
        field = super().formfield_for_dbfield(db_field, request, **options)
        if field and db_field.name in {"starts", "ends"} and isinstance(field.widget, TimeInput):
            field.widget.format = "%H:%M"
        return field

    @admin.display(description=_("from"), ordering="starts")
    def starts_text(self, row: Any) -> str:
        """The start, 24-hour."""
        return f"{row.starts:%H:%M}"

    @admin.display(description=_("to"), ordering="ends")
    def ends_text(self, row: Any) -> str:
        """The end, 24-hour."""
        return f"{row.ends:%H:%M}"


@admin.register(WorkingHours)
class WorkingHoursAdmin(HoursAdmin):
    """Weekly hours, with the days they hold for."""

    form = WorkingHoursForm
    list_display = (
        "practitioner",
        "weekday",
        "starts_text",
        "ends_text",
        "site",
        "valid_from_date",
        "valid_to_date",
    )
    list_filter = ("practitioner", "site", "weekday")
    autocomplete_fields = ("practitioner",)
    fieldsets = (
        (None, {"fields": ("practitioner", "site", "weekday", ("starts", "ends"))}),
        (
            _("Holds"),
            {
                "fields": (("valid_from_date", "valid_to_date"),),
                "description": _("To change hours from a day on, end these the day before and add new ones."),
            },
        ),
    )


@admin.register(ExceptionalOpening)
class ExceptionalOpeningAdmin(HoursAdmin):
    """Extra hours on one date."""

    list_display = ("practitioner", "date", "starts_text", "ends_text", "site")
    list_filter = ("practitioner", "site")
    date_hierarchy = "date"
    autocomplete_fields = ("practitioner",)
    fields = ("practitioner", "site", "date", ("starts", "ends"))


class ToMoveAdmin(RuledAdmin):
    """A page that closes time, and shows which visits stand in it and must be moved."""

    change_form_template = "admin/bookings/to_move_form.html"

    def visits_to_move(self, row: Any) -> list[Appointment]:
        """Return the visits in the time a row closes."""
        raise NotImplementedError

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        """Show the visits to move beside the form."""
        row = options.get("obj")
        context["to_move"] = describe_visits(self.visits_to_move(row)) if row is not None else []
        return super().render_change_form(request, context, *args, **options)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Save, and name the visits that must be moved now."""
        super().save_model(request, obj, form, change)
        warn_of_visits(self, request, self.visits_to_move(obj))


@admin.register(Closure)
class ClosureAdmin(ToMoveAdmin):
    """Days on which a site is closed."""

    texts = ("name",)
    may_delete = True
    list_display = ("name_text", "site", "first_date", "last_date", "is_public_holiday")
    list_display_links = ("name_text",)
    list_filter = ("site", "is_public_holiday")
    list_select_related = ("site",)
    search_fields = ("name",)
    search_help_text = _("Name, in English or Thai")
    date_hierarchy = "first_date"
    fields: ClassVar[Any] = ("site", ("first_date", "last_date"), "name")

    def visits_to_move(self, row: Closure) -> list[Appointment]:
        """Return the visits at the site on these days."""
        return list_visits_in_closure(row)

    @admin.display(description=_("name"), ordering="first_date")
    def name_text(self, closure: Closure) -> str:
        """The name in the reader's language."""
        return str(closure)


@admin.register(TimeOff)
class TimeOffAdmin(ToMoveAdmin):
    """Time in which somebody or something is not available."""

    form = TimeOffForm
    may_delete = True
    list_display = ("resource", "from_text", "to_text", "note")
    list_filter = ("resource__kind", "resource")
    list_select_related = ("resource__site",)
    search_fields = ("resource__name", "note")
    search_help_text = _("Who, what or why")
    fieldsets = (
        (None, {"fields": ("resource", ("first_date", "starts"), ("last_date", "ends"), "clock_of", "note")}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: TimeOff | None = None) -> Any:
        """Show the span in words to people who only look."""
        if self.may_edit(request):
            return super().get_fieldsets(request, obj)
        return [(None, {"fields": ("resource", "from_text", "to_text", "note")})]

    def get_queryset(self, request: HttpRequest) -> QuerySet[TimeOff]:
        """Fetch each row with the zone it is shown in: its room's, or where the person works first."""
        rows: QuerySet[TimeOff] = with_zone(super().get_queryset(request))
        return rows

    def visits_to_move(self, row: TimeOff) -> list[Appointment]:
        """Return the visits that claim this person or thing then."""
        return list_visits_in_time_off(row)

    def save_model(self, request: HttpRequest, obj: TimeOff, form: Any, change: Any) -> None:
        """Note who entered it; whoever claims this time just now is waited for, and is among the visits."""
        if not change:
            obj.created_by = request.user  # type: ignore[assignment]
        lock_resources([obj.resource_id])  # the admin's page is one transaction
        super().save_model(request, obj, form, change)

    @admin.display(description=_("from"), ordering="span")
    def from_text(self, row: Any) -> str:
        """The start, by the site's clock."""
        return _when(row.span.lower, row.zone)

    @admin.display(description=_("to"))
    def to_text(self, row: Any) -> str:
        """The end, by the site's clock."""
        return _when(row.span.upper, row.zone)


def describe_visits(visits: Sequence[Appointment]) -> list[str]:
    """Return each visit as one line: when, with whom, who, its reference."""
    return [
        f"{_when(visit.starts_at, visit.site.zone)} · {visit.practitioner.name_text} · "
        f"{visit.patient or ''} · {visit.reference}"
        for visit in visits
    ]


def warn_of_visits(page: Any, request: HttpRequest, visits: Sequence[Appointment]) -> None:
    """Name the visits that stand in closed time; they are kept until somebody moves them."""
    if not visits:
        return
    text = ngettext("%(count)d visit must be moved:", "%(count)d visits must be moved:", len(visits))
    lines = format_html_join("", "<br>{}", ((line,) for line in describe_visits(visits[:20])))
    message = format_html("{}{}", text % {"count": len(visits)}, lines)
    page.message_user(request, message, messages.WARNING)


def warn_of_stranded(page: Any, request: HttpRequest, practitioner_ids: Sequence[int]) -> None:
    """Name the visits that these people do not work for; they are kept until somebody moves them."""
    warn_of_visits(page, request, find_stranded(now=timezone.now(), practitioner_ids=practitioner_ids))


def _when(instant: datetime, zone: str) -> str:
    """Return an instant by the clock of a zone, in the reader's language."""
    return format_when(instant, ZoneInfo(zone), get_language() or "en")
