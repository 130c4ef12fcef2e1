"""Blocking time by the desk: what stands in it is shown before and after, and nothing booked is lost."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, cast
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.forms.block_time import BlockForm, OpenerForm, SpanForm
from bookings.forms.time_off import usual_site
from bookings.models import Appointment, TimeOff
from bookings.queries.time_off import Listed, get_time_off, list_closures_ahead, list_time_off
from bookings.queries.to_move import list_to_move, list_visits_in
from bookings.services import time_off as services
from bookings.services.refusals import Refusal
from bookings.services.time_off import Blocked
from bookings.time_spans import Block
from bookings.views.removed_time_off import find_removed, remember_removed, take_removed
from bookings.views.sheets import done, is_asked_by_script, render_sheet
from bookings.views.to_move import ON_A_PAGE, lines_of, move_away
from clinic.access.who import DESK
from clinic.models import Site, User
from clinic.queries.places import list_sites
from clinic.stamps import stamp_of

GET_OR_POST = ["GET", "HEAD", "POST"]


@never_cache
@require_safe
def time_off(request: HttpRequest) -> HttpResponse:
    """List the time off and closed days to come. A constant number of queries."""
    now, user = timezone.now(), cast("User", request.user)
    context = {
        "lines": [_line(each, now) for each in list_time_off(now=now)],
        "closures": list_closures_ahead(now=now),
        "count": len(list_to_move(now=now)),
        "now": now,
        "removed": find_removed(request, now),
        "may_act": user.has_role(*DESK),
    }
    return render(request, "bookings/time_off/list.html", context)


@never_cache
@require_http_methods(GET_OR_POST)
def block(request: HttpRequest) -> HttpResponse:
    """Ask who is not available and when, show what stands there, and block it once that was seen."""
    now = timezone.now()
    sites = list_sites()
    if not sites:
        return render(request, "bookings/desk/no_sites.html")
    asked = _asked(request)
    site = asked.get("site") or sites[0]
    if request.method != "POST":
        return _show(request, BlockForm(initial=_initial(asked, site, now), site=site), now)
    form = BlockForm(request.POST, site=site)
    if not form.is_valid():
        return _show(request, form, now, status=422)
    if (shown := _look_first(request, form, now)) is not None:
        return shown
    values = form.cleaned_data
    entered = services.block_time(
        blocks=form.blocks(), note=values["note"], by=cast("User", request.user), now=now
    )
    return _entered(request, entered, site, values["first"])


@never_cache
@require_http_methods(GET_OR_POST)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one entry: when it is, or its note."""
    now, row = timezone.now(), _get_row(pk)
    site = usual_site(row.resource)
    if site is None:
        raise Http404
    if request.method != "POST":
        return _show(request, SpanForm(initial=_initial_of(row, site), row=row, site=site), now)
    form = SpanForm(request.POST, row=row, site=site)
    if not form.is_valid():
        return _show(request, form, now, status=422)
    if (shown := _look_first(request, form, now)) is not None:
        return shown
    values = form.cleaned_data
    try:
        entered = services.change_time_off(
            time_off_id=row.pk, block=form.blocks()[0], note=values["note"], seen=values["seen"], now=now
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _show(request, form, now, status=422)
    return _entered(request, entered, site, values["first"])


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End time off that is under way now."""
    try:
        services.end_time_off(
            time_off_id=_get_row(pk).pk, seen=request.POST.get("seen", "")[:20], now=timezone.now()
        )
        messages.success(request, _("Ended. What is left of the time is free again."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return _go(request, "time-off:list")


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an entry away; it can be brought back."""
    row = services.remove_time_off(time_off_id=pk)
    if row is not None:
        remember_removed(request, row, timezone.now())
    return _go(request, "time-off:list")


@require_POST
def restore(request: HttpRequest) -> HttpResponse:
    """Bring back what was taken away last."""
    now = timezone.now()
    removed = take_removed(request, now)
    if removed is None:
        messages.error(request, _("There is nothing to undo any more."))
    else:
        services.block_time(blocks=[removed.block], note=removed.note, by=removed.by, now=now)
        messages.success(request, _("Brought back."))
    return redirect("time-off:list")


def _line(listed: Listed, now: datetime) -> dict[str, Any]:
    """Return one entry as the list shows it; whole days as days."""
    row = listed.row
    days = Block(row.resource_id, row.span.lower, row.span.upper).shown(listed.zone)
    return {
        "row": row,
        "zone": listed.zone,
        "stamp": services.stamp_of_time_off(row),
        "is_running": row.span.lower < now,
        "days": days if days["starts"] is None and days["ends"] is None else None,
    }


def _look_first(request: HttpRequest, form: BlockForm | SpanForm, now: datetime) -> HttpResponse | None:
    """Return the sheet with the visits in the time, unless it has shown them; first move one if asked."""
    if "move" in request.POST:
        moved, words = move_away(request, now=now)
        words = words or _("Moved. You can take it back on the board for 3 minutes.")
        return _show(request, form, now, said={"words": words, "is_good": moved is not None})
    if form.cleaned_data["sure"] == _stamp(list_visits_in(form.blocks(), now=now)):
        return None
    return _show(request, form, now)


def _show(
    request: HttpRequest,
    form: BlockForm | SpanForm,
    now: datetime,
    *,
    status: int = 200,
    said: dict[str, Any] | None = None,
) -> HttpResponse:
    """Render the sheet; once it makes sense, with the visits in the time, and what was just done."""
    row = form.row if isinstance(form, SpanForm) else None
    context: dict[str, Any] = {"form": form, "site": form.site, "row": row, "key": uuid4(), "said": said}
    if row is not None:
        context["stamp"] = services.stamp_of_time_off(row)
        context["is_running"] = row.span.lower < now < row.span.upper
    if form.is_bound and not form.errors:
        blocks = form.blocks()
        visits = list_visits_in(blocks, now=now)
        context |= {
            "looked": True,
            "visits": visits,
            "sure": _stamp(visits),
            "lines": lines_of(visits[:ON_A_PAGE], now=now, also_off=blocks),
            "more": max(0, len(visits) - ON_A_PAGE),
        }
    return render_sheet(request, "bookings/time_off/sheet.html", context, status=status)


def _stamp(visits: Sequence[Appointment]) -> str:
    """Return the mark of the visits that were shown; "" for none, which nobody need have seen."""
    return stamp_of([visit.reference for visit in visits]) if visits else ""


def _entered(request: HttpRequest, entered: Blocked, site: Site, day: date) -> HttpResponse:
    """Say what was entered, and lead to what must be moved, or back to the day."""
    if entered.holds:
        words = ngettext(
            "Somebody is booking %(count)d of these times just now. Look at the list again in a few minutes.",
            "%(count)d of these times are being booked just now. Look at the list again in a few minutes.",
            entered.holds,
        )
        messages.warning(request, words % {"count": entered.holds})
    if not entered.visits:
        return done(request, site, day)
    messages.success(request, _("Blocked. Nothing that was booked is lost."))
    return _go(request, "time-off:to-move")


def _go(request: HttpRequest, name: str) -> HttpResponse:
    """Lead to a whole page, from a sheet too."""
    if is_asked_by_script(request):
        return HttpResponse(status=204, headers={"HX-Redirect": reverse(name)})
    return redirect(name)


def _get_row(pk: int) -> TimeOff:
    try:
        return get_time_off(pk)
    except (TimeOff.DoesNotExist, OverflowError):
        raise Http404 from None


def _asked(request: HttpRequest) -> dict[str, Any]:
    """Return what the board knows when it opens the sheet."""
    form = OpenerForm(request.POST if request.method == "POST" else request.GET)
    form.full_clean()
    return form.cleaned_data


def _initial(asked: dict[str, Any], site: Site, now: datetime) -> dict[str, Any]:
    """Return what the sheet begins with: the column that was pressed, its day and time."""
    return {
        "who": [asked["column"]] if asked.get("column") else [],
        "first": asked.get("date") or now.astimezone(site.tz).date(),
        "starts": asked.get("time"),
    }


def _initial_of(row: TimeOff, site: Site) -> dict[str, Any]:
    """Return an entry as its sheet shows it, by the site's clock."""
    block = Block(row.resource_id, row.span.lower, row.span.upper)
    return {**block.shown(site.tz), "note": row.note, "seen": services.stamp_of_time_off(row)}
