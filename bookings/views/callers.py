"""Booking for somebody who calls: one sheet, then what to read out to them."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.forms.callers import BookForm, Chosen, SaidForm, key_of
from bookings.forms.walk_ins import WhoField
from bookings.models import Appointment
from bookings.queries.next_times import DESK_GRID
from bookings.queries.offers import Search
from bookings.queries.visits import find_usual_type, get_visit_by_reference
from bookings.queries.waiting import SUBJECT
from bookings.references import spelling_groups
from bookings.services.callers import book_for_caller
from bookings.services.refusals import Refusal
from bookings.services.visits import AtDesk
from bookings.views.call_times import MOST, SHOWN, Place, Times, instant_at, list_times, read_place
from bookings.views.sheets import board_address, render_sheet
from bookings.views.visitors import actor_of
from clinic.models import OutboxMessage, VisitMode
from clinic.queries.outbox import find_latest
from patients.models import Patient
from patients.queries.likely import find_likely, find_record

TYPED = ("record", "key", "name", "phone", "email", "visit_type", "mode", "practitioner", "language", "when")
REDRAWS = ("show", "more", "use", "look")
"""Buttons that show the sheet again instead of booking."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest) -> HttpResponse:
    """Book one of the free times for somebody who calls. Nothing is kept until "Book" is pressed."""
    now = timezone.now()
    place = read_place(request, now)
    if place is None:
        return render(request, "bookings/desk/no_sites.html")
    if request.method != "POST":
        return _show(request, place, BookForm(initial=_start(place), site=place.site), now)
    if any(name in request.POST for name in REDRAWS):
        return _show(request, place, _typed(request, place), now)
    form = BookForm(request.POST, site=place.site)
    if not form.is_valid():
        return _show(request, place, form, now, status=422)
    record = find_record(form.cleaned_data["record"]) if form.cleaned_data["record"] else None
    chosen: Chosen = form.cleaned_data["when"]
    try:
        visit = book_for_caller(
            search=replace(
                _search(place, form), practitioner_id=chosen.practitioner_id, first_date=None, last_date=None
            ),
            starts_at=chosen.starts_at,
            person=form.person(record),
            desk=AtDesk(for_anyone=form.cleaned_data["practitioner"] is None),
            settles=place.settles,
            key=key_of(form),
            actor=actor_of(request),
            now=now,
        )
    except Refusal as refusal:
        form.add_error("when", str(refusal))
        return _show(request, place, form, now, status=422)
    return redirect("calls:read-out", visit.reference)


@never_cache
@require_POST
def likely(request: HttpRequest) -> HttpResponse:
    """Say which records fit what has been typed so far; names travel in the body, never in an address."""
    now = timezone.now()
    place = read_place(request, now)
    said = request.POST
    if "who" in said:
        who = WhoField(region=place.site.country if place else None, required=False)
        try:
            newcomer = who.clean(said["who"])
        except ValidationError:
            newcomer = None
        found = find_likely(name=newcomer.name, phone=newcomer.phone) if newcomer else []
    else:
        found = find_likely(**SaidForm(said, region=place.site.country if place else None).said())
    return render(request, "bookings/desk/calls/_likely.html", {"likely": found})


@never_cache
@require_safe
def read_out(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what to read out to who was booked: the reference, the time, and what happens next."""
    try:
        visit = get_visit_by_reference(reference)
    except Appointment.DoesNotExist:
        raise Http404 from None
    message = find_latest(subject_type=SUBJECT, subject_id=visit.pk)
    waits = message is not None and message.status == OutboxMessage.Status.WAITING
    day = visit.starts_at.astimezone(visit.site.tz).date()
    context = {
        "visit": visit,
        "groups": spelling_groups(visit.reference),
        "message": message,
        "waits": waits,
        "board": board_address(visit.site, day, reference=visit.reference),
    }
    return render_sheet(request, "bookings/desk/calls/read_out.html", context)


def _start(place: Place) -> dict[str, Any]:
    """Return what the sheet begins with: nothing typed, or what is known of who is to be booked."""
    asked: Any = place.request or place.missed or place.entry
    record: Patient | None = asked.patient if asked else place.record
    kind = asked.visit_type if asked else None
    start: dict[str, Any] = {
        "key": uuid4(),
        "visit_type": kind.pk if kind else find_usual_type(place.site, record),
        "mode": getattr(asked, "mode", "") or VisitMode.IN_PERSON.value,
        "practitioner": place.practitioner_id or getattr(asked, "practitioner_id", None),
        "language": get_language() or "en",
        "day": max(place.day, getattr(place.request, "from_date", None) or place.day),
        "time": f"{place.clock:%H:%M}" if place.clock else "",
    }
    if place.entry:
        start |= {"name": place.entry.name, "phone": place.entry.phone}
    return start | (_of_record(record) if record else {})


def _of_record(record: Patient) -> dict[str, Any]:
    return {
        "record": record.pk,
        "name": record.name,
        "phone": record.phone.as_international if record.phone else "",
        "email": record.email,
        "language": record.language,
    }


def _typed(request: HttpRequest, place: Place) -> BookForm:
    """Return the sheet as it was typed, without judging it; or with another record in use."""
    typed: dict[str, Any] = {name: request.POST.get(name, "")[:300].replace("\0", "") for name in TYPED}
    typed |= {name: request.POST.get(name, "")[:40] for name in ("day", "time")}
    typed["key"] = typed["key"] or uuid4()
    if "use" in request.POST:
        form = BookForm(initial={"record": request.POST["use"][:40]}, site=place.site)
        wanted = form.value("record")
        record = find_record(wanted) if wanted else None
        typed |= _of_record(record) if record else {"record": ""}
        if record is not None and not place.settles.facts:
            typed["visit_type"] = find_usual_type(place.site, record) or typed["visit_type"]
    return BookForm(initial=typed, site=place.site)


def _search(place: Place, form: BookForm) -> Search:
    """Return what the sheet looks for; what is not chosen is as it is at first."""
    person = form.value("practitioner")
    first = max(form.value("day") or place.day, place.today)
    last = place.request.to_date if place.request else None
    return Search(
        visit_type=form.value("visit_type") or form.fields["visit_type"].queryset.first(),  # type: ignore[attr-defined]
        site=place.site,
        mode=form.value("mode") or VisitMode.IN_PERSON.value,
        practitioner_id=person.pk if person else None,
        first_date=first,
        last_date=last if last and last >= first else None,
        by_staff=True,
        desk_grid=DESK_GRID,
    )


def _show(
    request: HttpRequest, place: Place, form: BookForm, now: datetime, *, status: int = 200
) -> HttpResponse:
    """Show the sheet with the times that are free now for what is chosen in it."""
    count = request.POST.get("more", "")
    shown = min(int(count), MOST) if count.isascii() and count.isdecimal() and len(count) < 4 else SHOWN
    record_id = form.value("record")
    record = find_record(record_id) if record_id else None
    search = _search(place, form)
    times = Times()
    if search.visit_type is not None:
        clock, day = form.value("time"), search.first_date or place.day
        pressed = instant_at(place.site, day, clock) if clock else None
        times = list_times(search, pressed=pressed, chosen=form.value("when"), count=max(shown, 1), now=now)
    looks = "look" in request.POST and record is None
    context = {
        "form": form,
        "place": place,
        "record": record,
        "times": times,
        "day": search.first_date,
        "more": min(shown + SHOWN, MOST) if times.has_more and shown < MOST else 0,
        "here": request.get_full_path(),
        "likely": find_likely(**_said(form)) if looks else [],
        "title": _("Rebook") if place.missed else _("Book a visit"),
    }
    return render_sheet(request, "bookings/desk/calls/book.html", context, status=status)


def _said(form: BookForm) -> dict[str, Any]:
    """Return who the sheet speaks of, as far as it can be read."""
    words = {name: form.value(name) or "" for name in ("name", "email")}
    return {**words, "phone": form.value("phone") or None}
