"""What a patient can do who hears that the clinic runs late: a video call, or another doctor."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings.forms.callers import ChosenField
from bookings.queries.late_offers import (
    find_late_offers,
    find_other,
    may_become_video,
    search_by_video,
    search_with,
)
from bookings.services import visits
from bookings.services.refusals import Refusal
from bookings.views.visitors import actor_of
from bookings.views.visits import find_visit, link_gone


@require_POST
def by_video(request: HttpRequest, key: str) -> HttpResponse:
    """Make a late visit a video call at the same time; its room is free for others then."""
    visit, now = find_visit(request, key), timezone.now()
    if visit is None:
        return link_gone(request)
    if find_late_offers(visit, now=now) is None or not may_become_video(visit):
        messages.info(request, _("This is not possible any more. This is how the visit stands."))
        return redirect("bookings:visit", key=key)
    try:
        visits.move_visit(
            appointment=visit,
            search=search_by_video(visit),
            starts_at=visit.starts_at,
            key=_read_key(request),
            actor=actor_of(request, key),
            now=now,
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Your visit is a video call now. We have sent you a message."))
    return redirect("bookings:visit", key=key)


@require_POST
def other_doctor(request: HttpRequest, key: str) -> HttpResponse:
    """Let a late visit be with another doctor, at one of the times the page offers."""
    visit, now = find_visit(request, key), timezone.now()
    if visit is None:
        return link_gone(request)
    try:
        chosen = ChosenField(required=False).clean(request.POST.get("when", ""))
    except ValidationError:
        chosen = None
    offered = find_other(visit, chosen.practitioner_id, chosen.starts_at, now=now) if chosen else None
    if chosen is None or offered is None:
        messages.info(request, _("This time has gone. These are the times that are free now."))
        return redirect("bookings:visit", key=key)
    try:
        visits.move_visit(
            appointment=visit,
            search=search_with(visit, chosen.practitioner_id),
            starts_at=chosen.starts_at,
            key=_read_key(request),
            actor=actor_of(request, key),
            now=now,
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Done. This is your visit now. We have sent you a message."))
    return redirect("bookings:visit", key=key)


def _read_key(request: HttpRequest) -> UUID:
    """Return the key of the form; one that makes no sense is a new one."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()
