"""The page on which hours are drawn, as a form: rows, dates, copies, counts, and booked visits."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from bookings.models import WorkingHours
from bookings.queries.stranded import find_stranded
from tests.bookings.pages import book_for
from tests.bookings.setup_pages import hidden, owner_in, week_data
from tests.calendars import Calendar, make_calendar
from tests.factories import PractitionerFactory, SiteFactory, StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar(client: Client) -> Calendar:
    owner_in(client)
    return make_calendar()


def path_of(calendar: Calendar) -> str:
    return f"/setup/hours/{calendar.practitioners[0].pk}/"


def clinics_today(calendar: Calendar) -> date:
    return timezone.now().astimezone(calendar.site.tz).date()


def post(client: Client, calendar: Calendar, *rows: tuple[Any, ...], **changes: Any) -> Any:
    """Send a drawn week as the page would, from today on."""
    page = client.get(path_of(calendar)).content.decode()
    start = {"first_date": clinics_today(calendar).isoformat(), "seen": hidden(page, "seen")}
    return client.post(path_of(calendar), week_data(*rows, **{**start, **changes}))


def whole_week(calendar: Calendar, starts: str = "9:00", ends: str = "17.00") -> list[tuple[Any, ...]]:
    return [(day, starts, ends, calendar.site.pk) for day in range(1, 6)]


def test_the_page_shows_the_week_that_holds(client: Client, calendar: Calendar) -> None:
    page = client.get(path_of(calendar)).content.decode()

    assert page.count('value="09:00"') == page.count('value="17:00"') == 5
    assert "The next 4 weeks offer" in page
    assert f'value="{clinics_today(calendar).isoformat()}"' in page


def test_a_drawn_week_is_saved(client: Client, calendar: Calendar) -> None:
    answer = post(client, calendar, (1, "10:00", "12:00", calendar.site.pk), ("", "", "", calendar.site.pk))

    assert answer["Location"] == "/setup/hours/"
    row = WorkingHours.objects.get(valid_to_date=None)
    assert (row.weekday, row.starts, row.ends) == (1, time(10), time(12))
    listed = client.get("/setup/hours/").content.decode()
    assert "10:00–12:00" in listed
    assert "Earlier plans" in listed


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ((1, "12:00", "10:00"), "The end must be after the start."),
        ((1, "25:00", "26:00"), "Write a time like 09:30"),
        ((1, "", "10:00"), "This field is required"),
        (("", "09:00", "10:00"), "Choose a day"),
        ((9, "09:00", "10:00"), "9 is not one of"),
        ((1, "9" * 500, "\x00"), "Write a time like 09:30"),
        ((1, "16:00", "18:00"), "This overlaps 09:00 to 17:00"),
    ],
)
def test_what_is_wrong_with_a_row_stands_in_it(
    client: Client, calendar: Calendar, row: tuple[Any, ...], words: str
) -> None:
    answer = post(client, calendar, *whole_week(calendar), (*row, calendar.site.pk))

    assert answer.status_code == 422
    assert words in answer.content.decode()


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        ({"first_date": "2020-01-01"}, "Hours of the past stay as they were"),
        ({"first_date": ""}, "This field is required"),
        ({"first_date": "9999-12-31"}, "Check the year"),
        ({"first_date": "2569-11-26"}, "You typed 2569. Is that 2026?"),
        ({"last_date": "2021-01-01"}, "The last day must not be before the first."),
    ],
)
def test_what_is_wrong_with_the_dates_stands_beside_them(
    client: Client, calendar: Calendar, dates: dict[str, str], words: str
) -> None:
    answer = post(client, calendar, *whole_week(calendar), **dates)

    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_row_ticked_to_be_removed_goes(client: Client, calendar: Calendar) -> None:
    post(client, calendar, *whole_week(calendar), **{"row-0-DELETE": "on"})

    left = WorkingHours.objects.filter(valid_to_date=None).order_by("weekday")
    assert list(left.values_list("weekday", flat=True)) == [2, 3, 4, 5]


def test_a_day_is_copied_without_scripts_and_nothing_is_saved(client: Client, calendar: Calendar) -> None:
    before = WorkingHours.objects.count()
    rows = [(1, "09:00", "12:00", calendar.site.pk), (2, "07:00", "08:00", calendar.site.pk)]

    answer = post(client, calendar, *rows, do="copy", copy_from=1, copy_to=[1, 2, 6])

    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count('value="09:00"') == 3
    assert 'value="07:00"' not in page
    assert WorkingHours.objects.count() == before


def test_more_rows_and_the_count_save_nothing(client: Client, calendar: Calendar) -> None:
    before = WorkingHours.objects.count()
    row = (1, "09:00", "11:30", calendar.site.pk)

    rows = post(client, calendar, row, do="rows").content.decode()
    count = post(client, calendar, row, do="count").content.decode()

    assert rows.count("data-row>") == 5  # one, three spare ones, and the blank one for scripts
    assert "now " in count
    assert WorkingHours.objects.count() == before


def test_a_piece_of_the_page_counts_what_was_drawn(client: Client, calendar: Calendar) -> None:
    first = clinics_today(calendar) + timedelta(days=7 - clinics_today(calendar).weekday())
    data = week_data((1, "09:00", "11:30", calendar.site.pk), first_date=first.isoformat())

    piece = client.post(f"{path_of(calendar)}ahead/", data).content.decode()

    assert "2.5 h" in piece
    assert "<html" not in piece
    wrong = client.post(f"{path_of(calendar)}ahead/", {**data, "row-0-ends": "x"}).content.decode()
    assert "Put the marked rows right" in wrong


def test_booked_visits_are_shown_and_saving_all_the_same_is_a_second_press(
    client: Client, calendar: Calendar
) -> None:
    visit = book_for(calendar)

    refused = post(client, calendar)

    page = refused.content.decode()
    token = page.split('name="accepted" value="')[1].split('"')[0] if 'name="accepted"' in page else ""
    assert refused.status_code == 409
    assert (visit.reference in page, "Hannah Whitfield" in page, visit.practitioner.name["en"] in page) == (
        True,
        True,
        True,
    )
    assert post(client, calendar, accepted="nonsense").status_code == 409
    assert WorkingHours.objects.filter(valid_to_date=None).exists()
    assert post(client, calendar, accepted=token).status_code == 302
    assert find_stranded(now=timezone.now()) == [visit]


def test_the_later_of_two_owners_is_told_and_keeps_what_was_drawn(client: Client, calendar: Calendar) -> None:
    old = hidden(client.get(path_of(calendar)).content.decode(), "seen")
    post(client, calendar, *whole_week(calendar, "08:00", "16:00"))

    answer = post(client, calendar, *whole_week(calendar, "10:00", "18:00"), seen=old)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody changed these hours meanwhile" in page
    assert page.count('value="10:00"') == 5
    assert "08:00–16:00" in page
    again = post(client, calendar, *whole_week(calendar, "10:00", "18:00"), seen=hidden(page, "seen"))
    assert again.status_code == 302


def test_a_later_plan_is_in_the_way_and_the_page_of_today_ends_before_it(
    client: Client, calendar: Calendar
) -> None:
    later = clinics_today(calendar) + timedelta(days=30)
    post(client, calendar, *whole_week(calendar, "08:00", "16:00"), first_date=later.isoformat())

    answer = post(client, calendar, *whole_week(calendar, "10:00", "18:00"))

    assert answer.status_code == 422
    assert "Another plan begins later" in answer.content.decode()
    page = client.get(path_of(calendar)).content.decode()
    assert f'name="last_date" value="{(later - timedelta(days=1)).isoformat()}"' in page
    assert 'value="08:00"' in client.get(f"{path_of(calendar)}?from={later.isoformat()}").content.decode()


@pytest.mark.parametrize("asked", ["", "x", "0001-01-01", "9999-12-31", "2569-11-26", "%F0%9F%98%80"])
def test_an_address_that_names_no_day_shows_today(client: Client, calendar: Calendar, asked: str) -> None:
    page = client.get(f"{path_of(calendar)}?from={asked}").content.decode()

    assert f'value="{clinics_today(calendar).isoformat()}"' in page


def test_somebody_archived_has_no_page(client: Client, calendar: Calendar) -> None:
    calendar.practitioners[0].resource.archived_at = timezone.now()
    calendar.practitioners[0].resource.save()

    assert client.get(path_of(calendar)).status_code == 404


def test_a_clinic_without_sites_says_so(client: Client) -> None:
    owner_in(client)
    person = PractitionerFactory.create()

    page = client.get(f"/setup/hours/{person.pk}/").content.decode()

    assert "Add a site first." in page


def test_the_front_desk_reads_hours_and_has_no_button_to_change_them(calendar: Calendar) -> None:
    desk = Client()
    desk.force_login(StaffFactory.create())

    page = desk.get("/setup/hours/").content.decode()

    assert "09:00–17:00" in page
    assert "Change hours" not in page
    assert 'href="/setup/holidays/"' in page
    assert 'href="/admin/"' in page
    assert desk.get(path_of(calendar)).status_code == 403


def test_a_site_is_named_only_if_there_are_several(client: Client, calendar: Calendar) -> None:
    name = calendar.site.name["en"]
    assert f'<span class="muted">{name}</span>' not in client.get("/setup/hours/").content.decode()

    SiteFactory.create(name={"en": "Phuket", "th": "ภูเก็ต"})
    assert f'<span class="muted">{name}</span>' in client.get("/setup/hours/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_many(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    owner_in(client)
    make_calendar(practitioners=count)
    client.get("/setup/hours/")

    with django_assert_num_queries(11):
        client.get("/setup/hours/")
