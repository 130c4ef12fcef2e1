"""The owner's page of the cancellation policy, with the sentences that patients read."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bookings.change_rule import change_rule
from bookings.forms.policy import PolicyForm
from bookings.life_cycle import UPCOMING
from bookings.models import Appointment
from clinic.languages import LANGUAGES
from clinic.models import Clinic, Site
from clinic.queries.places import get_clinic, list_sites
from clinic.services.meanwhile import ChangedMeanwhile
from clinic.services.policy import change_policy, stamp_of_policy


@dataclass(frozen=True)
class Said:
    """What patients of a site read, in one language: before the change becomes late, and after."""

    site: Site
    language: str
    early: str
    late: str


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: HttpRequest) -> HttpResponse:
    """Show and change until when a change is free and what a late one costs."""
    sites, now = list_sites(), timezone.now()
    data = request.POST if request.method == "POST" else None
    form = PolicyForm(data, instance=get_clinic(), currency=sites[0].currency if sites else "THB")
    if data is None or "look" in data or not form.is_valid():
        return _page(request, form, sites, now)
    try:
        change_policy(clinic=form.instance, seen=form.cleaned_data["seen"])
    except ChangedMeanwhile as refusal:
        form.data = form.data.copy()  # type: ignore[attr-defined]
        form.data["seen"] = stamp_of_policy(get_clinic())  # type: ignore[index]
        return _page(request, form, sites, now, conflict=str(refusal))
    messages.success(request, _("Saved. It holds from now on, also for visits that are booked."))
    return redirect("offering:policy")


def list_said(clinic: Clinic, sites: list[Site], *, now: datetime) -> list[Said]:
    """Return the sentences of a policy for the first site of each currency, in both languages. No query."""
    firsts = {site.currency: site for site in reversed(sites)}
    chosen = [site for site in sites if firsts[site.currency] == site]
    return [_said(clinic, site, language, now) for site in chosen for language in LANGUAGES]


def _said(clinic: Clinic, site: Site, language: str, now: datetime) -> Said:
    free = timedelta(hours=clinic.free_change_hours)
    early, late = now + free + timedelta(days=3), now + free - timedelta(minutes=1)
    with translation.override(language):
        words = [_sentence(clinic, site, starts_at, now) for starts_at in (early, late)]
    return Said(site, language, words[0], words[1])


def _sentence(clinic: Clinic, site: Site, starts_at: datetime, now: datetime) -> str:
    rule = change_rule(
        starts_at=starts_at,
        free_change_hours=clinic.free_change_hours,
        fee_minor=clinic.late_fee_minor,
        now=now,
    )
    context = {"visit": Appointment(site=site, starts_at=starts_at), "rule": rule, "now": now}
    return render_to_string("bookings/_change_rule.html", context).strip()


def _page(
    request: HttpRequest, form: PolicyForm, sites: list[Site], now: datetime, *, conflict: str = ""
) -> HttpResponse:
    """Show the form beside the sentences; a script that asks gets only the latter."""
    bad = form.is_bound and not form.is_valid()
    context = {
        "form": form,
        "said": list_said(get_clinic() if bad else form.instance, sites, now=now),
        "currencies": len({site.currency for site in sites}),
        "booked": Appointment.objects.filter(status__in=UPCOMING, starts_at__gt=now).count(),
        "is_broken": bad,
        "conflict": conflict,
    }
    status = 409 if conflict else 422 if bad else 200
    look = request.headers.get("HX-Request") and "look" in request.POST
    template = "_policy_look.html" if look else "policy.html"
    return render(request, f"bookings/offering/{template}", context, status=status)
