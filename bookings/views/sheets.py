"""Small forms of the front desk: pages of their own, and sheets over the day board where scripts run."""

import json
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.middleware import HtmxDetails

from bookings.models import Appointment
from clinic.models import Site


def render_sheet(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render a template that extends `sheet`: as a sheet over the board if its script asks, or as a page."""
    sheet = "bookings/desk/_sheet.html" if is_asked_by_script(request) else "bookings/desk/sheet_page.html"
    return render(request, template, {**context, "sheet": sheet}, status=status)


def done(request: HttpRequest, site: Site, day: date, *, reference: str = "") -> HttpResponse:
    """Answer a form that has worked: the board looks at its day again and opens the visit, if one is named.

    A script hears `board-done` and swaps nothing in; a page goes to the day.
    """
    address = board_address(site, day, reference=reference)
    if not is_asked_by_script(request):
        return redirect(address)
    told = {"ref": reference, "site": site.slug, "day": day.isoformat(), "address": address}
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps({"board-done": told})})


def refused(request: HttpRequest, visit: Appointment, words: str, *, override: str = "") -> HttpResponse:
    """Answer a step that was refused: a script hears `board-refused` with the words (409).

    `override` is the address of the sheet that does it all the same, if there is one.
    """
    if not is_asked_by_script(request):
        messages.error(request, words)
        return done_with(request, visit)
    told = {"ref": visit.reference, "words": words} | ({"override": override} if override else {})
    return HttpResponse(
        status=409, headers={"HX-Trigger": json.dumps({"board-refused": told}), "HX-Reswap": "none"}
    )


def done_with(request: HttpRequest, visit: Appointment) -> HttpResponse:
    """Answer a step that has worked, at the visit's own day."""
    day = visit.starts_at.astimezone(visit.site.tz).date()
    return done(request, visit.site, day, reference=visit.reference)


def board_address(site: Site, day: date, *, reference: str = "") -> str:
    """Return the address of a site's day, with a visit open if one is named."""
    asked = {"site": site.slug, "date": day.isoformat()} | ({"visit": reference} if reference else {})
    address = f"{reverse('board:day')}?{urlencode(asked)}"
    return f"{address}#v-{reference}" if reference else address


def is_asked_by_script(request: HttpRequest) -> bool:
    """Whether htmx asks, which shows fragments and hears events."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]  # its middleware sets it
    return bool(htmx)
