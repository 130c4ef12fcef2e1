"""Who works when: everybody's plan to read, and a page per person on which a week is drawn."""

from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.forms.setup.seen import DayField
from bookings.forms.setup.week import (
    CopyForm,
    DatesForm,
    WeekForms,
    copied,
    posted_rows,
    rows_of,
)
from bookings.queries.week_hours import count_weeks_ahead, list_lines, list_plans
from bookings.services import week_hours
from bookings.services.refusals import Refusal
from bookings.services.stranding import Stranding
from bookings.views.setup.answers import in_the_way, saved
from bookings.views.setup.week_words import WEEKDAYS, describe_period, in_hours, period_with
from bookings.week_plans import list_periods, put_week, week_on
from clinic.access.who import OWNER
from clinic.models import Practitioner, Site, User
from clinic.queries.places import get_clinics_zone, list_sites


@dataclass(frozen=True)
class Page:
    """What the drawing page is about: whose hours, where one can work, and today's date at the clinic."""

    person: Practitioner
    sites: list[Site]
    now: datetime

    @property
    def today(self) -> date:
        """The date by the clock of the first site."""
        zone = self.sites[0].tz if self.sites else get_clinics_zone()
        return self.now.astimezone(zone).date()


@never_cache
@require_safe
def hours(request: HttpRequest) -> HttpResponse:
    """Show everybody's weekly plan: what holds now, what comes, what was. A constant number of queries."""
    names = {site.pk: site.name_text for site in Site.objects.order_by("pk")}
    today = timezone.now().astimezone(get_clinics_zone()).date()
    plans = [
        {
            "person": plan.practitioner,
            "now": describe_period(plan.now(today), names),
            "later": [describe_period(period, names) for period in plan.later(today)],
            "earlier": [describe_period(period, names) for period in plan.earlier(today)],
        }
        for plan in list_plans()
    ]
    may_change = cast("User", request.user).has_role(*OWNER)
    return render(request, "setup/hours.html", {"plans": plans, "today": today, "may_change": may_change})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def draw(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw a week of somebody's hours. Buttons copy a day, add rows, count, or save."""
    page = _page(pk)
    if request.method != "POST":
        return _show(request, page, _fresh(page, request.GET.get("from", "")))
    forms = _posted(page, request.POST)
    do = request.POST.get("do", "save")
    if do in {"copy", "rows"} and forms.is_valid():
        return _show(request, page, _rearranged(page, forms, request.POST, copy=do == "copy"))
    if do == "save" and forms.is_valid():
        return _save(request, page, forms)
    return _show(request, page, forms, status=200 if forms.is_valid() else HTTPStatus.UNPROCESSABLE_ENTITY)


@never_cache
@require_POST
def hours_ahead(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the drawn week means for the next four; a piece of HTML for the page that draws."""
    page = _page(pk)
    context = {"ahead": _ahead(page, _posted(page, request.POST))}
    return render(request, "setup/_ahead.html", context)


def _page(pk: int) -> Page:
    people = Practitioner.objects.filter(resource__archived_at=None).select_related("resource")
    return Page(get_object_or_404(people, pk=pk), list_sites(), timezone.now())


def _fresh(page: Page, asked: str) -> WeekForms:
    """Return the week that holds on the asked day, or today, to be drawn anew from that day on."""
    lines = list_lines(page.person.pk)
    day = _read_day(asked)
    first = day if day and day >= page.today else page.today
    period = period_with(list_periods(lines), first)
    start = {
        "first_date": first,
        "last_date": period.last_date if period else None,
        "seen": week_hours.stamp_lines(lines),
    }
    return WeekForms(DatesForm(initial=start, today=page.today), rows_of(week_on(lines, first), page.sites))


def _posted(page: Page, data: QueryDict) -> WeekForms:
    return WeekForms(DatesForm(data, today=page.today), posted_rows(data, page.sites))


def _rearranged(page: Page, forms: WeekForms, data: QueryDict, *, copy: bool) -> WeekForms:
    """Return the same week with a day copied to others; and spare rows below it."""
    week = forms.rows.week
    asked = CopyForm(data)
    if copy and asked.is_valid():
        week = copied(week, asked.cleaned_data["copy_from"], asked.cleaned_data["copy_to"])
    return WeekForms(forms.dates, rows_of(week, page.sites))


def _save(request: HttpRequest, page: Page, forms: WeekForms) -> HttpResponse:
    said = forms.dates.cleaned_data
    try:
        week_hours.save_week(
            practitioner_id=page.person.pk,
            week=forms.rows.week,
            first_date=said["first_date"],
            last_date=said["last_date"],
            seen=said["seen"],
            accepted=said["accepted"],
            now=page.now,
        )
    except Stranding as stranding:
        return _show(request, page, forms, status=HTTPStatus.CONFLICT, stranding=in_the_way(stranding))
    except week_hours.HoursChangedMeanwhile as refusal:
        again = request.POST.copy()
        again["seen"] = week_hours.stamp_lines(list_lines(page.person.pk))
        forms = _posted(page, again)
        forms.is_valid()
        forms.dates.add_error(None, str(refusal))
        return _show(request, page, forms, status=HTTPStatus.CONFLICT)
    except week_hours.PlanInTheWay as refusal:
        forms.dates.add_error("last_date", str(refusal))
    except Refusal as refusal:
        forms.dates.add_error(None, str(refusal))
    else:
        return saved(request, reverse("setup:hours"))
    return _show(request, page, forms, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _show(
    request: HttpRequest, page: Page, forms: WeekForms, *, status: int = 200, **context: Any
) -> HttpResponse:
    names = {site.pk: site.name_text for site in page.sites}
    lines = list_lines(page.person.pk)
    context |= {
        "person": page.person,
        "sites": page.sites,
        "form": forms.dates,
        "rows": forms.rows,
        "weekdays": WEEKDAYS,
        "plan": [describe_period(period, names) for period in list_periods(lines)],
        "ahead": _ahead(page, forms),
        "today": page.today,
    }
    return render(request, "setup/draw.html", context, status=status)


def _ahead(page: Page, forms: WeekForms) -> dict[str, Any] | None:
    """Return what the next weeks offer as drawn and as things stand; None while something is wrong."""
    lines = list_lines(page.person.pk)
    wanted = lines
    if forms.dates.is_bound and forms.rows.is_bound:
        if not forms.is_valid():
            return None
        said = forms.dates.cleaned_data
        wanted = put_week(lines, forms.rows.week, said["first_date"], said["last_date"])
    weeks = count_weeks_ahead(page.person, wanted, today=page.today)
    return {
        "weeks": [(week.monday, in_hours(week.minutes), in_hours(week.was_minutes)) for week in weeks],
        "hours": in_hours(sum(week.minutes for week in weeks)),
        "was_hours": in_hours(sum(week.was_minutes for week in weeks)),
    }


def _read_day(asked: str) -> date | None:
    try:
        day: date | None = DayField(required=False).clean(asked[:10].replace("\0", ""))
    except ValidationError:
        return None
    return day
