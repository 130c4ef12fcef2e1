"""The owner's page of records that somebody outside the care team opened: a week at a time."""

from datetime import UTC, date, datetime, time, timedelta
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from clinic.addresses import client_address
from clinic.models import User
from clinic.queries.places import get_clinics_zone
from clinic.services.audit import Action, Reader, record_read
from patients.models import ReasonAccess
from patients.queries.reason_accesses import list_opened
from patients.services.reason_access import mark_looked_at, revoke_access

WEEK = timedelta(days=7)
FIRST_YEAR, LAST_YEAR = 2000, 2100


@never_cache
@require_safe
def opened(request: HttpRequest) -> HttpResponse:
    """List who opened whose record in a week, and why. A constant number of queries."""
    now, zone = timezone.now(), get_clinics_zone()
    today = now.astimezone(zone).date()
    monday = _read_monday(request.GET.get("week", ""), today)
    start, end = (
        datetime.combine(day, time(), tzinfo=zone).astimezone(UTC) for day in (monday, monday + WEEK)
    )
    rows = list_opened(start, end)
    ids = [each.row.patient_id for each in rows]
    record_read(
        reader=Reader(cast("User", request.user), client_address(request)),
        action=Action.LISTED,
        subject_type="patient",
        subject_ids=ids,
        patient_ids=ids,
        now=now,
    )
    context = {
        "rows": [(each, each.is_open(now)) for each in rows],
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "before": _address(monday - WEEK),
        "after": _address(monday + WEEK) if monday + WEEK <= today else "",
        "zone": zone,
    }
    return render(request, "setup/opened.html", context)


@require_POST
def looked_at(request: HttpRequest, access_id: UUID) -> HttpResponse:
    """Note that an owner has looked at a reason."""
    row = _get_row(access_id)
    mark_looked_at(access_id=row.pk, by=cast("User", request.user), now=timezone.now())
    return _back(row)


@require_POST
def end(request: HttpRequest, access_id: UUID) -> HttpResponse:
    """Close a record that somebody has open with a reason."""
    row = _get_row(access_id)
    revoke_access(access_id=row.pk)
    messages.success(request, _("Closed. %(name)s needs a new reason to open it again.") % {"name": row.user})
    return _back(row)


def _get_row(access_id: UUID) -> ReasonAccess:
    try:
        return ReasonAccess.objects.select_related("user").get(pk=access_id)
    except ReasonAccess.DoesNotExist:
        raise Http404 from None


def _read_monday(typed: str, today: date) -> date:
    """Return the Monday of the week that holds a typed day; of this week if it cannot be read."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        day = today
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        day = today
    return day - timedelta(days=day.weekday())


def _address(monday: date) -> str:
    return f"{reverse('setup:opened')}?week={monday.isoformat()}"


def _back(row: ReasonAccess) -> HttpResponse:
    return redirect(_address(row.opened_at.astimezone(get_clinics_zone()).date()))
