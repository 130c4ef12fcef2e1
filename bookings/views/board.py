"""D1, the day board: the page, and what its script asks for every four seconds."""

from collections import defaultdict
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template, render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bookings.life_cycle import UNDO, Status
from bookings.queries.board import BoardVisit, find_own_undoable, list_board_visits
from bookings.queries.board_columns import Column, list_columns
from bookings.queries.board_version import get_board_state, minute_of
from bookings.services import desk
from bookings.views import board_blocks as blocks
from bookings.views.board_panel import panel_facts
from bookings.views.day_shown import DayShown, read_day
from bookings.views.looks import STATUS_LOOKS
from bookings.views.toasts import toast_facts
from clinic.access import DESK
from clinic.models import User


@never_cache
@require_safe
def day(request: HttpRequest) -> HttpResponse:
    """Show a site's day as a grid of practitioners or rooms. A constant number of queries."""
    now = timezone.now()
    shown = read_day(request, now)
    if shown is None:
        return render(request, "bookings/desk/no_sites.html")
    version = get_board_state(shown.site, shown.day, minute=_minute(shown, now)).version
    visits = list_board_visits(shown.site, shown.day)
    columns = list_columns(shown.site, shown.day, shown.by, visits)
    context = {
        **shown.facts,
        **_common(request, shown, visits, now),
        **_grid(columns, shown, now),
        "view": "board",
        "version": version,
        "book_address": f"{reverse('calls:book')}?site={shown.site.slug}&date={shown.day.isoformat()}",
        **panel_facts(request, request.GET.get("visit", ""), now),
    }
    return render(request, "bookings/board/day.html", context)


@never_cache
@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """Answer 204 if a day is as its version says, else what to draw again. It never extends the session."""
    now = timezone.now()
    shown = read_day(request, now, quietly=True)
    if shown is None:
        raise Http404
    version = request.GET.get("version", "")
    minute = _minute(shown, now)
    state = get_board_state(shown.site, shown.day, minute=minute, version=version)
    if state.is_same:
        return HttpResponse(status=204)
    visits = list_board_visits(shown.site, shown.day)
    has_ticked = minute_of(version) != minute
    again = {
        visit.reference
        for visit in visits
        if visit.reference in state.changed or (has_ticked and blocks.is_live(visit, now))
    }
    answer = {
        "version": state.version,
        "is_whole": state.is_around_same,
        "visits": _drawn(visits, again, shown, now),
        "refs": [visit.reference for visit in visits],
        "parts": _parts(request, shown, visits, now),
        "now": minute,
    }
    return JsonResponse(answer)


def _minute(shown: DayShown, now: datetime) -> int:
    """Return the minute of the site's clock; 0 for a day that no clock runs on."""
    if shown.day != shown.today:
        return 0
    local = now.astimezone(shown.site.tz)
    return local.hour * 60 + local.minute


def _common(request: HttpRequest, shown: DayShown, visits: list[BoardVisit], now: datetime) -> dict[str, Any]:
    """Return what page and answer both show beside the grid."""
    user = cast("User", request.user)
    event = find_own_undoable(shown.site, shown.day, user.pk, now - UNDO)
    return {
        "filters": blocks.count_filters(visits, shown.show, now),
        "may_act": user.has_role(*DESK),
        "shown": shown,
        "site": shown.site,
        **toast_facts(event if event and desk.find_undoable(event.appointment, now) else None, now),
    }


def _grid(columns: list[Column], shown: DayShown, now: datetime) -> dict[str, Any]:
    """Return the columns with their blocks and shades, and the hours beside them."""
    zone = shown.site.tz
    first, last = blocks.hours_shown(columns, zone, shown.day)
    minute = _minute(shown, now)
    return {
        "columns": [_column(column, shown, (first, last), now) for column in columns],
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


def _column(column: Column, shown: DayShown, bounds: tuple[int, int], now: datetime) -> dict[str, Any]:
    zone: ZoneInfo = shown.site.tz
    return {
        "id": column.resource_id or "",
        "name": column.name,
        "initials": blocks.initials(column.name),
        "line": blocks.head_words(column, zone),
        "blocks": blocks.list_blocks(column.resource_id, column.visits, zone, now, shown.show),
        "shades": blocks.list_shades(column, zone, bounds),
    }


def _drawn(
    visits: list[BoardVisit], again: set[str], shown: DayShown, now: datetime
) -> dict[str, dict[str, Any]]:
    """Return these visits' blocks as HTML with their columns, and those of who stands beside them."""
    columns: dict[int, list[BoardVisit]] = defaultdict(list)
    for visit in visits:
        columns[visit.column(shown.by)].append(visit)
    template = get_template("bookings/board/_visit.html")
    drawn: dict[str, dict[str, Any]] = {}
    for column, there in columns.items():
        if again.isdisjoint(visit.reference for visit in there):
            continue
        for block in blocks.list_blocks(column, there, shown.site.tz, now, shown.show):
            if block.visit.reference in again or block.lanes > 1:
                html = template.render({"block": block, "shown": shown})
                drawn[block.visit.reference] = {"column": str(column or ""), "html": html}
    return drawn


def _parts(request: HttpRequest, shown: DayShown, visits: list[BoardVisit], now: datetime) -> dict[str, str]:
    context = _common(request, shown, visits, now)
    return {
        name: render_to_string(f"bookings/board/_{name}.html", context, request)
        for name in ("counts", "toast")
    }
