"""The visits of a signed-in patient."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bookings.life_cycle import UPCOMING
from bookings.queries.visits import list_visits_for
from bookings.views.proof import rule_for
from clinic.addresses import client_address
from clinic.models import User
from clinic.queries.places import get_clinic
from clinic.services.audit import Action, Reader, record_read
from patients.queries.form_progress import list_form_progress
from patients.queries.messages import count_messages


@never_cache
@require_safe
def my_visits(request: HttpRequest) -> HttpResponse:
    """List the visits of the account: what is next, then what was. A constant number of queries."""
    now = timezone.now()
    clinic = get_clinic()
    user = cast("User", request.user)
    mine = list_visits_for(user, now=now)
    upcoming = [visit for visit in mine if visit.status in UPCOMING and visit.ends_at > now]
    patients = [visit.patient for visit in upcoming if visit.patient]
    today = now.astimezone(upcoming[0].site.tz).date() if upcoming else now.date()
    progress = list_form_progress(patients, today=today) if patients else {}
    record_read(  # of the forms only how far they are is shown, but for that they are opened
        reader=Reader(user, client_address(request)),
        action=Action.LISTED,
        subject_type="draft",
        subject_ids=[form.draft_id for form in progress.values() if form.draft_id],
        patient_ids=[patient_id for patient_id, form in progress.items() if form.draft_id],
        now=now,
    )
    letters, unread = count_messages(user)
    cards = [
        {
            "visit": visit,
            "key": visit.reference,
            "rule": rule_for(visit, clinic, now=now),
            "form": progress.get(visit.patient_id) if visit.patient_id else None,
            "is_upcoming": visit.starts_at > now,
            "may_confirm": visit.status == "booked" and visit.starts_at > now,
            "days": (
                visit.starts_at.astimezone(visit.site.tz).date() - now.astimezone(visit.site.tz).date()
            ).days,
        }
        for visit in upcoming
    ]
    context = {"cards": cards, "past": mine[len(upcoming) :], "letters": letters, "unread": unread}
    return render(request, "bookings/my_visits.html", context)
