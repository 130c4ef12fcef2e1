"""What the day board asks for every four seconds: nothing while its day is as it was, else what to redraw."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import get_template, render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bookings.queries.board import BoardVisit
from bookings.queries.board_columns import list_columns
from bookings.queries.board_version import BoardState, get_board_state, minute_of
from bookings.queries.running_late import list_late
from bookings.views import board_blocks as blocks
from bookings.views.board import common_facts, grid_facts, list_visits_shown, minute_shown
from bookings.views.board_columns import ShownColumn
from bookings.views.board_html import draw_visit
from bookings.views.day_shown import DayShown, read_day

PARTS = ("counts", "toast", "heads", "queue")
"""What is drawn anew beside the visits: templates of the board, each for the place of its name."""


@never_cache
@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """Answer 204 if a day is as its version says, else what to draw again. It never extends the session."""
    now = timezone.now()
    shown = read_day(request, now, quietly=True)
    if shown is None:
        raise Http404
    version = request.GET.get("version", "")
    state = get_board_state(shown.site, shown.day, minute=minute_shown(shown, now), version=version)
    if state.is_same:
        return HttpResponse(status=204)
    return JsonResponse(_answer(request, shown, state, now))


def _answer(request: HttpRequest, shown: DayShown, state: BoardState, now: datetime) -> dict[str, Any]:
    late = list_late(shown.site, shown.day)
    visits = list_visits_shown(shown, late, now)
    grid = grid_facts(list_columns(shown.site, shown.day, shown.by, visits), late, shown, now)
    again = _list_again(visits, state, request.GET.get("version", ""), grid["minute"], now)
    context = {**grid, **common_facts(request, shown, visits, now), "now": now}
    return {
        "version": state.version,
        "grid": grid["grid"],
        "visits": _drawn(grid["columns"], again, shown.query),
        "refs": [visit.reference for visit in visits],
        "shades": {} if state.is_around_same else _shades(grid["columns"]),
        "parts": {name: render_to_string(f"bookings/board/_{name}.html", context, request) for name in PARTS},
        "now": grid["minute"],
    }


def _list_again(
    visits: Collection[BoardVisit], state: BoardState, version: str, minute: int, now: datetime
) -> set[str]:
    """Return the references of visits to draw again: those that changed, and those that count minutes.

    What changes around them, somebody who runs late say, may change them all.
    """
    if not state.is_around_same:
        return {visit.reference for visit in visits}
    has_ticked = minute_of(version) != minute
    return {
        visit.reference
        for visit in visits
        if visit.reference in state.changed or (has_ticked and blocks.is_live(visit, now))
    }


def _drawn(columns: Iterable[ShownColumn], again: Collection[str], query: str) -> dict[str, dict[str, str]]:
    """Return these visits' blocks as HTML with their columns, and those of who stands beside others."""
    return {
        block.visit.reference: {"column": str(column.id), "html": draw_visit(block, query)}
        for column in columns
        if any(visit.reference in again for visit in column.column.visits)
        for block in column.blocks
        if block.visit.reference in again or block.lanes > 1
    }


def _shades(columns: Iterable[ShownColumn]) -> dict[str, str]:
    """Return when each column is off, as HTML."""
    template = get_template("bookings/board/_shades.html")
    return {str(column.id): template.render({"column": column}) for column in columns}
