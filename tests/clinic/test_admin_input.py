"""The admin and what no form of it sends: each is refused kindly, none is an error of ours."""

import time
from typing import Any

import pytest
from django.contrib.admin import ModelAdmin
from django.test import Client

from bookings.models import Closure, WorkingHours
from clinic.admin import base
from clinic.models import Role, Treatment
from tests.calendars import make_calendar
from tests.factories import SiteFactory, StaffFactory

pytestmark = pytest.mark.django_db

NO_KEYS = ["x", "1.5", "", "9" * 5_000, str(2**64), "\x00", "NaN"]


@pytest.fixture
def owner(client: Client) -> Client:
    """Return the owner's browser; an error of ours is an answer."""
    client.force_login(StaffFactory.create(roles=[Role.OWNER]))
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("sent", NO_KEYS)
def test_ticking_what_is_no_row_is_a_bad_request(owner: Client, sent: str) -> None:
    make_calendar()
    ticked = {"action": "archive", "_selected_action": ["1", sent], "index": "0"}

    assert owner.post("/admin/clinic/resource/", ticked).status_code == 400


def test_without_the_check_the_database_is_asked_for_it(
    owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_calendar()
    monkeypatch.setattr(base.RuledAdmin, "response_action", ModelAdmin.response_action)
    ticked = {"action": "archive", "_selected_action": ["x"], "index": "0"}

    assert owner.post("/admin/clinic/resource/", ticked).status_code == 500


@pytest.mark.parametrize("sent", NO_KEYS)
def test_a_choice_that_is_no_key_is_refused_at_its_field(owner: Client, sent: str) -> None:
    calendar = make_calendar()
    hours = WorkingHours.objects.all()[0]
    form = {
        "practitioner": sent,
        "site": str(calendar.site.pk),
        "weekday": "1",
        "starts": "9:00",
        "ends": "x",
    }

    answer = owner.post(f"/admin/bookings/workinghours/{hours.pk}/change/", form)

    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()


def test_a_great_number_of_rows_is_not_made(owner: Client) -> None:
    treatment = Treatment.objects.create(slug="one")
    form = {"slug": "one", "cards-TOTAL_FORMS": "9" * 400, "cards-INITIAL_FORMS": "0"}
    started = time.monotonic()

    answer = owner.post(f"/admin/clinic/treatment/{treatment.pk}/change/", form)

    assert answer.status_code == 200
    assert answer.context["inline_admin_formsets"][0].formset.total_form_count() == 2
    assert time.monotonic() - started < 2


def test_a_line_that_is_no_source_is_refused_at_its_field(owner: Client) -> None:
    treatment = Treatment.objects.create(slug="one")
    form = {"slug": "one", "cards-TOTAL_FORMS": "1", "cards-INITIAL_FORMS": "0", "cards-0-language": "en"}

    answer = owner.post(
        f"/admin/clinic/treatment/{treatment.pk}/change/", form | {"cards-0-sources": "only a label"}
    )

    assert answer.status_code == 200
    assert "Write each source as" in answer.content.decode()


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_a_day_that_nobody_means_is_refused_at_its_field(owner: Client, day: str) -> None:
    page = close_from(owner, day)

    assert page.status_code == 200
    assert "Check the year" in page.content.decode()
    assert not Closure.objects.exists()


def test_without_the_bounds_the_first_day_of_all_breaks_the_page(
    owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "DAYS", ())

    assert close_from(owner, "0001-01-01").status_code == 500
    assert close_from(owner, "2026-12-24").status_code == 302


def close_from(owner: Client, day: str) -> Any:
    """Close the site from one day to the end of the year, or of all years."""
    site = SiteFactory.create()
    form = {"site": site.pk, "first_date": day, "last_date": max(day, "2026-12-31")}
    return owner.post("/admin/bookings/closure/add/", form | {"name_en": "Holidays", "name_th": "วันหยุด"})
