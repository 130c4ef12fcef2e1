"""What the front desk is asked to do with visits: change one, or book the next. Never why."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.forms.choose_time import write_instant
from bookings.forms.requests import ChangeForm, ChosenTime, DaysForm
from bookings.models import Appointment
from bookings.queries.no_shows import list_no_shows
from bookings.queries.other_times import get_in_place, list_other_times
from bookings.queries.requests import Asked, get_asked, list_asked, search_for
from bookings.queries.visits import get_visit_by_reference
from bookings.services import changes
from bookings.services.refusals import Refusal
from bookings.views.sheets import done_with
from bookings.views.visitors import actor_of
from clinic.access.who import DESK
from clinic.models import User
from clinic.queries.places import get_clinics_zone
from patients.models import VisitRequest
from patients.queries.visit_requests import get_request
from patients.services.visit_requests import close_request as close

Kind = VisitRequest.Kind


@never_cache
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """List the visits to change and those to book, oldest request first. A constant number of queries."""
    now = timezone.now()
    asked = list_asked(now=now)
    context = {
        "to_change": [each for each in asked if each.request.kind == Kind.CHANGE],
        "to_book": [each for each in asked if each.request.kind == Kind.NEXT],
        "no_shows": list_no_shows(now=now),
        "zone": get_clinics_zone(),
        "may_act": cast("User", request.user).has_role(*DESK),
    }
    return render(request, "bookings/desk/requests.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_visit(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Show whether a visit can be changed where it stands, and other times; one press changes it.

    There is no question in between: it can be taken back for three minutes, and the patient hears after.
    """
    now = timezone.now()
    asked_for = _get_request(request_id, Kind.CHANGE)
    if request.method == "POST":
        return _change(request, asked_for, now)
    if asked_for.closed_at is not None:
        messages.info(request, _("This request has been dealt with."))
        return redirect("desk:requests")
    asked = get_asked(asked_for, now=now)
    return render(request, "bookings/desk/change_visit.html", _choices(request, asked, now))


@require_POST
def close_request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Close a request without changing anything; who and when is kept with it."""
    asked_for = _get_request(request_id)
    user = cast("User", request.user)
    if close(request_id=asked_for.pk, by=user, now=timezone.now()):
        messages.success(request, _("Closed. Nothing was changed."))
    else:
        messages.info(request, _("This request has been dealt with."))
    return redirect("desk:requests")


def _get_request(request_id: UUID, *kinds: str) -> VisitRequest:
    try:
        found = get_request(request_id)
    except VisitRequest.DoesNotExist:
        raise Http404 from None
    if kinds and found.kind not in kinds:
        raise Http404
    return found


def _choices(request: HttpRequest, asked: Asked, now: datetime) -> dict[str, Any]:
    """Return what the page shows of a request: its visit, and what that could become."""
    context: dict[str, Any] = {"asked": asked, "visit": asked.visit, "key": uuid4()}
    visit = asked.visit
    if visit is None or asked.is_settled:
        return context
    in_place = get_in_place(asked.request, visit, now=now)
    context |= {"in_place": in_place, "start_in_place": write_instant(visit.starts_at)}
    if in_place.is_barred:
        return context
    form = DaysForm(request.GET)
    form.full_clean()
    times = list_other_times(asked.request, visit, first=form.cleaned_data.get("first"), now=now)
    day = form.cleaned_data.get("day") or times.nearest_day()
    context |= {"times": times, "day": day}
    if day is not None:
        context |= {"same": _written(times.same_on(day)), "others": _written(times.others_on(day))}
    return context


def _written(starts: list[datetime]) -> list[tuple[str, datetime]]:
    """Return starts with what their buttons send."""
    return [(write_instant(start), start) for start in starts]


def _change(request: HttpRequest, asked_for: VisitRequest, now: datetime) -> HttpResponse:
    """Change the visit and show it on its day; or say why not, and show what is offered now."""
    form = ChangeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a time"))
        return redirect("desk:change-visit", asked_for.pk)
    chosen = form.chosen()
    visit = _get_visit_of(asked_for, chosen)
    practitioner_id = visit.practitioner_id if chosen.with_same else None
    try:
        changed = changes.change_visit(
            appointment=visit,
            seen=chosen.seen,
            request_id=asked_for.pk,
            search=search_for(asked_for, visit, practitioner_id=practitioner_id),
            starts_at=chosen.starts_at,
            key=chosen.key,
            actor=actor_of(request),
            now=now,
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:change-visit", asked_for.pk)
    return done_with(request, changed)


def _get_visit_of(asked_for: VisitRequest, chosen: ChosenTime) -> Appointment:
    """Return the visit a page meant, if it is one of the patient the request is about."""
    try:
        visit = get_visit_by_reference(chosen.reference)
    except Appointment.DoesNotExist:
        raise Http404 from None
    if visit.patient_id != asked_for.patient_id:
        raise Http404
    return visit
