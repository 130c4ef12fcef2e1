"""Days on which a site is closed, and extra hours on one day; both with the booked visits in mind."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import transaction

from bookings.models import Closure, ExceptionalOpening
from bookings.public_holidays import list_public_holidays
from bookings.services.keys import is_first_time
from bookings.services.stranding import keeping_visits
from clinic.models import Site
from clinic.services.meanwhile import check_unchanged


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


def facts_of_holidays(site: Site, year: int) -> dict[str, Any]:
    """Return the public holidays of a year on which a site is closed, as the form shows them."""
    rows = Closure.objects.filter(site=site, is_public_holiday=True, first_date__year=year)
    days = rows.order_by("first_date", "pk").values_list("first_date", flat=True)
    return {"days": [day.isoformat() for day in days]}


def observe_holidays(
    *, site: Site, year: int, facts: Mapping[str, Any], seen: str, accepted: str, now: datetime
) -> Chosen:
    """Close a site on the chosen public holidays of a year, and open it on the others.

    :raises ChangedMeanwhile: if somebody else chose since the page was opened.
    :raises Stranding: if visits are booked on a day that closes, and `accepted` does not name them.
    """
    with keeping_visits(now=now, accepted=accepted, site_ids=[site.pk]):
        Site.objects.select_for_update(no_key=True).get(pk=site.pk)
        check_unchanged(seen, facts_of_holidays(site, year), facts)
        return choose_holidays(site=site, year=year, days={date.fromisoformat(day) for day in facts["days"]})


def add_closure(
    *,
    site: Site,
    first_date: date,
    last_date: date,
    name: Mapping[str, str],
    key: UUID | None,
    accepted: str,
    now: datetime,
) -> None:
    """Close a site from a first to a last day, inclusive. The same key closes once.

    :raises Stranding: if visits are booked then, and `accepted` does not name them.
    :raises KeyReused: if the key was used with other data.
    """
    with keeping_visits(now=now, accepted=accepted, site_ids=[site.pk]):
        if is_first_time(key, closure=[site.pk, first_date, last_date, dict(name)]):
            Closure.objects.create(site=site, first_date=first_date, last_date=last_date, name=dict(name))


def remove_closure(*, closure_id: int) -> None:
    """Open a site again on the days of a closure. Doing so twice changes nothing."""
    Closure.objects.filter(pk=closure_id).delete()


def add_opening(
    *,
    practitioner_id: int,
    site: Site,
    day: date,
    starts: time,
    ends: time,
    key: UUID | None,
) -> None:
    """Let a practitioner work extra hours on one day, by the site's clock. The same key adds once.

    :raises KeyReused: if the key was used with other data.
    """
    with transaction.atomic():
        if is_first_time(key, opening=[practitioner_id, site.pk, day, starts, ends]):
            ExceptionalOpening.objects.create(
                practitioner_id=practitioner_id, site=site, date=day, starts=starts, ends=ends
            )


def remove_opening(*, opening: ExceptionalOpening, accepted: str, now: datetime) -> None:
    """Take extra hours away. Doing so twice changes nothing.

    :raises Stranding: if visits are booked in them, and `accepted` does not name them.
    """
    with keeping_visits(now=now, accepted=accepted, practitioner_ids=[opening.practitioner_id]):
        ExceptionalOpening.objects.filter(pk=opening.pk).delete()
