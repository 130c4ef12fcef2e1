"""The held time as the booking pages show it: how long it lasts, or what became of it."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from bookings.life_cycle import Status
from bookings.models import Appointment
from bookings.queries import offers
from bookings.queries.visits import find_hold_for
from bookings.services.claims import HOLD
from bookings.services.holds import search_of
from bookings.views.journey import journey_of
from bookings.views.visitors import visitor_of

WAITING = (Status.HELD, Status.EXPIRED)
RING = 113
"""Length of the ring around the clock, in its own units."""


@dataclass(frozen=True)
class Held:
    """A held time at one moment: alive with `seconds_left`, or over and `still_free` or not."""

    visit: Appointment
    seconds_left: int
    still_free: bool

    @property
    def is_alive(self) -> bool:
        """Whether the time is held now."""
        return self.seconds_left > 0

    @property
    def minutes_left(self) -> int:
        """Minutes left, rounded up, so that it never says 0 while it is held."""
        return ceil(self.seconds_left / 60)

    @property
    def ring_left(self) -> float:
        """How much of the ring is drawn; ten minutes or more are all of it."""
        return round(RING * min(1.0, self.seconds_left / HOLD.total_seconds()), 1)


def find_waiting_visit(request: HttpRequest) -> Appointment | None:
    """Return the visit whose time this browser holds, or held until a moment ago; else None."""
    visit = _find_visit(request)
    return visit if visit is not None and visit.status in WAITING else None


def look_at(visit: Appointment, *, now: datetime) -> Held:
    """Return the state of a held time. Three queries if it is over, none if it is alive."""
    seconds = int((visit.hold_expires_at - now).total_seconds()) if visit.hold_expires_at else 0
    if visit.status == Status.HELD and seconds > 0:
        return Held(visit, seconds, still_free=True)
    choice = offers.get_choice(search_of(visit), starts_at=visit.starts_at, now=now)
    return Held(visit, 0, still_free=choice.is_offered)


def detour(request: HttpRequest) -> HttpResponse:
    """Return where to go without a held time, with a word of why: to the proof, or to choosing a time."""
    if _find_visit(request) is not None:
        messages.info(request, _("You have booked this time already. Nothing was booked twice."))
        return redirect("bookings:booked")
    messages.info(request, _("Choose a time first. Then we ask how to reach you."))
    return redirect("bookings:choose-time")


def _find_visit(request: HttpRequest) -> Appointment | None:
    held_id = journey_of(request).held_id
    return find_hold_for(visitor_of(request), held_id) if held_id else None
