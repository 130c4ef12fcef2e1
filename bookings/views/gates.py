"""The owner's pages of product gates: what opens a method, what closes it, and what follows from both."""

from datetime import datetime
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.forms.catalogue import GateForm
from bookings.queries.gates import list_booked_for, list_gates
from bookings.views.card_words import side_by_side
from clinic.models import ProductGate, Treatment, User
from clinic.queries.catalogue import ENDS_SOON, find_treatment, list_treatments
from clinic.queries.places import get_clinics_zone, list_sites
from clinic.services import gates as services


@never_cache
@require_safe
def gate_list(request: HttpRequest) -> HttpResponse:
    """List the methods that need an approval, and where each is open today. Constant queries."""
    now, sites = timezone.now(), list_sites()
    lines = [side_by_side(each, sites, now=now) for each in list_treatments(site=next(iter(sites), None))]
    lines = [line for line in lines if line.gate is not None]
    return render(request, "bookings/offering/gates.html", {"lines": lines})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def gate(request: HttpRequest, number: int) -> HttpResponse:
    """Show a method's approvals and its history, and open it with a new one in one's own name."""
    found, now = _get(number), timezone.now()
    data = request.POST if request.method == "POST" else None
    form = GateForm(
        data,
        instance=ProductGate(treatment=found, opened_by=cast("User", request.user)),
        today=now.astimezone(get_clinics_zone()).date(),
    )
    if data is None or not form.is_valid():
        return _page(request, found, form, now)
    services.open_gate(treatment_id=found.pk, by=cast("User", request.user), **form.cleaned_data)
    messages.success(request, _("The gate is open in your name. It closes by itself after its last day."))
    return redirect("offering:gate", number)


@require_POST
def close_gate(request: HttpRequest, number: int) -> HttpResponse:
    """Close a gate at once; booked visits stay, and the page names them."""
    found = ProductGate.objects.filter(pk=number).first()
    if found is None:
        raise Http404
    services.close_gate(gate_id=found.pk, now=timezone.now())
    messages.success(request, _("The gate is closed."))
    return redirect("offering:gate", found.treatment_id)


def _get(number: int) -> Treatment:
    """Return a treatment that has gates.

    :raises Http404: if there is none.
    """
    found = find_treatment(number, site=next(iter(list_sites()), None))
    if found is None or not found.method:
        raise Http404
    return found


def _page(request: HttpRequest, found: Treatment, form: GateForm, now: datetime) -> HttpResponse:
    past, today = list_gates(found), now.astimezone(get_clinics_zone()).date()
    context = {
        "line": side_by_side(found, list_sites(), now=now),
        "form": form,
        "live": [each for each in past if each.gate.closed_at is None and each.gate.expiry_date >= today],
        "over": [each for each in past if each.gate.closed_at or each.gate.expiry_date < today],
        "soon": today + ENDS_SOON,
        "booked": list_booked_for(found, now=now),
    }
    status = 422 if form.is_bound else 200
    return render(request, "bookings/offering/gate.html", context, status=status)
