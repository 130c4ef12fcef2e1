"""D1, the day board: the page of a site's day. What its script asks for is in `board_changes`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bookings.life_cycle import UNDO, Status
from bookings.models import RunningLate
from bookings.queries.board import BoardVisit, find_own_undoable, list_board_visits
from bookings.queries.board_columns import Column, list_columns
from bookings.queries.board_version import get_board_state
from bookings.queries.running_late import get_expected, list_late
from bookings.queries.walk_ins import count_waiting
from bookings.services import desk
from bookings.views import board_blocks as blocks
from bookings.views.board_columns import list_shown
from bookings.views.board_panel import panel_facts
from bookings.views.day_shown import DayShown, read_day
from bookings.views.looks import STATUS_LOOKS
from bookings.views.toasts import toast_facts
from clinic.access.who import DESK
from clinic.models import User


@never_cache
@require_safe
def day(request: HttpRequest) -> HttpResponse:
    """Show a site's day as a grid of practitioners or rooms. A constant number of queries."""
    now = timezone.now()
    shown = read_day(request, now)
    if shown is None:
        return render(request, "bookings/desk/no_sites.html")
    version = get_board_state(shown.site, shown.day, minute=minute_shown(shown, now)).version
    late = list_late(shown.site, shown.day)
    visits = list_visits_shown(shown, late, now)
    columns = list_columns(shown.site, shown.day, shown.by, visits)
    context = {
        **shown.facts,
        **common_facts(request, shown, visits, now),
        **grid_facts(columns, late, shown, now),
        "view": "board",
        "version": version,
        "book_address": f"{reverse('calls:book')}?site={shown.site.slug}&date={shown.day.isoformat()}",
        **panel_facts(request, request.GET.get("visit", ""), now),
    }
    return render(request, "bookings/board/day.html", context)


def list_visits_shown(shown: DayShown, late: Sequence[RunningLate], now: datetime) -> list[BoardVisit]:
    """Return the visits of a day, with when they are expected to start if somebody runs late."""
    visits = list_board_visits(shown.site, shown.day)
    if not late:
        return visits
    expected = get_expected(shown.site, shown.day, now=now)
    return [replace(visit, expected_at=expected.get(visit.pk)) for visit in visits]


def minute_shown(shown: DayShown, now: datetime) -> int:
    """Return the minute of the site's clock; 0 for a day that no clock runs on."""
    if shown.day != shown.today:
        return 0
    local = now.astimezone(shown.site.tz)
    return local.hour * 60 + local.minute


def common_facts(
    request: HttpRequest, shown: DayShown, visits: list[BoardVisit], now: datetime
) -> dict[str, Any]:
    """Return what page and answer both show beside the grid."""
    user = cast("User", request.user)
    event = find_own_undoable(shown.site, shown.day, user.pk, now - UNDO)
    return {
        "filters": blocks.count_filters(visits, shown.show, now),
        "may_act": user.has_role(*DESK),
        "waiting": count_waiting(shown.site, now=now),
        "shown": shown,
        "site": shown.site,
        **toast_facts(event if event and desk.find_undoable(event.appointment, now) else None, now),
    }


def grid_facts(
    columns: list[Column], late: Sequence[RunningLate], shown: DayShown, now: datetime
) -> dict[str, Any]:
    """Return the columns with their blocks and shades, and the hours beside them.

    `grid` names all that only a new page can show: which columns there are, and which hours.
    """
    zone = shown.site.tz
    first, last = blocks.hours_shown(columns, zone, shown.day)
    minute = minute_shown(shown, now)
    minutes_late = {each.practitioner_id: each.minutes for each in late}
    return {
        "columns": list_shown(columns, minutes_late, shown, (first, last), now),
        "grid": f"{first}-{last}:{','.join(str(column.resource_id) for column in columns)}",
        "first": first,
        "last": last,
        "hours": [(hour, blocks.place_of(hour * 60)) for hour in range(first // 60, last // 60 + 1)],
        "minute": minute,
        "now_places": blocks.place_of(minute),
        "has_now": shown.day == shown.today and first <= minute <= last,
        "is_empty": not any(column.visits for column in columns),
        "key": [(*STATUS_LOOKS[Status(status)], blocks.WORDS[status]) for status in blocks.KEY],
        "height": blocks.length_of(last - first),
        "begin": f"from-{first // 60}",
    }
