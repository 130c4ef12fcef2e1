"""Time off and closed days that are still to come, as the desk lists them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from bookings.models import Closure, TimeOff, WorkingHours

MOST_SHOWN = 300


@dataclass(frozen=True)
class Listed:
    """An entry, and the zone it is shown in."""

    row: TimeOff
    zone: ZoneInfo


def with_zone(rows: QuerySet[TimeOff]) -> QuerySet[TimeOff]:
    """Return time off with the zone it is shown in: its room's, or where the person works first."""
    works = WorkingHours.objects.filter(practitioner__resource=OuterRef("resource"))
    first = works.order_by("site__order", "pk").values("site__zone")[:1]
    return rows.annotate(zone=Coalesce("resource__site__zone", Subquery(first), Value("UTC")))


def list_time_off(*, now: datetime) -> list[Listed]:
    """Return the time off that is not over, by start, with its resource. One query."""
    rows = TimeOff.objects.filter(span__endswith__gt=now).select_related("resource__site")
    return [_listed(row) for row in with_zone(rows).order_by("span", "pk")[:MOST_SHOWN]]


def get_time_off(pk: int) -> TimeOff:
    """Return one entry with its resource.

    :raises TimeOff.DoesNotExist: if it is gone.
    """
    return TimeOff.objects.select_related("resource__site").get(pk=pk)


def list_closures_ahead(*, now: datetime) -> list[Closure]:
    """Return the closed days that are not over anywhere on earth, by first day. One query."""
    since = (now - timedelta(days=1)).date()
    rows = Closure.objects.filter(last_date__gte=since).select_related("site")
    return list(rows.order_by("first_date", "site__order", "pk")[:MOST_SHOWN])


def _listed(row: Any) -> Listed:
    return Listed(row, ZoneInfo(row.zone))
