"""The last steps of a booking: details, check and book, and the proof."""

from datetime import datetime
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.forms.booking import DetailsForm, read_typed
from bookings.models import Appointment
from bookings.queries.visits import find_hold_for
from bookings.services import holds, visits
from bookings.services.refusals import HoldExpired, PatientBusy, Refusal, TooMany
from bookings.views.holding import Held, detour, find_waiting_visit, look_at
from bookings.views.journey import journey_of
from bookings.views.proof import price_of, proof_of, rule_for
from bookings.views.visitors import actor_of, booked_ids, patient_account_of, visitor_of
from clinic.languages import LANGUAGES
from clinic.models.catalogue import Visibility
from clinic.queries.catalogue import list_cards_after_booking
from clinic.queries.places import get_clinic
from clinic.views.preferences import keep_language

NEXT_PAGES = {"details": "bookings:details", "check": "bookings:check"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def details(request: HttpRequest) -> HttpResponse:
    """Ask who the visit is for and how to reach them; every typed value stays in the session."""
    _keep_typed(request)
    if "draft" in request.POST:
        return HttpResponse(status=204)
    if request.POST.get("go_on_in") in LANGUAGES:
        return _go_on_in(request.POST["go_on_in"])
    visit = find_waiting_visit(request)
    if visit is None:
        return detour(request)
    now, typed = timezone.now(), journey_of(request).typed
    if request.method != "POST":
        form = _details_form(visit, now, initial=typed or _known_of(request))
    else:
        form = _details_form(visit, now, data=typed)
        if form.is_valid():
            return redirect("bookings:check")
    context = {"form": form, "held": look_at(visit, now=now)}
    return render(request, "bookings/details.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Show everything once more, and book it when "Book this time" is pressed."""
    visit = find_waiting_visit(request)
    if visit is None:
        return detour(request)
    now = timezone.now()
    form = _details_form(visit, now, data=journey_of(request).typed)
    if not form.is_valid():
        return redirect("bookings:details")
    if request.method != "POST":
        return _show_check(request, visit, form, now)
    return _book(request, visit, form, now)


@require_POST
def more_time(request: HttpRequest) -> HttpResponse:
    """Hold the time ten minutes longer; what was typed so far is kept."""
    _keep_typed(request)
    visit = find_waiting_visit(request)
    if visit is None:
        return detour(request)
    try:
        holds.extend_hold(appointment_id=visit.pk, now=timezone.now())
    except HoldExpired:
        pass  # the page says so, and offers what can be done
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return redirect(_next_page(request))


@require_POST
def hold_again(request: HttpRequest) -> HttpResponse:
    """Hold an expired time once more if it is still free; what was typed so far is kept."""
    _keep_typed(request)
    visit = find_waiting_visit(request)
    if visit is None:
        return detour(request)
    try:
        holds.hold_again(appointment_id=visit.pk, actor=actor_of(request), now=timezone.now())
    except HoldExpired:
        pass  # the page says that the time has gone
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return redirect(_next_page(request))


@never_cache
@require_safe
def booked(request: HttpRequest) -> HttpResponse:
    """Show the proof of this browser's last booking; reloading shows the same."""
    mine = booked_ids(request)
    visit = find_hold_for(visitor_of(request), mine[-1]) if mine else None
    if visit is None:
        messages.info(request, _("There is no booking on this device yet. Choose a time first."))
        return redirect("bookings:choose-time")
    now = timezone.now()
    cards = list_cards_after_booking(language=get_language() or "en", site=visit.site, now=now)
    kept = [shown for shown in cards if shown.card.visibility == Visibility.AFTER_BOOKING]
    proof = proof_of(visit, key=visit.reference, now=now)
    return render(request, "bookings/booked.html", proof | {"cards": kept})


def _book(request: HttpRequest, visit: Appointment, form: DetailsForm, now: datetime) -> HttpResponse:
    """Book the held visit, or show the check page again with why not."""
    journey = journey_of(request)
    try:
        key = UUID(request.POST.get("key", ""))
    except ValueError:
        key = None
    if key is None or not journey.matches(request.POST.get("stamp", "")):
        changed = _("You changed something on another page. Check it once more, then book.")
        return _show_check(request, visit, form, now, refusal=changed, status=409)
    person = form.person(
        account=patient_account_of(request),
        language=get_language() or "en",
        zone=journey.zone,
        mode=visit.mode,
    )
    try:
        visits.book_held_visit(
            appointment_id=visit.pk, person=person, key=key, actor=actor_of(request), now=now
        )
    except HoldExpired as refusal:
        over = Held(visit, seconds_left=0, still_free=refusal.still_free)
        return _show_check(request, visit, form, now, held=over, status=409)
    except TooMany as refusal:
        response = _show_check(request, visit, form, now, refusal=str(refusal), status=429)
        if refusal.until is not None:
            response["Retry-After"] = str(max(1, int((refusal.until - now).total_seconds())))
        return response
    except Refusal as refusal:
        busy = isinstance(refusal, PatientBusy)
        return _show_check(request, visit, form, now, refusal=str(refusal), other_time=busy, status=409)
    journey.remember_booked(visit.pk)
    return redirect("bookings:booked")


def _show_check(
    request: HttpRequest,
    visit: Appointment,
    form: DetailsForm,
    now: datetime,
    *,
    refusal: str = "",
    other_time: bool = False,
    held: Held | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "visit": visit,
        "held": held or look_at(visit, now=now),
        "person": form.cleaned_data,
        "booker": form.booker_words,
        "price_minor": price_of(visit),
        "rule": rule_for(visit, get_clinic(), now=now),
        "key": uuid4(),
        "stamp": journey_of(request).stamp,
        "refusal": refusal,
        "other_time": other_time,
    }
    return render(request, "bookings/check.html", context, status=status)


def _details_form(visit: Appointment, now: datetime, **kwargs: dict[str, str]) -> DetailsForm:
    """Return the form for the visit's site: its country's phones, its date today."""
    return DetailsForm(region=visit.site.country, today=now.astimezone(visit.site.tz).date(), **kwargs)


def _keep_typed(request: HttpRequest) -> None:
    """Keep what a page posted of the details form, before anything can go wrong."""
    if request.method == "POST" and "who_asked" in request.POST:
        journey_of(request).keep_typed(read_typed(request.POST))


def _known_of(request: HttpRequest) -> dict[str, str]:
    """Return what we know of a signed-in patient, to start the form with."""
    user = patient_account_of(request)
    known = {"who": "self"}
    if user is None:
        return known
    return known | {"name": user.name, "email": user.email or "", "phone": str(user.phone or "")}


def _go_on_in(language: str) -> HttpResponse:
    """Show the details page in another language; what was typed is kept by now."""
    response = redirect(translate_url(reverse("bookings:details"), language))
    keep_language(response, language)
    return response


def _next_page(request: HttpRequest) -> str:
    """Return the page a button stood on, by name; nothing else can be asked for."""
    return NEXT_PAGES.get(request.POST.get("from", ""), "bookings:details")
