"""D2: finding people as one types, and the record of one of them. No clinical content."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.middleware import HtmxDetails

from bookings.forms.people import IdentityForm, MessageForm
from bookings.queries.people import find_next_visit_of
from bookings.quiet_hours import leaves_at
from bookings.services.telling import zone_of
from bookings.views.people_page import (
    get_record,
    may_act,
    note_read,
    render_record,
    results_of,
    user_of,
)
from bookings.views.people_words import names_in_messages
from clinic.queries.places import get_clinics_zone, list_sites
from patients.models import DeskMessage, Patient
from patients.services import desk_messages
from patients.services.identity import AskForTwo, check_identity

FAR = timedelta(days=7)
"""How far away a visit is taken to be for somebody who has none: their message may wait for the morning."""


@never_cache
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show who the typed letters may mean; a script that asks while they are typed gets the list alone."""
    now = timezone.now()
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]  # its middleware sets it
    context = {**results_of(request, list_sites(), now), "may_act": may_act(request)}
    page = "bookings/people/_results.html" if htmx else "bookings/people/search.html"
    return render(request, page, context)


@never_cache
@require_safe
def patient(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Show one record; one that became part of another leads there."""
    now = timezone.now()
    record = get_record(patient_id)
    if record.merged_into is not None:
        note_read(request, record, now=now)
        words = _("The record of %(name)s is a part of this one now.")
        messages.info(request, words % {"name": record.name})
        return redirect("people:patient", record.merged_into.pk)
    return render_record(request, record, now=now)


@require_POST
def check(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Write down which two facts somebody was asked for, and told right."""
    record, now = get_record(patient_id), timezone.now()
    form = IdentityForm(request.POST)
    if form.is_valid():
        try:
            check_identity(patient=record, asked=form.cleaned_data["asked"], by=user_of(request), now=now)
        except AskForTwo as refusal:
            form.add_error("asked", str(refusal))
        else:
            messages.success(request, _("Noted: you checked who this is."))
            return redirect("people:patient", record.pk)
    return render_record(request, record, now=now, identity=form, status=422)


@require_POST
def send_message(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Send a few words by e-mail, after three minutes and not at night."""
    record, now = get_record(patient_id), timezone.now()
    form = MessageForm(request.POST, names=names_in_messages(record))
    if form.is_valid():
        try:
            desk_messages.send_desk_message(
                message_id=form.cleaned_data["key"],
                patient=record,
                words=form.cleaned_data["words"],
                by=user_of(request),
                now=now,
                delay=_leaves_at(record, now) - now,
            )
        except desk_messages.NoAddress as refusal:
            form.add_error("words", str(refusal))
        else:
            return redirect("people:patient", record.pk)
    return render_record(request, record, now=now, message=form, status=422)


@require_POST
def take_back(request: HttpRequest, patient_id: UUID, message_id: UUID) -> HttpResponse:
    """Take back a message that has not left."""
    record, now = get_record(patient_id), timezone.now()
    try:
        desk_messages.take_back_message(message_id=message_id, patient=record, now=now)
    except DeskMessage.DoesNotExist:
        messages.error(request, _("There is nothing to undo any more."))
    except desk_messages.AlreadyGone as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back. It was not sent."))
    return redirect("people:patient", record.pk)


def _leaves_at(record: Patient, now: datetime) -> datetime:
    """Return when a message to somebody leaves, by the clock where they live."""
    visit = find_next_visit_of(record, now=now)
    if visit is not None:
        return leaves_at(now, zone_of(visit), visit.starts_at)
    zone = ZoneInfo(record.zone) if record.zone else get_clinics_zone()
    return leaves_at(now, zone, now + FAR)
