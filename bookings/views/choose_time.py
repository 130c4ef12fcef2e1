"""Choosing a time: for a new visit, and for one that moves. Opening either page changes nothing."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bookings.change_rule import change_rule
from bookings.forms.choose_time import Wanted, read_wanted, write_instant, write_search
from bookings.life_cycle import UPCOMING, Status
from bookings.models import Appointment
from bookings.queries.catalogue import PATIENT_BOOKABLE
from bookings.queries.offers import get_offers
from bookings.queries.visits import get_visit_for
from bookings.services import holds, visits
from bookings.services.refusals import JustTaken, Refusal
from bookings.views import time_words
from bookings.views.journey import Journey, journey_of
from bookings.views.time_answers import Moving, Problem, problem_of, show_times
from bookings.views.time_choices import Choices, choose_for_booking, choose_for_move
from bookings.views.visitors import actor_of, visitor_of
from clinic.models.visit_types import BookableBy
from clinic.queries.places import get_clinic


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose_time(request: HttpRequest) -> HttpResponse:
    """Step 1 of booking: what, where, with whom and when. Continue holds the time for ten minutes."""
    now = timezone.now()
    journey = journey_of(request)
    choices = choose_for_booking(_asked(request, journey))
    if choices is None:
        return render(request, "bookings/choose_time.html", {"closed": True})
    choices = replace(choices, search=replace(choices.search, moving_id=journey.live_hold_id))
    if request.method == "POST" and "show" in request.POST:
        return redirect(reverse("bookings:choose-time") + _address(choices.wanted))
    if request.method == "POST":
        return _hold(request, choices, journey, now)
    return show_times(request, choices, now)


def _asked(request: HttpRequest, journey: Journey) -> Wanted:
    """Return what the request asks for; a bare address means this browser's last search and held time."""
    wanted = read_wanted((request.POST if request.method == "POST" else request.GET) or journey.search)
    if not request.GET and request.method != "POST" and journey.live_hold_id is None:
        wanted = replace(wanted, start=None)
    return wanted if wanted.home else replace(wanted, home=journey.zone)


def _address(wanted: Wanted) -> str:
    """Return the query string of the search with the day and start that were chosen."""
    more = {"start": write_instant(wanted.start) if wanted.start else "", "day": str(wanted.day or "")}
    return "?" + urlencode({name: value for name, value in {**write_search(wanted), **more}.items() if value})


def _hold(request: HttpRequest, choices: Choices, journey: Journey, now: datetime) -> HttpResponse:
    """Hold the chosen time and go on, or show the page again with the reason."""
    wanted, key = choices.wanted, choices.wanted.key or uuid4()
    if wanted.start is None:
        return show_times(request, choices, now, problem=Problem(_("Choose a time"), 422))
    if choices.notices:
        changed = Problem(_("Something you chose isn’t on offer. Nothing is held yet"), 422)
        return show_times(request, choices, now, problem=changed)
    try:
        held = _hold_instead(request, choices, journey, key, now)
    except Refusal as refusal:
        problem, choices = problem_of(refusal, choices, wanted.start, now)
        return show_times(request, choices, now, problem=problem)
    search = {**write_search(wanted), "start": write_instant(held.starts_at)}
    journey.remember_hold(held.pk, key=key, search=search, zone=choices.patient_zone.key)
    return redirect("bookings:details")


def _hold_instead(
    request: HttpRequest, choices: Choices, journey: Journey, key: UUID, now: datetime
) -> Appointment:
    """Hold the chosen time and give back the one this browser held, which never stands in its own way.

    :raises Refusal: if the time cannot be held.
    """
    earlier = None if journey.was_held_with(key) else journey.live_hold_id
    start = choices.wanted.start
    assert start is not None  # noqa: S101 (the caller looked)
    hold = partial(
        holds.hold_time,
        search=replace(choices.search, moving_id=None),
        starts_at=start,
        key=key,
        actor=actor_of(request),
        zone=choices.patient_zone.key,
        been_before=choices.search.visit_type.bookable_by == BookableBy.RETURNING,
        now=now,
    )
    try:
        held = hold()
    except JustTaken:
        if earlier is None or not _give_back(earlier):
            raise
        return hold()
    if earlier is not None:
        _give_back(earlier)
    return held


def _give_back(held_id: UUID) -> bool:
    """Release a held time; False if it is not there any more."""
    try:
        holds.release_hold(appointment_id=held_id)
    except Appointment.DoesNotExist:
        return False
    return True


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def move_visit(request: HttpRequest, key: str) -> HttpResponse:
    """Choose another time for a visit, check it, and move. The old time is kept until then."""
    now = timezone.now()
    try:
        visit = get_visit_for(visitor_of(request), key, now=now)
    except Appointment.DoesNotExist:
        raise Http404 from None
    moving = _moving(visit, key, now)
    choices = choose_for_move(read_wanted(request.POST if request.method == "POST" else request.GET), visit)
    if reason := _why_not_movable(visit, now):
        context = {**moving.as_context(), "refused": reason, "choices": choices, "now": now}
        return render(request, "bookings/move_visit.html", context)
    if request.method != "POST" and "check" not in request.GET:
        return show_times(request, choices, now, moving=moving)
    start = choices.wanted.start
    if start is None:
        return show_times(request, choices, now, moving=moving, problem=Problem(_("Choose a time"), 422))
    if request.method == "POST":
        return _move(request, choices, moving, start)
    if start == visit.starts_at and choices.search.practitioner_id in {None, visit.practitioner_id}:
        same = Problem(_("This is the time you have now. Choose another"), 422)
        return show_times(request, choices, now, moving=moving, problem=same)
    return _check(request, choices, moving, start, now)


def _why_not_movable(visit: Appointment, now: datetime) -> str:
    """Return why a patient cannot move a visit, or "" if they can."""
    if visit.status == Status.CANCELLED:
        return _("This visit was cancelled")
    if visit.status not in UPCOMING or visit.starts_at <= now:
        return _("This visit can’t be moved any more")
    if visit.visit_type.bookable_by not in PATIENT_BOOKABLE:
        return _("We move this visit for you")
    return ""


def _moving(visit: Appointment, link: str, now: datetime) -> Moving:
    clinic = get_clinic()
    rule = change_rule(
        starts_at=visit.starts_at,
        free_change_hours=clinic.free_change_hours,
        fee_minor=clinic.late_fee_minor,
        now=now,
    )
    return Moving(visit, link, rule)


def _check(
    request: HttpRequest, choices: Choices, moving: Moving, start: datetime, now: datetime
) -> HttpResponse:
    """Show from when to when the visit would move; nothing is held or changed."""
    if int(start.timestamp()) not in get_offers(choices.search, now=now).epochs:
        return show_times(request, choices, now, moving=moving)
    context = {
        **moving.as_context(),
        "choices": choices,
        "now": now,
        "key": uuid4(),
        "start": write_instant(start),
        "new": time_words.both_times(choices, start, now=now),
        "fields": write_search(choices.wanted),
        "back": time_words.address(choices, start=write_instant(start)),
    }
    return render(request, "bookings/move_check.html", context)


def _move(request: HttpRequest, choices: Choices, moving: Moving, start: datetime) -> HttpResponse:
    """Move the visit, or show the page again with the reason; then the old time still stands."""
    now = timezone.now()
    try:
        visits.move_visit(
            appointment=moving.visit,
            search=choices.search,
            starts_at=start,
            key=choices.wanted.key or uuid4(),
            actor=actor_of(request, moving.link),
            now=now,
        )
    except Refusal as refusal:
        problem, choices = problem_of(refusal, choices, start, now)
        return show_times(request, choices, now, moving=moving, problem=problem)
    return redirect("bookings:visit", key=moving.link)
