"""C1: which form to read first. For clinicians and nurses; opening the list is written down."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bookings.queries.next_visits import find_visit_without_form
from bookings.queries.review_queue import PAGE, Queued, find_neighbour, open_rows, queue
from bookings.views.queue_words import QueueLine, make_lines, say_day
from clinic.addresses import client_address
from clinic.models import User
from clinic.queries.places import list_doctors
from clinic.services.audit import Action, Reader, record_read
from patients.models import FormVersion
from patients.queries.forms_to_read import TABS, TO_READ, count_by_tab

STEPS = {"next": 1, "back": -1}


@never_cache
@require_safe
def queue_page(request: HttpRequest) -> HttpResponse:
    """List the forms of a tab with their flags; a constant number of queries."""
    now, user = timezone.now(), cast("User", request.user)
    asked = _read_address(request)
    counts = count_by_tab(user, now=now)
    found = Paginator(queue(asked["tab"], user, doctor=asked["doctor"], now=now), PAGE)
    page: Page[FormVersion] = found.get_page(request.GET.get("page"))
    record_read(
        reader=Reader(user, client_address(request)),
        action=Action.LISTED,
        subject_type="form_version",
        subject_ids=[row.pk for row in page],
        patient_ids=[row.patient_id for row in page],
        now=now,
    )
    rows, damaged = open_rows(list(page))
    shown = [row for row in rows if _passes(row, user, asked)]
    lines = make_lines(shown, user, now=now)
    context = {
        "tabs": [(tab, counts[tab], _address(asked, tab=tab, selected=None)) for tab in TABS],
        "asked": asked,
        "page": page,
        "lines": lines,
        "damaged": damaged,
        "selected": _selected(lines, request.GET.get("selected", "")),
        "doctors": list_doctors(),
        "red": sum(row.is_red for row in rows),
        "news": sum(row.is_news_for(user) for row in rows),
        "red_address": _address(asked, red="" if asked["red"] else "1", selected=None),
        "news_address": _address(asked, news="" if asked["news"] else "1", selected=None),
        "without_form": None if lines else _say_without_form(user, now),
    }
    return render(request, "bookings/review/queue.html", context)


@never_cache
@require_safe
def neighbour(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Go to the form before or after one in the queue of forms to read; at its ends, to the queue."""
    step = STEPS.get(request.GET.get("go", "next"))
    if step is None:
        raise Http404
    user = cast("User", request.user)
    found = find_neighbour(version_id, step, user, now=timezone.now())
    return redirect("review:form", found) if found else redirect("queue:queue")


def _read_address(request: HttpRequest) -> dict[str, Any]:
    """Return what the address asks for; what cannot be read asks for nothing."""
    tab, doctor = request.GET.get("tab", TO_READ), request.GET.get("doctor", "")
    return {
        "tab": tab if tab in TABS else TO_READ,
        "doctor": int(doctor) if doctor.isascii() and doctor.isdigit() and len(doctor) < 10 else None,
        "red": "1" if request.GET.get("red") else "",
        "news": "1" if request.GET.get("news") else "",
    }


def _address(asked: dict[str, Any], **changes: Any) -> str:
    """Return the queue's address with some of what is asked changed."""
    query = {name: value for name, value in {**asked, **changes}.items() if value}
    return f"{reverse('queue:queue')}?{urlencode(query)}"


def _passes(row: Queued, user: User, asked: dict[str, Any]) -> bool:
    return (row.is_red or not asked["red"]) and (row.is_news_for(user) or not asked["news"])


def _selected(lines: Sequence[QueueLine], wanted: str) -> QueueLine | None:
    """Return the row that the address names, else the first."""
    first = lines[0] if lines else None
    return next((line for line in lines if str(line.queued.row.pk) == wanted), first)


def _say_without_form(user: User, now: datetime) -> dict[str, str] | None:
    """Return the next visit of somebody's patients whose patient has sent no form, in words."""
    visit = find_visit_without_form(user, now=now)
    if visit is None or visit.patient is None:
        return None
    when = say_day(visit.starts_at, visit.site.tz, get_language() or "en", now)
    return {"who": visit.patient.name, "when": when}
