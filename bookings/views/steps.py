"""Steps that one press takes with a visit, and a drop on the board. No confirm box: they can be undone."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings.forms.steps import DropForm
from bookings.models import Appointment
from bookings.queries.visits import get_visit_by_reference
from bookings.services import desk, moves
from bookings.services.refusals import NotMoved, Refusal, VisitGone
from bookings.views.sheets import done_with, is_asked_by_script, refused
from bookings.views.visitors import actor_of

Service = Callable[..., Appointment]


@require_POST
def confirm(request: HttpRequest, reference: str) -> HttpResponse:
    """Say for the patient that they are coming."""
    return _press(request, reference, desk.confirm_by_desk)


@require_POST
def arrive(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that the patient is here."""
    return _press(request, reference, desk.mark_arrived)


@require_POST
def in_room(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that the patient is in the room."""
    return _press(request, reference, desk.mark_in_room)


@require_POST
def finish(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that the visit is over."""
    return _press(request, reference, desk.mark_done)


@require_POST
def no_show(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that the patient did not come; possible from ten minutes after the start."""
    return _press(request, reference, desk.mark_no_show)


@require_POST
def step_back(request: HttpRequest, reference: str) -> HttpResponse:
    """Put the visit one status back."""
    return _press(request, reference, desk.step_back)


@require_POST
def undo(request: HttpRequest, reference: str) -> HttpResponse:
    """Take back the last action on a visit within three minutes."""
    return _press(request, reference, desk.undo_last, told=_("Taken back."))


@require_POST
def send_now(request: HttpRequest, reference: str) -> HttpResponse:
    """Let the message that waits leave at once."""
    return take_step(
        request,
        get_visit(reference),
        lambda visit, now: desk.send_now(appointment=visit, actor=actor_of(request), now=now),
        told=_("The message is on its way."),
    )


@require_POST
def drop(request: HttpRequest, reference: str) -> HttpResponse:
    """Put a visit where it was dropped on the board, or say what is in the way."""
    visit = get_visit(reference)
    form = DropForm(request.POST)
    if not form.is_valid():
        return refused(request, visit, nowhere())
    values = form.cleaned_data
    return move(request, visit, form.starts_at(visit.site), values)


def move(
    request: HttpRequest, visit: Appointment, starts_at: datetime, values: dict[str, Any]
) -> HttpResponse:
    """Move a visit as a valid form says, and answer a script or a page."""
    step = partial(
        moves.move_by_desk,
        seen=str(values["seen"]),
        starts_at=starts_at,
        column=values.get("column"),
        minutes=values.get("minutes"),
        key=values["key"],
        actor=actor_of(request),
    )
    where = {"start": starts_at, "column": values.get("column"), "minutes": values.get("minutes")}
    return take_step(request, visit, lambda visit, now: step(appointment=visit, now=now), where=where)


def take_step(
    request: HttpRequest,
    visit: Appointment,
    step: Callable[[Appointment, datetime], Appointment],
    *,
    told: str = "",
    where: dict[str, Any] | None = None,
) -> HttpResponse:
    """Take a step with a visit; then go to its day, or say why not. `told` is for pages without scripts."""
    try:
        visit = step(visit, timezone.now())
    except VisitGone:
        raise Http404 from None
    except NotMoved as refusal:
        override = override_address(visit, **where) if where and refusal.may_override else ""
        return refused(request, visit, str(refusal), override=override)
    except Refusal as refusal:
        return refused(request, visit, str(refusal))
    if told and not is_asked_by_script(request):
        messages.success(request, told)
    return done_with(request, visit)


def nowhere() -> str:
    """Return the words for a place that nobody can read."""
    return " ".join((_("We couldn’t read where this should go."), _("Not moved")))


def override_address(visit: Appointment, *, start: datetime, column: int | None, minutes: int | None) -> str:
    """Return the address of the sheet that puts a visit somewhere all the same."""
    asked: dict[str, object] = {"start": f"{start.astimezone(visit.site.tz):%Y-%m-%dT%H:%M}"}
    asked |= {name: value for name, value in (("column", column), ("minutes", minutes)) if value}
    return f"{reverse('desk:override', args=[visit.reference])}?{urlencode(asked)}"


def get_visit(reference: str) -> Appointment:
    """Return a visit by its reference.

    :raises Http404: if there is none.
    """
    try:
        return get_visit_by_reference(reference)
    except Appointment.DoesNotExist:
        raise Http404 from None


def _press(request: HttpRequest, reference: str, service: Service, *, told: str = "") -> HttpResponse:
    """Take a step that needs nothing but the visit and how the page showed it."""
    seen, actor = request.POST.get("seen", "")[:20], actor_of(request)
    return take_step(
        request,
        get_visit(reference),
        lambda visit, now: service(appointment=visit, seen=seen, actor=actor, now=now),
        told=told,
    )
