"""The owner's forms of what the clinic offers, as tests fill them in."""

from typing import Any

from django.test import Client

from bookings.queries.offering import get_plan_of
from clinic.models import Role, VisitType
from tests.calendars import Calendar
from tests.factories import StaffFactory


def owner() -> Client:
    """Return a browser in which an owner is signed in."""
    client = Client()
    client.force_login(StaffFactory.create(roles=[Role.OWNER], name="Mali"))
    return client


def typed(calendar: Calendar, **changes: Any) -> dict[str, Any]:
    """Return the form of a calendar's visit type as a browser posts it unchanged; `changes` replace some."""
    kind = VisitType.objects.get(pk=calendar.visit_type.pk)
    plan, site = get_plan_of(kind), calendar.site.pk
    values = {
        "seen": plan.stamp(),
        "name_en": kind.name["en"],
        "name_th": kind.name["th"],
        "summary_en": "",
        "summary_th": "",
        **{
            name: getattr(kind, name)
            for name in ("minutes", "buffer_before_minutes", "buffer_after_minutes", "grid_minutes")
        },
        **{name: getattr(kind, name) for name in ("notice_hours", "horizon_days", "bookable_by", "order")},
        "weekdays": kind.weekdays or [],
        "modes": kind.modes,
        "needs": kind.needs,
        "treatment": "",
        "people": list(plan.people),
        f"offered_{site}": "on",
        f"price_{site}": "1500",
        "staff_note": "",
    }
    return {name: value for name, value in (values | changes).items() if value is not None}


def page_of(calendar: Calendar) -> str:
    """Return the address of a calendar's visit type."""
    return f"/setup/visit-types/{calendar.visit_type.pk}/"
