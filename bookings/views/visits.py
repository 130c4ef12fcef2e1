"""One visit, by the link in a message or by its reference: see it, confirm it, cancel it, save it.

Opening a link changes nothing: chat apps and mail scanners open links by themselves.
"""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.forms.cancellation import CancellationForm
from bookings.life_cycle import Status
from bookings.models import Appointment
from bookings.queries.late_offers import find_late_offers
from bookings.queries.visits import get_visit_for
from bookings.services import visits
from bookings.services.messages import build_facts
from bookings.services.refusals import Refusal
from bookings.views.proof import facts_of
from bookings.views.visitors import actor_of, visitor_of
from clinic.calendar_files import make_calendar_file


@never_cache
@require_safe
def visit(request: HttpRequest, key: str) -> HttpResponse:
    """Show a visit and what can be done with it."""
    found = find_visit(request, key)
    if found is None:
        return link_gone(request)
    now = timezone.now()
    late = {"late": find_late_offers(found, now=now), "late_key": uuid4()}
    return render(request, "bookings/visit.html", facts_of(found, key=key, now=now) | late)


@require_POST
def confirm_visit(request: HttpRequest, key: str) -> HttpResponse:
    """Say that the patient is coming."""
    found = find_visit(request, key)
    if found is None:
        return link_gone(request)
    try:
        visits.confirm_visit(appointment=found, actor=actor_of(request, key), now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Thank you. We look forward to seeing you."))
    return redirect("bookings:visit", key=key)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancel_visit(request: HttpRequest, key: str) -> HttpResponse:
    """Offer to move the visit instead, then cancel it; the reason is optional."""
    found = find_visit(request, key)
    if found is None:
        return link_gone(request)
    facts = facts_of(found, key=key, now=timezone.now())
    if not facts["is_upcoming"]:
        messages.info(request, _("There is nothing to cancel. This is how the visit stands."))
        return redirect("bookings:visit", key=key)
    form = CancellationForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "bookings/cancel_visit.html", facts | {"form": form}, status=status)
    try:
        visits.cancel_visit(
            appointment=found,
            actor=actor_of(request, key),
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("bookings:visit", key=key)


@never_cache
@require_safe
def visit_calendar(request: HttpRequest, key: str) -> HttpResponse:
    """Give the visit as a calendar file; a cancelled visit takes its entry away again."""
    found = find_visit(request, key)
    if found is None:
        return link_gone(request)
    cancelled = found.status == Status.CANCELLED
    facts = build_facts(appointment=found, now=timezone.now())
    content = make_calendar_file(facts, method="CANCEL" if cancelled else "PUBLISH")
    return HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="visit-{found.reference}.ics"',
            "Cache-Control": "no-store",
        },
    )


def find_visit(request: HttpRequest, key: str) -> Appointment | None:
    """Return the visit that `key` opens for this visitor, or None."""
    try:
        return get_visit_for(visitor_of(request), key, now=timezone.now())
    except Appointment.DoesNotExist:
        return None


def link_gone(request: HttpRequest) -> HttpResponse:
    """Answer 404 with a way on; never say whether there is such a visit."""
    return render(request, "bookings/link_gone.html", status=404)
