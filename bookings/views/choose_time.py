"""Choosing a time: for a new visit, and for one that moves. Opening either page changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails

from bookings.change_rule import ChangeRule, change_rule
from bookings.forms.choose_time import Wanted, read_wanted, write_instant, write_search
from bookings.life_cycle import UPCOMING
from bookings.models import Appointment
from bookings.queries.offers import Offers, get_offers, list_alternatives
from bookings.queries.visits import get_visit_for
from bookings.services import holds, visits
from bookings.services.refusals import JustTaken, NotOffered, Refusal, TooMany
from bookings.views import time_page, time_words
from bookings.views.journey import Journey, journey_of
from bookings.views.time_choices import Choices, choose_for_booking, choose_for_move, common_zones
from bookings.views.time_page import Shown, Time
from bookings.views.visitors import actor_of, visitor_of
from bookings.views.ways_on import list_ways_on, title_of_none
from clinic.models.visit_types import BookableBy
from clinic.queries.places import get_clinic

WAIT_SECONDS = 3600
"""What we ask for when a limit does not say when it ends."""


@dataclass(frozen=True)
class Problem:
    """Why a chosen time was not accepted: a heading that takes the focus, and the times still free."""

    title: str
    status: int
    times: Sequence[Time] = ()
    wait_seconds: int = 0

    @property
    def long_labels(self) -> bool:
        """Whether the times are of several days and their labels name them."""
        return any(len(time.label) > len("10:30") for time in self.times)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose_time(request: HttpRequest) -> HttpResponse:
    """Step 1 of booking: what, where, with whom and when. Continue holds the time for ten minutes."""
    now = timezone.now()
    journey = journey_of(request)
    choices = choose_for_booking(_asked(request, journey))
    if choices is None:
        return render(request, "bookings/choose_time.html", {"closed": True})
    if request.method == "POST" and "show" not in request.POST:
        return _hold(request, choices, journey, now)
    if request.method == "POST":
        return redirect(reverse("bookings:choose-time") + _address(choices.wanted))
    choices = replace(choices, search=replace(choices.search, moving_id=journey.live_hold_id))
    return _show(request, "bookings/choose_time.html", choices, now)


def _asked(request: HttpRequest, journey: Journey) -> Wanted:
    """Return what the request asks for; a bare address means the search this browser used last."""
    data = request.POST if request.method == "POST" else request.GET
    wanted = read_wanted(data or journey.search)
    return wanted if wanted.home else replace(wanted, home=journey.zone)


def _address(wanted: Wanted) -> str:
    """Return the query string of the search with the day and start that were chosen."""
    more = {"start": write_instant(wanted.start) if wanted.start else "", "day": str(wanted.day or "")}
    return "?" + urlencode({name: value for name, value in {**write_search(wanted), **more}.items() if value})


def _hold(request: HttpRequest, choices: Choices, journey: Journey, now: datetime) -> HttpResponse:
    """Hold the chosen time and go on, or show the page again with the reason."""
    wanted, key = choices.wanted, choices.wanted.key or uuid4()
    if wanted.start is None:
        return _show(
            request, "bookings/choose_time.html", choices, now, problem=Problem(_("Choose a time"), 422)
        )
    earlier = journey.live_hold_id
    if earlier is not None and not journey.was_held_with(key):
        _give_back(earlier)
    zone = choices.patient_zone.key
    try:
        held = holds.hold_time(
            search=choices.search,
            starts_at=wanted.start,
            key=key,
            actor=actor_of(request),
            zone=zone,
            been_before=choices.search.visit_type.bookable_by == BookableBy.RETURNING,
            now=now,
        )
    except Refusal as refusal:
        problem, choices = _problem(refusal, choices, wanted.start, now)
        return _show(request, "bookings/choose_time.html", choices, now, problem=problem)
    journey.remember_hold(held.pk, key=key, search=write_search(wanted), zone=zone)
    return redirect("bookings:details")


def _give_back(held_id: UUID) -> None:
    """Release the time this browser held before, so that it does not stand in its own way."""
    try:
        holds.release_hold(appointment_id=held_id)
    except Appointment.DoesNotExist:
        return


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def move_visit(request: HttpRequest, key: str) -> HttpResponse:
    """Choose another time for a visit, check it, and move. The old time is kept until then."""
    now = timezone.now()
    try:
        visit = get_visit_for(visitor_of(request), key, now=now)
    except Appointment.DoesNotExist:
        raise Http404 from None
    wanted = read_wanted(request.POST if request.method == "POST" else request.GET)
    choices = choose_for_move(wanted, visit)
    facts = {"visit": visit, "link": key, "rule": _rule(visit, now)}
    if visit.status not in UPCOMING or visit.starts_at <= now:
        return render(
            request, "bookings/move_visit.html", {**facts, "refused": True, "choices": choices, "now": now}
        )
    if request.method == "POST" and choices.wanted.start:
        return _move(request, choices, facts, now)
    if "check" in request.GET or request.method == "POST":
        return _check(request, choices, facts, now)
    return _show(request, "bookings/move_visit.html", choices, now, more=facts)


def _rule(visit: Appointment, now: datetime) -> ChangeRule:
    clinic = get_clinic()
    return change_rule(
        starts_at=visit.starts_at,
        free_change_hours=clinic.free_change_hours,
        fee_minor=clinic.late_fee_minor,
        now=now,
    )


def _check(request: HttpRequest, choices: Choices, facts: dict[str, object], now: datetime) -> HttpResponse:
    """Show from when to when the visit would move; nothing is held or changed."""
    start = choices.wanted.start
    if start is None:
        return _show(
            request,
            "bookings/move_visit.html",
            choices,
            now,
            problem=Problem(_("Choose a time"), 422),
            more=facts,
        )
    if int(start.timestamp()) not in get_offers(choices.search, now=now).epochs:
        return _show(request, "bookings/move_visit.html", choices, now, more=facts)
    context = {
        **facts,
        "choices": choices,
        "now": now,
        "key": uuid4(),
        "start": write_instant(start),
        "new": time_words.both_times(choices, start, now=now),
        "fields": write_search(choices.wanted),
        "back": time_words.address(choices, start=write_instant(start)),
    }
    return render(request, "bookings/move_check.html", context)


def _move(request: HttpRequest, choices: Choices, facts: dict[str, object], now: datetime) -> HttpResponse:
    """Move the visit, or show the page again with the reason; then the old time still stands."""
    visit, start, link = facts["visit"], choices.wanted.start, str(facts["link"])
    assert isinstance(visit, Appointment)  # noqa: S101 (the caller put it there)
    assert start is not None  # noqa: S101 (the caller looked)
    try:
        visits.move_visit(
            appointment=visit,
            search=choices.search,
            starts_at=start,
            key=choices.wanted.key or uuid4(),
            actor=actor_of(request, link),
            now=now,
        )
    except Refusal as refusal:
        problem, choices = _problem(refusal, choices, start, now)
        return _show(request, "bookings/move_visit.html", choices, now, problem=problem, more=facts)
    return redirect("bookings:visit", key=link)


def _none_chosen() -> Problem:
    return Problem(_("Choose a time"), 422)


def _problem(refusal: Refusal, choices: Choices, start: datetime, now: datetime) -> tuple[Problem, Choices]:
    """Return what to say about a refusal, and the choices without the start that was refused."""
    local = start.astimezone(choices.zone)
    choices = replace(choices, wanted=replace(choices.wanted, start=None, day=local.date()))
    if isinstance(refusal, JustTaken):
        near = time_page.list_times(choices, list_alternatives(choices.search, near=start, now=now), now=now)
        taken = {"time": f"{local:%H:%M}"}
        still = (
            _("Someone just took %(time)s. These are still free")
            if near
            else _("Someone just took %(time)s.")
        )
        return Problem(still % taken, 409, near), choices
    if isinstance(refusal, TooMany):
        wait = int((refusal.until - now).total_seconds()) + 1 if refusal.until else WAIT_SECONDS
        return Problem(str(refusal), 429, wait_seconds=max(1, wait)), choices
    return Problem(str(refusal), 422 if isinstance(refusal, NotOffered) else 409), choices


def _none_left(choices: Choices, offers: Offers, shown: Shown, now: datetime) -> dict[str, object]:
    """Return the ways on where a month has no free time."""
    if shown.day is not None:
        return {}
    return {
        "none_title": title_of_none(choices, shown),
        "ways_on": list_ways_on(choices, offers, shown, now=now),
    }


def _show(
    request: HttpRequest,
    template: str,
    choices: Choices,
    now: datetime,
    *,
    problem: Problem | None = None,
    more: dict[str, object] | None = None,
) -> HttpResponse:
    """Render the page, or only what changes in it when htmx asks; with a problem, its status."""
    offers = get_offers(choices.search, now=now)
    shown = time_page.look(choices, offers, now=now)
    context = {
        **(more or {}),
        "choices": choices,
        "shown": shown,
        "page": time_page.build(choices, offers, shown, now=now),
        "own_zones": choices.own_zones(now),
        "zones": common_zones(int(now.timestamp()) // 3600, time_words.language()),
        **_none_left(choices, offers, shown, now),
        "problem": problem,
        "key": uuid4(),
        "now": now,
    }
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]  # its middleware sets it
    swap = bool(htmx) and not htmx.history_restore_request
    response = render(
        request,
        "bookings/_times_page.html" if swap else template,
        context,
        status=problem.status if problem else 200,
    )
    if problem and problem.wait_seconds:
        response["Retry-After"] = str(problem.wait_seconds)
    return response
