"""A site's week at a glance, and its day on paper."""

from collections import defaultdict
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bookings.life_cycle import Status
from bookings.queries.board import list_board_visits
from bookings.queries.board_columns import list_columns
from bookings.queries.week import list_week
from bookings.views.board_blocks import list_blocks
from bookings.views.day_shown import read_day
from bookings.views.looks import STATUS_LOOKS


@never_cache
@require_safe
def week(request: HttpRequest) -> HttpResponse:
    """Show seven days from Monday, a row for each practitioner. A constant number of queries."""
    now = timezone.now()
    shown = read_day(request, now)
    if shown is None:
        return render(request, "bookings/desk/no_sites.html")
    monday = shown.day - timedelta(days=shown.day.isoweekday() - 1)
    days = [monday + timedelta(days=number) for number in range(7)]
    cells: dict[tuple[int, int], list[object]] = defaultdict(list)
    people: dict[int, str] = {}
    for visit in list_week(shown.site, days[0], days[-1]):
        people[visit.practitioner_id] = visit.practitioner.name_text
        place = (visit.starts_at.astimezone(shown.site.tz).date() - monday).days
        cells[visit.practitioner_id, place].append((visit, STATUS_LOOKS[Status(visit.status)]))
    rows = [
        (name, [(days[place], cells[person, place]) for place in range(7)])
        for person, name in sorted(people.items(), key=lambda each: each[1])
    ]
    context = {
        **shown.facts,
        "view": "week",
        "days": days,
        "rows": rows,
        "week_before": shown.day - timedelta(days=7),
        "week_after": shown.day + timedelta(days=7),
    }
    return render(request, "bookings/board/week.html", context)


@never_cache
@require_safe
def print_day(request: HttpRequest) -> HttpResponse:
    """Show a day for paper: a list for each practitioner, without anything to press."""
    now = timezone.now()
    shown = read_day(request, now)
    if shown is None:
        return render(request, "bookings/desk/no_sites.html")
    visits = list_board_visits(shown.site, shown.day)
    columns = list_columns(shown.site, shown.day, shown.by, visits)
    lists = [
        (column, list_blocks(column.resource_id, column.visits, shown.site.tz, now, ""))
        for column in columns
        if column.visits
    ]
    return render(request, "bookings/board/print.html", {**shown.facts, "view": "print", "lists": lists})
