"""The owner's pages of the audit: who read, who came in or was refused, who changed what. No health data."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bookings.export_files import csv_chunks
from bookings.forms.setup.audit import CENTURY, AuditForm
from bookings.views.setup.audit_words import COLUMNS, change_line, event_line, read_cells, read_line
from clinic.models import User
from clinic.queries import audit_lists
from clinic.queries.audit_chain import get_state
from clinic.queries.audit_lists import PAGE, Asked, Before, Row
from clinic.queries.places import get_clinics_zone
from clinic.services.security_events import Kind, note

List = Callable[[Asked, Before | None], list[Any]]


@never_cache
@require_safe
def reads(request: HttpRequest) -> HttpResponse:
    """List who read whose health data, newest first."""
    return _show(request, "reads", audit_lists.list_reads, lambda rows: [read_line(row) for row in rows])


@never_cache
@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """List sign-ins, refusals, exports and what was changed about how people sign in."""

    def lines(rows: list[Any]) -> list[dict[str, Any]]:
        people = audit_lists.name_users({i for row in rows for i in (row.user_id, row.about_id) if i})
        return [event_line(row, people) for row in rows]

    return _show(request, "events", audit_lists.list_events, lines)


@never_cache
@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """List who changed which row of which table, and which columns of it."""

    def lines(rows: list[Any]) -> list[dict[str, Any]]:
        people = audit_lists.name_users({row.actor_id for row in rows if row.actor_id})
        return [change_line(row, people) for row in rows]

    return _show(request, "changes", audit_lists.list_changes, lines)


@never_cache
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """Answer the reads that are asked for as a file; that it was taken is written down first."""
    form = AuditForm(request.POST)
    if not form.is_valid():
        return _show_form(request, form, "reads", status=422)
    user, now = cast("User", request.user), timezone.now()
    note(Kind.EXPORTED, user=user, request=request, now=now, what="audit")
    lines = _cells(form.asked(get_clinics_zone()))
    return StreamingHttpResponse(
        csv_chunks(COLUMNS, lines),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="reads-{now:%Y-%m-%d}.csv"'},
    )


def _cells(asked: Asked) -> Iterator[list[tuple[str, ...]]]:
    for rows in audit_lists.each_read(asked):
        yield [read_cells(row) for row in rows]


def _show(
    request: HttpRequest, view: str, list_rows: List, make_lines: Callable[[list[Any]], list[dict[str, Any]]]
) -> HttpResponse:
    """Show a page of one list; what cannot be read in the address is said, and nothing is listed."""
    form = AuditForm(request.GET)
    if not form.is_valid():
        return _show_form(request, form, view, status=422)
    zone = get_clinics_zone()
    rows = list_rows(form.asked(zone), _before(request, zone))
    shown = rows[:PAGE]
    older = _address(request, before=_mark(shown[-1])) if len(rows) > PAGE else ""
    return _show_form(request, form, view, lines=make_lines(shown), zone=zone, older=older)


def _show_form(
    request: HttpRequest, form: AuditForm, view: str, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "form": form,
        "view": view,
        "query": _address(request),
        "newest": _address(request) if "before" in request.GET else "",
        "state": get_state(),
        **more,
    }
    return render(request, "setup/audit.html", context, status=status)


def _address(request: HttpRequest, **changes: str) -> str:
    """Return the address's query with what is asked, and other changes."""
    kept = {name: request.GET.get(name, "") for name in ("person", "patient", "day")}
    return "?" + urlencode({name: value for name, value in {**kept, **changes}.items() if value})


def _mark(row: Row) -> str:
    return f"{row.at.isoformat()}_{row.pk}"


def _before(request: HttpRequest, zone: ZoneInfo) -> Before | None:
    """Return where the page before ended; what cannot be read begins with the newest."""
    moment, _underscore, row_id = request.GET.get("before", "").replace(" ", "+").partition("_")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    if at.year not in CENTURY or not (row_id.isascii() and row_id.isdigit() and len(row_id) < 19):
        return None
    return (at if at.tzinfo else at.replace(tzinfo=zone)), int(row_id)
