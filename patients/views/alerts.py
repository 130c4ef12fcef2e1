"""Urgent answers that nobody took on: who, since when, and what was said."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from clinic.addresses import client_address
from clinic.models import User
from clinic.services.audit import Action, Reader, record_read
from patients.models import UrgentAlert
from patients.queries.alerts import list_open_alerts, open_alerts
from patients.services.urgent import acknowledge_alert


@never_cache
@require_safe
def alerts(request: HttpRequest) -> HttpResponse:
    """List open alerts of the care team's patients with what was said, oldest first."""
    now, user = timezone.now(), cast("User", request.user)
    rows = list_open_alerts(user, now=now)
    record_read(
        reader=Reader(user, client_address(request)),
        action=Action.LISTED,
        subject_type="alert",
        subject_ids=[row.pk for row in rows],
        patient_ids=[row.patient_id for row in rows],
        now=now,
    )
    return render(request, "review/alerts.html", {"alerts": open_alerts(rows)})


@never_cache
@require_POST
def acknowledge(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """Take an alert on; whoever was first stays the one."""
    user = cast("User", request.user)
    try:
        alert = acknowledge_alert(alert_id=alert_id, by=user, now=timezone.now())
    except UrgentAlert.DoesNotExist:
        raise Http404 from None
    if alert.acknowledged_by_id == user.pk:
        messages.success(request, _("You have taken this on."))
    else:
        messages.warning(request, _("Somebody has taken this on already."))
    return redirect("review:alerts")
