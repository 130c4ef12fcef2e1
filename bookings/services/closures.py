"""Choosing the public holidays on which a site is closed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from bookings.models import Closure
from bookings.public_holidays import list_public_holidays
from clinic.models import Site


@dataclass(frozen=True)
class Chosen:
    """The closures a choice made, and how many it took away."""

    closed: list[Closure]
    opened: int


@transaction.atomic
def choose_holidays(*, site: Site, year: int, days: Collection[date]) -> Chosen:
    """Close a site on the public holidays of a year among `days`, and on no other public holiday of it.

    Closures that are not public holidays, and days that are no holiday there, are left alone.
    """
    holidays = {holiday.day: holiday for holiday in list_public_holidays(site.country, year)}
    mine = Closure.objects.select_for_update().filter(
        site=site, is_public_holiday=True, first_date__year=year
    )
    have = {closure.first_date: closure for closure in mine.order_by("first_date", "pk")}
    gone = [closure.pk for day, closure in have.items() if day in holidays and day not in days]
    Closure.objects.filter(pk__in=gone).delete()
    new = [
        Closure(site=site, first_date=day, last_date=day, name=holidays[day].name, is_public_holiday=True)
        for day in sorted(set(days) & set(holidays) - set(have))
    ]
    return Chosen(Closure.objects.bulk_create(new), len(gone))
