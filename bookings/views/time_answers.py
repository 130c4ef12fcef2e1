"""Answers of the choose-a-time pages: the page itself, whole or in part, and why a time was refused."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from bookings.change_rule import ChangeRule
from bookings.models import Appointment
from bookings.queries.offers import list_alternatives
from bookings.services.refusals import JustTaken, NotOffered, Refusal, TooMany
from bookings.views import time_page, time_shown, time_words
from bookings.views.time_choices import Choices, common_zones
from bookings.views.time_page import Time
from bookings.views.ways_on import list_ways_on, title_of_none

WAIT_SECONDS = 3600
"""What we ask for when a limit does not say when it ends."""


@dataclass(frozen=True)
class Moving:
    """A visit that moves, the key of its address, and what a change costs."""

    visit: Appointment
    link: str
    rule: ChangeRule

    def as_context(self) -> dict[str, Any]:
        """Return the names the templates know these by."""
        return {"visit": self.visit, "link": self.link, "rule": self.rule}


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


def problem_of(refusal: Refusal, choices: Choices, start: datetime, now: datetime) -> tuple[Problem, Choices]:
    """Return what to say about a refusal, and the choices, without a start that is not free."""
    if isinstance(refusal, TooMany):
        wait = int((refusal.until - now).total_seconds()) + 1 if refusal.until else WAIT_SECONDS
        return Problem(str(refusal), 429, wait_seconds=max(1, wait)), choices
    if not isinstance(refusal, JustTaken | NotOffered):
        return Problem(str(refusal), 409), choices
    local = start.astimezone(choices.zone)
    choices = replace(choices, wanted=replace(choices.wanted, start=None, day=local.date()))
    if isinstance(refusal, NotOffered):
        return Problem(str(refusal), 422), choices
    near = list_alternatives(choices.search, near=start, now=now)
    free = time_page.list_times(choices, near, day=local.date(), now=now)
    still = _("Someone just took %(time)s. These are still free")
    title = still if free else _("Someone just took %(time)s")
    return Problem(title % {"time": f"{local:%H:%M}"}, 409, free), choices


def show_times(
    request: HttpRequest,
    choices: Choices,
    now: datetime,
    *,
    moving: Moving | None = None,
    problem: Problem | None = None,
) -> HttpResponse:
    """Render the page, or only what changes in it when htmx asks; with a problem, its status."""
    outlook, shown = time_shown.look_out(choices, now=now)
    offers = outlook.offers
    context = {
        "choices": choices,
        "shown": shown,
        "page": time_page.build(choices, offers, shown, now=now),
        "own_zones": choices.own_zones(now),
        "zones": common_zones(int(now.timestamp()) // 3600, time_words.language()),
        "problem": problem,
        "key": uuid4(),
        "now": now,
        **(moving.as_context() if moving else {}),
    }
    if shown.day is None:
        context["none_title"] = title_of_none(choices, shown)
        context["ways_on"] = list_ways_on(choices, offers, shown, now=now)
    template = _template(request, moving)
    response = render(request, template, context, status=problem.status if problem else 200)
    if problem and problem.wait_seconds:
        response["Retry-After"] = str(problem.wait_seconds)
    return response


def _template(request: HttpRequest, moving: Moving | None) -> str:
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]  # its middleware sets it
    if htmx and not htmx.history_restore_request:
        return "bookings/_times_page.html"
    return "bookings/move_visit.html" if moving else "bookings/choose_time.html"
