"""The owner's pages of sites."""

from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.forms.setup.sites import SiteForm, list_zone_choices
from bookings.queries.set_up import list_all_sites
from bookings.services import places
from bookings.views.setup.answers import Outcome, attempt, group, in_the_way, press, saved
from clinic.models import Site


@never_cache
@require_safe
def sites(request: HttpRequest) -> HttpResponse:
    """List the sites, the archived ones last. A constant number of queries."""
    return render(request, "setup/sites.html", {"sites": list_all_sites(), "now": timezone.now()})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def site_add(request: HttpRequest) -> HttpResponse:
    """Add a site."""
    if request.method != "POST":
        return _show(request, SiteForm(initial={"key": uuid4(), "country": "TH", "currency": "THB"}))
    outcome = attempt(
        SiteForm(request.POST),
        lambda form: places.add_site(facts=form.facts, key=form.cleaned_data["key"]),
    )
    if outcome.is_done:
        return saved(request, reverse("setup:sites"))
    return _show(request, outcome.form, outcome)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def site(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and change a site."""
    row = get_object_or_404(Site, pk=pk)
    if request.method != "POST":
        return _show(request, SiteForm.showing(places.facts_of_site(row)), site=row)
    outcome = attempt(
        SiteForm(request.POST),
        lambda form: places.change_site(
            site_id=pk, facts=form.facts, seen=form.cleaned_data["seen"], now=timezone.now()
        ),
    )
    if outcome.is_done:
        return saved(request, reverse("setup:sites"))
    return _show(request, outcome.form, outcome, site=row)


@require_POST
def site_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a site out of use, unless visits are booked there."""
    row = get_object_or_404(Site, pk=pk)
    return press(
        request,
        lambda: places.archive_site(site_id=row.pk, now=timezone.now()),
        done=_("Archived. It can be brought back."),
        back=reverse("setup:sites"),
    )


@require_POST
def site_bring_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an archived site into use again."""
    places.bring_back_site(site_id=get_object_or_404(Site, pk=pk).pk)
    return redirect("setup:sites")


@never_cache
@require_safe
def zone_now(request: HttpRequest) -> HttpResponse:
    """Say what time it is in the zone that was typed; a line of HTML for the form."""
    form = SiteForm({"zone": request.GET.get("zone", "").replace("\0", "")[:60]})
    form.full_clean()
    name = form.cleaned_data.get("zone")
    context = {"zone": ZoneInfo(name) if name else None, "now": timezone.now()}
    return render(request, "setup/_zone_now.html", context)


def _show(
    request: HttpRequest, form: SiteForm, outcome: Outcome[SiteForm] | None = None, **context: Any
) -> HttpResponse:
    now = timezone.now()
    context |= {
        "form": form,
        "groups": [
            group(form, _("Where"), "name", "city", "address", "directions", "map_url", "phone", "order"),
            group(form, _("Time and money"), "zone", "country", "currency"),
            group(
                form,
                _("Advertising approval"),
                "advertising_approval",
                "advertising_approval_expiry_date",
            ),
        ],
        "zones": list_zone_choices(now),
        "zone": form.typed_zone(),
        "now": now,
        "stranding": in_the_way(outcome.stranding if outcome else None),
    }
    return render(request, "setup/site_form.html", context, status=outcome.status if outcome else 200)
