"""Visits that cannot stay where they are: why, whom to call, and free times that one press moves them to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bookings.forms.block_time import MoveAwayForm
from bookings.forms.choose_time import InstantField, write_instant
from bookings.life_cycle import UPCOMING
from bookings.models import Appointment
from bookings.queries.free_places import FreePlace
from bookings.queries.suggestions import Suggested, suggest_times
from bookings.queries.to_move import list_to_move
from bookings.queries.visits import get_visit_by_reference
from bookings.services import moves
from bookings.services.desk import find_undoable
from bookings.services.refusals import Refusal
from bookings.time_spans import Block
from bookings.views.visitors import actor_of
from clinic.access.who import DESK
from clinic.models import User

ON_A_PAGE = 20


@dataclass(frozen=True)
class Line:
    """A visit to move, and what its buttons send for each free place; `reasons` may be none yet."""

    visit: Appointment
    reasons: Sequence[str]
    same: list[tuple[str, FreePlace]]
    others: list[tuple[str, FreePlace]]


@never_cache
@require_safe
def to_move(request: HttpRequest) -> HttpResponse:
    """List what must be moved, by start, twenty at a time. The queries grow with kinds of visits only."""
    now = timezone.now()
    found = list_to_move(now=now)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page", "")[:9])
    visits = [each.visit for each in page.object_list]
    reasons = {each.visit.pk: each.reasons for each in page.object_list}
    context = {
        "count": len(found),
        "page": page,
        "lines": lines_of(visits, reasons=reasons, now=now),
        "key": uuid4(),
        "moved": _find_moved(request.GET.get("moved", ""), now),
        "may_act": cast("User", request.user).has_role(*DESK),
    }
    return render(request, "bookings/time_off/to_move.html", context)


@require_POST
def move(request: HttpRequest) -> HttpResponse:
    """Move one visit to the free place that was pressed, and show what is left."""
    moved, words = move_away(request, now=timezone.now())
    if moved is None:
        messages.error(request, words)
        return redirect("time-off:to-move")
    return redirect(f"{reverse('time-off:to-move')}?moved={moved.reference}")


def lines_of(
    visits: Sequence[Appointment],
    *,
    now: datetime,
    reasons: Mapping[UUID, Sequence[str]] | None = None,
    also_off: Iterable[Block] = (),
) -> list[Line]:
    """Return visits with the free places near them."""
    suggested = suggest_times(visits, now=now, also_off=also_off)
    return [_line(visit, suggested[visit.pk], (reasons or {}).get(visit.pk, ())) for visit in visits]


def move_away(request: HttpRequest, *, now: datetime) -> tuple[Appointment | None, str]:
    """Move the visit whose free place was pressed; return it, or None with why it stays where it is."""
    form = MoveAwayForm(request.POST)
    if not form.is_valid():
        return None, _("Choose a time")
    reference, seen, start, column = form.chosen()
    try:
        starts_at = InstantField().clean(start)
        visit = get_visit_by_reference(reference)
        moved = moves.move_by_desk(
            appointment=visit,
            seen=seen,
            starts_at=starts_at,
            column=column,
            minutes=None,
            key=form.cleaned_data["key"],
            actor=actor_of(request),
            now=now,
        )
    except ValidationError:
        return None, _("Choose a time")
    except Appointment.DoesNotExist:
        return None, _("This visit is not there any more.")
    except Refusal as refusal:
        return None, str(refusal)
    return moved, ""


def _line(visit: Appointment, suggested: Suggested, reasons: Sequence[str]) -> Line:
    def written(places: Iterable[FreePlace]) -> list[tuple[str, FreePlace]]:
        about = f"{visit.reference},{visit.sequence}"
        return [
            (f"{about},{write_instant(place.starts_at)},{place.resource_id}", place) for place in places
        ]  # fmt: skip

    return Line(visit, reasons, written(suggested.same), written(suggested.others))


def _find_moved(reference: str, now: datetime) -> Appointment | None:
    """Return the visit that was moved last, while that can be taken back."""
    try:
        visit = get_visit_by_reference(reference) if reference.isalnum() else None
    except Appointment.DoesNotExist:
        return None
    return visit if visit and visit.status in UPCOMING and find_undoable(visit, now) else None
