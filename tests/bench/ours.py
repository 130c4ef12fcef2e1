"""What a worker with our own code can be asked: make the clinic, and measure ourselves and the bare query.

Times are milliseconds. The bare query runs in the same process, on a connection of its own.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from http import HTTPStatus
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from psycopg.types.range import TimestamptzRange

from bookings.models import TimeOff
from bookings.queries.offers import Offers, Search, find_first_available, get_offers
from clinic.models import Clinic, Practitioner, Site, VisitType
from patients.models import Patient
from tests import factories
from tests.bench import bare, calendar
from tests.calendars import make_calendar

PATIENTS = 1000


def make_clinic() -> None:
    """Create the site, the visit type, 20 practitioners, 8 rooms and the patients, once."""
    if Site.objects.exists():
        return
    Clinic.objects.get_or_create(pk=1)
    make_calendar(
        practitioners=calendar.PRACTITIONERS,
        rooms=calendar.ROOMS,
        minutes=25,
        buffer_after_minutes=5,
        grid_minutes=30,
        notice_hours=2,
        horizon_days=calendar.DAYS,
    )
    Patient.objects.bulk_create(factories.PatientFactory.build_batch(PATIENTS))


def set_weeks_off(first: str) -> None:
    """Give every practitioner a week off in the 90 days from `first`, in place of earlier ones."""
    TimeOff.objects.all().delete()
    for number, someone in enumerate(Practitioner.objects.order_by("pk")):
        begin, end = calendar.week_off(number, date.fromisoformat(first))
        until = calendar.opening(end + timedelta(days=1))
        TimeOff.objects.create(
            resource=someone.resource, span=TimestamptzRange(calendar.opening(begin), until)
        )


@cache
def _search() -> Search:
    return Search(visit_type=VisitType.objects.get(), site=Site.objects.get(), mode="in_person")


@cache
def _people() -> dict[int, int]:
    """The practitioners' keys to their resources'."""
    return dict(Practitioner.objects.order_by("pk").values_list("pk", "resource_id"))


@cache
def bare_connection() -> psycopg.Connection[Any]:
    """Return this process's own plain connection, each statement its own transaction."""
    where = settings.DATABASES["default"]
    return psycopg.connect(
        host=where["HOST"],
        port=where["PORT"],
        dbname=where["NAME"],
        user=where["USER"],
        password=where["PASSWORD"],
        autocommit=True,
    )


def _now(first: str) -> datetime:
    """Return noon of the day before the calendar begins."""
    return datetime.combine(date.fromisoformat(first) - timedelta(days=1), datetime.min.time(), UTC).replace(
        hour=5
    )


def _between(first: str, days: int, people: int) -> Search:
    begin = date.fromisoformat(first)
    who = next(iter(_people())) if people == 1 else None
    return replace(
        _search(), practitioner_id=who, first_date=begin, last_date=begin + timedelta(days=days - 1)
    )


def _offers(first: str, days: int, people: int, mode: str = "in_person") -> Offers:
    return get_offers(replace(_between(first, days, people), mode=mode), now=_now(first))


def _bare(first: str, days: int, people: int) -> dict[int, list[int]]:
    ids = list(_people().values())[:people]
    return bare.list_starts(bare_connection(), ids, date.fromisoformat(first), days)


def _milliseconds(work: Callable[[], object], times: int) -> list[float]:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def measure(first: str, days: int, people: int, times: int) -> list[float]:
    """Time our own answer for 1 or 20 practitioners, with rooms, buffers and rules."""
    return _milliseconds(lambda: _offers(first, days, people), times)


def measure_bare(first: str, days: int, people: int, times: int) -> list[float]:
    """Time the bare query for the same."""
    return _milliseconds(lambda: _bare(first, days, people), times)


def measure_first(first: str, times: int) -> list[float]:
    """Time the first available start across everyone, with who it would be with."""
    search = replace(_search(), first_date=date.fromisoformat(first))
    return _milliseconds(lambda: find_first_available(search, now=_now(first)), times)


def list_starts(first: str, days: int, people: int, mode: str) -> list[int]:
    """Return what we offer, in epoch seconds."""
    return list(_offers(first, days, people, mode).epochs)


def list_bare_starts(first: str, days: int, people: int) -> list[int]:
    """Return what the bare query finds, in epoch seconds, each start once."""
    return sorted({start for starts in _bare(first, days, people).values() for start in starts})


def count_page_queries(path: str) -> int:
    """Return how many queries the choose-a-time page asks, once the process is warm."""
    client = Client(headers={"host": "127.0.0.1", "accept-language": "en"})
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        response = client.get(path)
    if response.status_code != HTTPStatus.OK:
        raise RuntimeError(f"{path} answered {response.status_code}")
    return len(asked)


def count_page_queries_of_one(path: str) -> int:
    """Return the same for the first practitioner alone."""
    return count_page_queries(f"{path}?doctor={next(iter(_people()))}")
