"""People who come without a visit: into a free time today, or into the queue and out of it."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.forms.callers import Chosen, key_of
from bookings.forms.walk_ins import WalkInForm
from bookings.life_cycle import Status
from bookings.models import WalkIn
from bookings.queries.next_times import DESK_GRID
from bookings.queries.offers import Search
from bookings.queries.visits import find_usual_type
from bookings.queries.walk_ins import get_walk_in, list_free_now, list_queue, list_undoable
from bookings.services import walk_ins
from bookings.services.callers import book_for_caller
from bookings.services.refusals import Refusal
from bookings.services.settling import Settles
from bookings.services.visits import AtDesk
from bookings.views.call_times import Place, Times, list_times, may_act, read_place
from bookings.views.sheets import done, done_with, is_asked_by_script, render_sheet
from bookings.views.visitors import actor_of
from clinic.models import VisitMode
from patients.queries.likely import find_likely, find_record

TIMES_SHOWN = 3
TYPED = ("record", "key", "who", "visit_type", "practitioner", "when")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def walk_in(request: HttpRequest) -> HttpResponse:
    """Add somebody who stands at the desk: into a free time of today, at once arrived, or the queue."""
    now = timezone.now()
    place = read_place(request, now)
    if place is None:
        return render(request, "bookings/desk/no_sites.html")
    if request.method != "POST":
        usual = find_usual_type(place.site, None)
        start = {"key": uuid4(), "visit_type": usual, "practitioner": place.practitioner_id}
        return _show(request, place, WalkInForm(initial=start, site=place.site), now)
    if any(name in request.POST for name in ("show", "use", "look")):
        return _show(request, place, _typed(request, place), now)
    form = WalkInForm(request.POST, site=place.site)
    if not form.is_valid():
        return _show(request, place, form, now, status=422)
    try:
        return _add(request, place, form, now)
    except Refusal as refusal:
        form.add_error("when", str(refusal))
        return _show(request, place, form, now, status=422)


@never_cache
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """List who waits without a visit, longest first, with whom they could see now."""
    now = timezone.now()
    place = read_place(request, now)
    if place is None:
        return render(request, "bookings/desk/no_sites.html")
    context = {
        "site": place.site,
        "today": place.today,
        "queue": list_queue(place.site, now=now),
        "undoable": list_undoable(place.site, now=now),
        "may_act": may_act(request),
    }
    return render_sheet(request, "bookings/desk/calls/queue.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def call_in(request: HttpRequest, walk_in_id: UUID) -> HttpResponse:
    """Offer who is free now, and let somebody of the queue see one of them."""
    now = timezone.now()
    entry = _get_entry(walk_in_id)
    who = request.POST.get("practitioner", "")
    if request.method == "POST" and who.isascii() and who.isdecimal() and int(who[:10]) < 2**31:
        try:
            visit = walk_ins.call_in(
                walk_in_id=entry.pk,
                practitioner_id=int(who[:10]),
                key=_read_key(request),
                actor=actor_of(request),
                now=now,
            )
        except Refusal as refusal:
            return _show_call(request, _get_entry(walk_in_id), now, str(refusal), status=422)
        return done_with(request, visit)
    missing = _("Choose who is free") if request.method == "POST" else ""
    return _show_call(request, entry, now, missing, status=422 if missing else 200)


@require_POST
def let_go(request: HttpRequest, walk_in_id: UUID) -> HttpResponse:
    """Note that somebody has left; it can be taken back for three minutes."""
    entry = _get_entry(walk_in_id)
    return _change(
        request, entry, lambda now: walk_ins.let_go(walk_in_id=entry.pk, actor=actor_of(request), now=now)
    )


@require_POST
def put_back(request: HttpRequest, walk_in_id: UUID) -> HttpResponse:
    """Let somebody wait again who was called, booked or let go within three minutes."""
    entry = _get_entry(walk_in_id)
    return _change(
        request, entry, lambda now: walk_ins.put_back(walk_in_id=entry.pk, actor=actor_of(request), now=now)
    )


def queue_address(entry: WalkIn) -> str:
    """Return the address of the queue somebody is in."""
    return f"{reverse('calls:queue')}?site={entry.site.slug}"


def _change(request: HttpRequest, entry: WalkIn, step: Any) -> HttpResponse:
    """Take one step with somebody of the queue, and show the queue again, with a word if it was refused."""
    try:
        step(timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(queue_address(entry))


def _add(request: HttpRequest, place: Place, form: WalkInForm, now: datetime) -> HttpResponse:
    """Book the chosen time as arrived, or put them in the queue; then show the day.

    :raises Refusal: if the time is not free.
    """
    record_id = form.cleaned_data["record"]
    newcomer = form.newcomer(find_record(record_id) if record_id else None)
    chosen: Chosen | None = form.cleaned_data["when"]
    actor, key = actor_of(request), key_of(form)
    who = form.cleaned_data["practitioner"]
    if chosen is None:
        walk_ins.add_walk_in(
            site=place.site,
            visit_type=form.cleaned_data["visit_type"],
            practitioner_id=who.pk if who else None,
            newcomer=newcomer,
            key=key,
            actor=actor,
            now=now,
        )
        if is_asked_by_script(request):
            return done(request, place.site, place.today)
        return redirect(f"{reverse('calls:queue')}?site={place.site.slug}")
    visit = book_for_caller(
        search=replace(_search(place, form), practitioner_id=chosen.practitioner_id),
        starts_at=chosen.starts_at,
        person=newcomer.person(place.site.zone),
        desk=AtDesk(status=Status.ARRIVED, for_anyone=who is None),
        settles=Settles(),
        key=key,
        actor=actor,
        now=now,
    )
    return done_with(request, visit)


def _search(place: Place, form: WalkInForm) -> Search:
    person = form.value("practitioner")
    return Search(
        visit_type=form.value("visit_type") or form.fields["visit_type"].queryset.first(),  # type: ignore[attr-defined]
        site=place.site,
        mode=VisitMode.IN_PERSON.value,
        practitioner_id=person.pk if person else None,
        last_date=place.today,
        by_staff=True,
        desk_grid=DESK_GRID,
    )


def _typed(request: HttpRequest, place: Place) -> WalkInForm:
    """Return the sheet as it was typed, without judging it; or with another record in use."""
    typed: dict[str, Any] = {name: request.POST.get(name, "")[:300].replace("\0", "") for name in TYPED}
    typed["key"] = typed["key"] or uuid4()
    if "use" in request.POST:
        wanted = WalkInForm(initial={"record": request.POST["use"][:40]}, site=place.site).value("record")
        record = find_record(wanted) if wanted else None
        typed["record"] = record.pk if record else ""
        if record is not None:
            typed["visit_type"] = find_usual_type(place.site, record) or typed["visit_type"]
    return WalkInForm(initial=typed, site=place.site)


def _show(
    request: HttpRequest, place: Place, form: WalkInForm, now: datetime, *, status: int = 200
) -> HttpResponse:
    """Show the sheet with today's next free times for what is chosen in it."""
    record_id, search = form.value("record"), _search(place, form)
    record = find_record(record_id) if record_id else None
    times = Times()
    if search.visit_type is not None:
        times = list_times(search, pressed=None, chosen=form.value("when"), count=TIMES_SHOWN, now=now)
    said = form.value("who")
    likely = find_likely(name=said.name, phone=said.phone) if said and "look" in request.POST else []
    wanted = form["when"].value()
    context = {
        "form": form,
        "place": place,
        "record": record,
        "likely": likely,
        "times": times,
        "is_queue": wanted == "queue" or not times.rows,
        "here": request.get_full_path(),
    }
    return render_sheet(request, "bookings/desk/calls/walk_in.html", context, status=status)


def _show_call(
    request: HttpRequest, entry: WalkIn, now: datetime, problem: str, *, status: int
) -> HttpResponse:
    context = {
        "entry": entry,
        "free": list_free_now(entry, now=now) if entry.closed_at is None else [],
        "key": uuid4(),
        "problem": problem,
        "queue_address": queue_address(entry),
    }
    return render_sheet(request, "bookings/desk/calls/call_in.html", context, status=status)


def _get_entry(walk_in_id: UUID) -> WalkIn:
    try:
        return get_walk_in(walk_in_id)
    except WalkIn.DoesNotExist:
        raise Http404 from None


def _read_key(request: HttpRequest) -> UUID:
    """Return the key of the sheet; one that makes no sense is a new one."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()
