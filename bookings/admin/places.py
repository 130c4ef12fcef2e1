"""Sites with their public holidays: tick the days the site is closed."""

from datetime import datetime
from typing import cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bookings.admin.archiving import KeepsVisits
from bookings.admin.calendar import warn_of_visits
from bookings.forms.holidays import HolidaysForm, YearForm
from bookings.models import Closure
from bookings.queries.to_move import list_visits_in_closure
from bookings.services.closures import choose_holidays
from bookings.services.places import archive_resource, archive_site
from clinic.access.admin import ADMIN_RULES
from clinic.admin.places import ResourceAdmin, SiteAdmin
from clinic.models import Resource, Site, User


@admin.register(Site)
class SiteWithHolidaysAdmin(KeepsVisits, SiteAdmin):
    """A site, and the page on which its public holidays are chosen."""

    actions = [*SiteAdmin.actions, "holidays_of_selected"]
    change_form_template = "admin/bookings/site_form.html"

    def archive_row(self, row: Site, now: datetime) -> None:
        """Archive a site at which no visit is booked."""
        archive_site(site_id=row.pk, now=now)

    def get_urls(self) -> list[URLPattern]:
        """Add the page of a site's holidays."""
        page = self.admin_site.admin_view(self.choose_public_holidays)
        own = path("<int:pk>/holidays/", page, name="clinic_site_holidays")
        return [own, *super().get_urls()]

    @admin.action(description=_("Choose public holidays"), permissions=["view"])
    def holidays_of_selected(self, request: HttpRequest, queryset: QuerySet[Site]) -> HttpResponse | None:
        """Open the page of one site."""
        sites = list(queryset[:2])
        if len(sites) == 1:
            return redirect(reverse("admin:clinic_site_holidays", args=[sites[0].pk]))
        self.message_user(request, _("Choose one site: each has its own holidays."), messages.ERROR)
        return None

    def choose_public_holidays(self, request: HttpRequest, pk: int) -> HttpResponse:
        """List a year's public holidays of the site's country; save which of them close it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        site = get_object_or_404(Site, pk=pk)
        today = timezone.now().astimezone(site.tz).date()
        may_change = cast("User", request.user).has_role(*ADMIN_RULES["bookings.closure"][1])
        asked = YearForm(request.POST or request.GET or {"year": today.year})
        year = asked.cleaned_data["year"] if asked.is_valid() else today.year
        form = HolidaysForm(request.POST or None, site=site, year=year, language=get_language() or "en")
        if request.method == "POST":
            if not may_change:
                raise PermissionDenied
            if form.is_valid():
                self._close(request, site, year, form)
                return redirect(f"{reverse('admin:clinic_site_holidays', args=[pk])}?year={year}")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "site": site,
            "title": _("Public holidays of %(site)s, %(year)s") % {"site": site.name_text, "year": year},
            "form": form,
            "years": [today.year + n for n in range(3)],
            "year": year,
            "may_change": may_change,
        }
        return TemplateResponse(request, "admin/bookings/holidays.html", context)

    def _close(self, request: HttpRequest, site: Site, year: int, form: HolidaysForm) -> None:
        """Save the choice, and name the visits that stand on the days closed now."""
        chosen = choose_holidays(site=site, year=year, days=form.cleaned_data["days"])
        text = _("Saved. %(closed)d days closed now, %(opened)d opened again.")
        self.message_user(
            request, text % {"closed": len(chosen.closed), "opened": chosen.opened}, messages.SUCCESS
        )
        closures: list[Closure] = chosen.closed
        warn_of_visits(self, request, [visit for row in closures for visit in list_visits_in_closure(row)])


@admin.register(Resource)
class RoomAdmin(KeepsVisits, ResourceAdmin):
    """Rooms and devices."""

    def archive_row(self, row: Resource, now: datetime) -> None:
        """Archive what no booked visit claims."""
        archive_resource(resource_id=row.pk, now=now)
