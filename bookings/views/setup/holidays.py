"""When each site is closed: public holidays, own closed days, and extra hours."""

from typing import Any, cast
from urllib.parse import urlencode
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.forms.setup.closed_days import (
    AcceptingForm,
    ClosureForm,
    ObserveForm,
    OpeningForm,
    SiteAndYearForm,
)
from bookings.models import Closure, ExceptionalOpening
from bookings.public_holidays import list_public_holidays
from bookings.queries import closed_days
from bookings.services import closures
from bookings.views.setup.answers import Group, Outcome, attempt, group, in_the_way, press, saved
from clinic.access.who import OWNER
from clinic.models import Site, User
from clinic.queries.places import list_sites


@never_cache
@require_safe
def holidays(request: HttpRequest) -> HttpResponse:
    """Show a site's closed days and extra hours of one year. A constant number of queries."""
    sites = list_sites()
    if not sites:
        return render(request, "setup/holidays.html", {"sites": sites})
    form = SiteAndYearForm(request.GET)
    form.full_clean()
    site = form.cleaned_data.get("site") or sites[0]
    this_year = timezone.now().astimezone(site.tz).year
    year = form.cleaned_data.get("year") or this_year
    closed = {closure.first_date for closure in closed_days.list_holiday_closures(site, year)}
    context = {
        "sites": sites,
        "site": site,
        "year": year,
        "years": sorted({year, this_year, this_year + 1, this_year + 2}),
        "public": [(each, each.day in closed) for each in list_public_holidays(site.country, year)],
        "closures": closed_days.list_own_closures(site, year),
        "openings": closed_days.list_openings(site, year),
        "may_change": cast("User", request.user).has_role(*OWNER),
    }
    return render(request, "setup/holidays.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def observe(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the public holidays of a year on which a site is closed."""
    site, now = _site(pk), timezone.now()
    asked = SiteAndYearForm(request.GET)
    asked.full_clean()
    year = asked.cleaned_data.get("year") or now.astimezone(site.tz).year
    options: dict[str, Any] = {"site": site, "year": year, "language": get_language() or "en"}
    back = _back(site, year)
    title = _("Public holidays of %(site)s, %(year)s") % {"site": site.name_text, "year": year}
    if request.method != "POST":
        form = ObserveForm.showing(closures.facts_of_holidays(site, year), **options)
        return _show(request, form, group(form, _("Closed on"), "days"), back=back, title=title)
    outcome = attempt(
        ObserveForm(request.POST, **options),
        lambda form: closures.observe_holidays(
            site=site,
            year=year,
            facts=form.facts,
            seen=form.cleaned_data["seen"],
            accepted=form.cleaned_data["accepted"],
            now=now,
        ),
        **options,
    )
    if outcome.is_done:
        return saved(request, back)
    form = outcome.form
    return _show(request, form, group(form, _("Closed on"), "days"), back=back, title=title, outcome=outcome)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def closure_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a site for some days."""
    site = _site(pk)
    back = _back(site, timezone.now().astimezone(site.tz).year)
    fields = ("first_date", "last_date", "name")
    title = _("Close %(site)s for some days") % {"site": site.name_text}
    if request.method != "POST":
        form = ClosureForm(initial={"key": uuid4()})
        return _show(request, form, group(form, "", *fields), back=back, title=title)
    outcome = attempt(
        ClosureForm(request.POST),
        lambda form: closures.add_closure(
            site=site,
            **form.facts,
            key=form.cleaned_data["key"],
            accepted=form.cleaned_data["accepted"],
            now=timezone.now(),
        ),
    )
    if outcome.is_done:
        return saved(request, _back(site, outcome.form.cleaned_data["first_date"].year))
    form = outcome.form
    return _show(request, form, group(form, "", *fields), back=back, title=title, outcome=outcome)


@require_POST
def closure_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a site again on the days of a closure."""
    closure = get_object_or_404(Closure.objects.select_related("site"), pk=pk)
    return press(
        request,
        lambda: closures.remove_closure(closure_id=closure.pk),
        done=_("Removed. The site is open again on these days."),
        back=_back(closure.site, closure.first_date.year),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def opening_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody work extra hours at a site on one day."""
    site = _site(pk)
    back = _back(site, timezone.now().astimezone(site.tz).year)
    fields = ("practitioner", "date", "starts", "ends")
    title = _("Extra hours at %(site)s") % {"site": site.name_text}
    if request.method != "POST":
        form = OpeningForm(initial={"key": uuid4()})
        return _show(request, form, group(form, "", *fields), back=back, title=title)
    outcome = attempt(
        OpeningForm(request.POST),
        lambda form: closures.add_opening(
            practitioner_id=form.cleaned_data["practitioner"].pk,
            site=site,
            day=form.cleaned_data["date"],
            starts=form.cleaned_data["starts"],
            ends=form.cleaned_data["ends"],
            key=form.cleaned_data["key"],
        ),
    )
    if outcome.is_done:
        return saved(request, _back(site, outcome.form.cleaned_data["date"].year))
    form = outcome.form
    return _show(request, form, group(form, "", *fields), back=back, title=title, outcome=outcome)


@require_POST
def opening_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take extra hours away, unless visits are booked in them."""
    opening = get_object_or_404(ExceptionalOpening.objects.select_related("site"), pk=pk)
    accepted = request.POST.get("accepted", "")
    return press(
        request,
        lambda: closures.remove_opening(opening=opening, accepted=accepted, now=timezone.now()),
        done=_("Removed"),
        back=_back(opening.site, opening.date.year),
    )


def _site(pk: int) -> Site:
    return get_object_or_404(Site, pk=pk, archived_at=None)


def _back(site: Site, year: int) -> str:
    return f"{reverse('setup:holidays')}?{urlencode({'site': site.pk, 'year': year})}"


def _show(
    request: HttpRequest,
    form: AcceptingForm,
    fields: Group,
    *,
    back: str,
    title: str,
    outcome: Outcome[Any] | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "groups": [fields],
        "title": title,
        "back": back,
        "stranding": in_the_way(outcome.stranding if outcome else None),
    }
    status = outcome.status if outcome else 200
    return render(request, "setup/closed_days_form.html", context, status=status)
