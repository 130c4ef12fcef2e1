"""Steps that take a small form: pages of their own, and sheets over the board where scripts run."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bookings.desk_actions import Action
from bookings.forms.choose_time import write_instant
from bookings.forms.steps import CancelForm, FreePlaceForm, LengthForm, MoveForm, NoteForm
from bookings.models import Appointment
from bookings.queries.desk_words import open_note
from bookings.queries.free_places import FreePlace, list_free_places
from bookings.services import desk, moves
from bookings.services.placing import Over, Target
from bookings.services.refusals import NotMoved, Refusal
from bookings.services.stepping import check_allowed
from bookings.views.sheets import done_with, refused, render_sheet
from bookings.views.steps import get_visit, override_address, take_step
from bookings.views.visitors import actor_of

GET_OR_POST = ["GET", "HEAD", "POST"]

FREE_SHOWN = 6
"""How many free places are suggested with the visit's own practitioner, and how many with others."""

FREE_DAYS = 7
"""On how many days, from the visit's own or from today, they are looked for."""


@never_cache
@require_http_methods(GET_OR_POST)
def move(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for another date, time, practitioner or length, with free places to press; or move the visit."""
    now, visit = timezone.now(), get_visit(reference)
    if request.method != "POST":
        return open_sheet(request, visit, Action.MOVE, "move", {"form": _move_form(visit)}, now)
    is_pressed = "at" in request.POST
    form = FreePlaceForm(request.POST) if is_pressed else MoveForm(request.POST, visit=visit)
    if not form.is_valid():
        return show_again(request, visit, "move", {"form": form}, now)
    return _move(request, visit, "move", form, Target(*form.place()), now)


@never_cache
@require_http_methods(GET_OR_POST)
def length(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask how long the visit should be, or make it as long; `by` minutes more or less come from a button."""
    now, visit = timezone.now(), get_visit(reference)
    is_now = int((visit.ends_at - visit.starts_at).total_seconds()) // 60
    if request.method != "POST":
        form = LengthForm(initial={"minutes": is_now, "seen": visit.sequence, "key": uuid4()})
        return open_sheet(request, visit, Action.LENGTH, "length", {"form": form}, now)
    data = request.POST.copy()
    by = {"10": 10, "-10": -10}.get(data.get("by", ""))
    if by is not None:
        data["minutes"] = str(is_now + by)
    form = LengthForm(data)
    if not form.is_valid():
        if by is None:
            return show_again(request, visit, "length", {"form": form}, now)
        words = " ".join(str(word) for words in form.errors.values() for word in words)
        return refused(request, visit, ". ".join((words, _("Not changed"))))
    target = Target(visit.starts_at, None, form.cleaned_data["minutes"])
    if by is None:
        return _move(request, visit, "length", form, target, now)
    where = {"start": target.starts_at, "column": None, "minutes": target.minutes}
    return take_step(request, visit, lambda _visit, _now: put(request, visit, form, target, now), where=where)


@never_cache
@require_http_methods(GET_OR_POST)
def desk_cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for a reason, which is optional, or cancel for the clinic; the message waits."""
    now, visit = timezone.now(), get_visit(reference)
    if request.method != "POST":
        form = CancelForm(initial={"seen": visit.sequence})
        return open_sheet(request, visit, Action.CANCEL, "cancel", {"form": form}, now)
    form = CancelForm(request.POST)
    if not form.is_valid():
        return show_again(request, visit, "cancel", {"form": form}, now)
    reason, seen = form.cleaned_data["reason"], form.cleaned_data["seen"]
    return take_step(
        request,
        visit,
        lambda visit, now: desk.cancel_by_desk(
            appointment=visit, actor=actor_of(request), reason=reason, seen=seen, now=now
        ),
    )


@never_cache
@require_http_methods(GET_OR_POST)
def note(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for the desk's note on the visit, or write it."""
    now, visit = timezone.now(), get_visit(reference)
    if request.method != "POST":
        note = open_note(visit)
        form = NoteForm(initial={"note": note, "was": note})
        return open_sheet(request, visit, Action.NOTE, "note", {"form": form}, now)
    form, written = NoteForm(request.POST), ""
    if form.is_valid():
        texts = {name: form.cleaned_data[name].replace("\r\n", "\n") for name in ("note", "was")}
        try:
            desk.write_note(appointment=visit, actor=actor_of(request), now=now, **texts)
        except Refusal as refusal:
            form.add_error("note", str(refusal))
            written = open_note(get_visit(reference))
            renew(request, form, visit, was=written)
        else:
            return done_with(request, visit)
    return show_again(request, visit, "note", {"form": form, "written": written}, now)


def open_sheet(
    request: HttpRequest,
    visit: Appointment,
    action: Action,
    name: str,
    context: dict[str, Any],
    now: datetime,
) -> HttpResponse:
    """Show a sheet, unless the table does not allow what it is for."""
    try:
        check_allowed(visit, action, actor_of(request), now)
    except Refusal as refusal:
        return refused(request, visit, str(refusal))
    return show_again(request, visit, name, context, now, status=200)


def show_again(
    request: HttpRequest,
    visit: Appointment,
    name: str,
    context: dict[str, Any],
    now: datetime,
    *,
    status: int = 422,
) -> HttpResponse:
    """Show a sheet, with what was typed and what is wrong with it."""
    context |= {"visit": visit, "now": now}
    if name == "move":
        form = context["form"]
        context |= {"typed": form if isinstance(form, MoveForm) else _move_form(visit)}
        context |= {"key": uuid4(), **_free_around(visit, now)}
    return render_sheet(request, f"bookings/desk/steps/{name}.html", context, status=status)


def renew(request: HttpRequest, form: Form, visit: Appointment, **more: str) -> None:
    """Let a form that was refused be sent again: about the visit as it is now, and under a new key."""
    data = request.POST.copy()
    for name, value in {"seen": visit.sequence, "key": uuid4(), **more}.items():
        data[name] = str(value)
    form.data = data


def _move(
    request: HttpRequest,
    visit: Appointment,
    name: str,
    form: MoveForm | FreePlaceForm | LengthForm,
    target: Target,
    now: datetime,
) -> HttpResponse:
    """Move a visit from a sheet, or show it again with what is in the way."""
    context: dict[str, Any] = {"form": form}
    try:
        return done_with(request, put(request, visit, form, target, now))
    except NotMoved as refusal:
        form.add_error(None, str(refusal))
        renew(request, form, visit)
        if refusal.may_override:
            context["override"] = override_address(
                visit, start=target.starts_at, column=target.column, minutes=target.minutes
            )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        visit = get_visit(visit.reference)
        renew(request, form, visit)
    return show_again(request, visit, name, context, now)


def put(
    request: HttpRequest,
    visit: Appointment,
    form: Any,
    target: Target,
    now: datetime,
    over: Over | None = None,
) -> Appointment:
    """Move a visit as a valid form says."""
    return moves.move_by_desk(
        appointment=visit,
        seen=str(form.cleaned_data["seen"]),
        starts_at=target.starts_at,
        column=target.column,
        minutes=target.minutes,
        key=form.cleaned_data["key"],
        actor=actor_of(request),
        now=now,
        over=over,
    )


def _move_form(visit: Appointment) -> MoveForm:
    here = visit.starts_at.astimezone(visit.site.tz)
    minutes = int((visit.ends_at - visit.starts_at).total_seconds()) // 60
    shown = {
        "date": here.date(),
        "time": here.time(),
        "practitioner": visit.practitioner_id,
        "minutes": minutes,
    }
    return MoveForm(None, visit=visit, initial={**shown, "seen": visit.sequence, "key": uuid4()})


def _free_around(visit: Appointment, now: datetime) -> dict[str, Any]:
    """Return the free places nearest to where a visit is, with its own practitioner and with others."""
    zone = visit.site.tz
    first = max(visit.starts_at, now).astimezone(zone).date()
    places = list_free_places(visit, first=first, days=FREE_DAYS, now=now)
    near = sorted(places, key=lambda place: abs(place.starts_at - max(visit.starts_at, now)))
    own = [place for place in near if place.practitioner_id == visit.practitioner_id]
    others = [place for place in near if place.practitioner_id != visit.practitioner_id]
    return {"same": _written(own[:FREE_SHOWN]), "others": _written(others[:FREE_SHOWN])}


def _written(places: list[FreePlace]) -> list[tuple[str, FreePlace]]:
    """Return free places by time, with what their buttons send."""
    by_time = sorted(places, key=lambda place: (place.starts_at, place.name))
    return [(f"{write_instant(place.starts_at)},{place.resource_id}", place) for place in by_time]
