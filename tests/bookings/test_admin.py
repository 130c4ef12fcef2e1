"""Hours, time off, closures and holidays in the admin."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.test import Client

from bookings.models import Closure, TimeOff, WorkingHours
from clinic.models import Practitioner, ResourceKind, Role, Site
from tests.clinic.admin_pages import address, by_language, inline, signed_in
from tests.factories import (
    ClosureFactory,
    HoursFactory,
    PractitionerFactory,
    ResourceFactory,
    SiteFactory,
    both,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    """A browser of the front desk."""
    return signed_in(Role.FRONT_DESK)


def hours_data(person: Practitioner, site: Site, **changes: Any) -> dict[str, Any]:
    """Return working hours as their form posts them."""
    facts = {
        "practitioner": person.pk,
        "site": site.pk,
        "weekday": 1,
        "starts": "09:00",
        "ends": "12:00",
        "valid_from_date": "2026-01-01",
        "valid_to_date": "",
    }
    return {**facts, **changes}


def test_front_desk_adds_hours(desk: Client) -> None:
    person, site = PractitionerFactory.create(), SiteFactory.create()

    desk.post(address("bookings.workinghours", "add"), hours_data(person, site))

    assert list(WorkingHours.objects.values_list("starts", "ends")) == [(time(9), time(12))]


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({"starts": "11:00", "ends": "14:00"}, 1),
        ({"starts": "12:00", "ends": "14:00"}, 2),
        ({"weekday": 2}, 2),
        ({"valid_from_date": "2026-07-01"}, 2),
        ({"valid_from_date": "2026-06-30"}, 1),
    ],
)
def test_hours_of_one_person_may_not_overlap(desk: Client, changes: dict[str, Any], kept: int) -> None:
    person, site = PractitionerFactory.create(), SiteFactory.create()
    HoursFactory.create(
        practitioner=person, site=site, starts=time(9), ends=time(12), valid_to_date=date(2026, 6, 30)
    )

    desk.post(address("bookings.workinghours", "add"), hours_data(person, site, **changes))

    assert WorkingHours.objects.count() == kept


def test_hours_of_two_people_may_overlap(desk: Client) -> None:
    site = SiteFactory.create()
    HoursFactory.create(site=site, starts=time(9), ends=time(12))

    desk.post(address("bookings.workinghours", "add"), hours_data(PractitionerFactory.create(), site))

    assert WorkingHours.objects.count() == 2


def test_hours_may_be_changed_without_overlapping_themselves(desk: Client) -> None:
    line = HoursFactory.create(starts=time(9), ends=time(12))

    desk.post(
        address("bookings.workinghours", "change", line.pk),
        hours_data(line.practitioner, line.site, ends="13:00"),
    )

    line.refresh_from_db()
    assert line.ends == time(13)


def practitioner_data(**changes: Any) -> dict[str, Any]:
    """Return a new doctor as the form posts them, without hours."""
    facts = {
        **by_language("name", both("Dr New")),
        **by_language("title", both("Dermatologist")),
        **by_language("about", {"en": "", "th": ""}),
        "kind": "doctor",
        "calendar_name": "",
        "languages": ["th"],
        **inline("working_hours"),
        **inline("exceptional_openings"),
    }
    return {**facts, **changes}


def hours_row(number: int, site: Site, starts: str, ends: str) -> dict[str, Any]:
    """Return one line of the hours under a practitioner."""
    row = {"site": site.pk, "weekday": 1, "starts": starts, "ends": ends, "valid_from_date": "2026-01-01"}
    return {f"working_hours-{number}-{name}": value for name, value in row.items()}


def test_new_practitioner_gets_a_calendar_row_and_hours_in_one_form() -> None:
    site = SiteFactory.create()
    data = practitioner_data(**inline("working_hours", 1), **hours_row(0, site, "09:00", "12:00"))

    signed_in(Role.OWNER).post(address("clinic.practitioner", "add"), data)

    person = Practitioner.objects.get()
    assert (person.resource.kind, person.resource.name) == (ResourceKind.DOCTOR, "Dr New")
    assert person.working_hours.count() == 1


def test_hours_under_a_practitioner_may_not_overlap_each_other() -> None:
    site = SiteFactory.create()
    rows = {**hours_row(0, site, "09:00", "12:00"), **hours_row(1, site, "11:00", "13:00")}

    page = signed_in(Role.OWNER).post(
        address("clinic.practitioner", "add"), practitioner_data(**inline("working_hours", 2), **rows)
    )

    assert b"These hours overlap Monday 09:00 to 12:00" in page.content
    assert not Practitioner.objects.exists()


def test_renamed_practitioner_keeps_their_calendar_row() -> None:
    person = PractitionerFactory.create()
    data = practitioner_data(calendar_name="Dr Renamed", kind="nurse")

    signed_in(Role.OWNER).post(address("clinic.practitioner", "change", person.pk), data)

    person.resource.refresh_from_db()
    assert (person.resource.name, person.resource.kind) == ("Dr Renamed", ResourceKind.NURSE)


def test_front_desk_sees_a_practitioner_and_may_not_change_them(desk: Client) -> None:
    person = PractitionerFactory.create()
    page = address("clinic.practitioner", "change", person.pk)

    assert b'name="_save"' not in desk.get(page).content
    assert desk.post(page, practitioner_data()).status_code == 403


def time_off_data(resource_id: int, **changes: Any) -> dict[str, Any]:
    """Return time off as its form posts it: the whole of 30 November 2026."""
    facts = {"resource": resource_id, "first_date": "2026-11-30", "starts": "", "last_date": "", "ends": ""}
    return {**facts, "clock_of": "", "note": "", **changes}


@pytest.mark.parametrize(
    ("changes", "span"),
    [
        ({}, ("2026-11-29T17:00", "2026-11-30T17:00")),
        ({"starts": "09:00", "ends": "12:30"}, ("2026-11-30T02:00", "2026-11-30T05:30")),
        ({"last_date": "2026-12-02"}, ("2026-11-29T17:00", "2026-12-02T17:00")),
    ],
)
def test_time_off_is_by_the_clock_of_the_rooms_site(
    desk: Client, changes: dict[str, Any], span: tuple[str, str]
) -> None:
    room = ResourceFactory.create()

    desk.post(address("bookings.timeoff", "add"), time_off_data(room.pk, **changes))

    saved = TimeOff.objects.get().span
    assert (saved.lower, saved.upper) == tuple(
        datetime.fromisoformat(end).replace(tzinfo=UTC) for end in span
    )


def test_time_off_of_a_person_is_by_the_clock_asked_for(desk: Client) -> None:
    london = SiteFactory.create(zone="Europe/London", country="GB")
    person = PractitionerFactory.create()

    desk.post(address("bookings.timeoff", "add"), time_off_data(person.resource_id, clock_of=london.pk))

    assert TimeOff.objects.get().span.lower == datetime(2026, 11, 30, 0, 0, tzinfo=UTC)


def test_time_off_shows_what_was_typed(desk: Client) -> None:
    room = ResourceFactory.create()
    desk.post(address("bookings.timeoff", "add"), time_off_data(room.pk, starts="09:00", ends="12:30"))

    page = desk.get(address("bookings.timeoff", "change", TimeOff.objects.get().pk))

    shown = page.context["adminform"].form.initial
    assert (shown["starts"], shown["ends"]) == (time(9), time(12, 30))
    assert (shown["first_date"], shown["last_date"]) == (date(2026, 11, 30), date(2026, 11, 30))


def test_time_off_that_ends_before_it_starts_is_refused(desk: Client) -> None:
    room = ResourceFactory.create()

    desk.post(address("bookings.timeoff", "add"), time_off_data(room.pk, starts="12:00", ends="09:00"))

    assert not TimeOff.objects.exists()


def holidays_page(site: Site) -> str:
    """Return the address of a site's public holidays."""
    return address("clinic.site", "holidays", site.pk)


def test_holidays_of_the_sites_country_are_listed_in_both_languages(desk: Client) -> None:
    page = desk.get(holidays_page(SiteFactory.create()) + "?year=2027").content.decode()

    assert "Songkran Festival" in page
    assert "วันสงกรานต์" in page


def test_ticked_holidays_close_the_site_and_others_open_it(desk: Client) -> None:
    site = SiteFactory.create()
    ClosureFactory.create(
        site=site, first_date=date(2027, 5, 4), last_date=date(2027, 5, 4), is_public_holiday=True
    )
    own = ClosureFactory.create(site=site, first_date=date(2027, 5, 1), last_date=date(2027, 5, 2))

    desk.post(holidays_page(site), {"year": "2027", "days": ["2027-04-13", "2027-04-14"]})

    holidays = Closure.objects.filter(is_public_holiday=True).order_by("first_date")
    assert [row.first_date for row in holidays] == [date(2027, 4, 13), date(2027, 4, 14)]
    assert holidays[0].name == {"en": "Songkran Festival", "th": "วันสงกรานต์"}
    assert Closure.objects.filter(pk=own.pk).exists()


def test_holidays_saved_twice_stay_once(desk: Client) -> None:
    site = SiteFactory.create()

    for _time in range(2):
        desk.post(holidays_page(site), {"year": "2027", "days": ["2027-04-13"]})

    assert Closure.objects.count() == 1


def test_day_that_is_no_holiday_is_refused(desk: Client) -> None:
    page = desk.post(holidays_page(SiteFactory.create()), {"year": "2027", "days": ["2027-04-20"]})

    assert page.status_code == 200
    assert not Closure.objects.exists()


def test_clinician_reads_the_holidays_and_may_not_choose() -> None:
    site, client = SiteFactory.create(), signed_in(Role.CLINICIAN)

    assert client.get(holidays_page(site)).status_code == 200
    assert client.post(holidays_page(site), {"year": "2027", "days": []}).status_code == 403


def test_country_without_known_holidays_says_so(desk: Client) -> None:
    page = desk.get(holidays_page(SiteFactory.create(country="XX"))).content

    assert b"We know no public holidays of this country" in page


def test_year_nobody_can_mean_shows_this_year(desk: Client) -> None:
    assert desk.get(holidays_page(SiteFactory.create()) + "?year=99999999").status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_time_off_list_takes_the_same_queries_however_long(
    desk: Client, count: int, django_assert_num_queries: Any
) -> None:
    for _n in range(count):
        HoursFactory.create()
        resource = WorkingHours.objects.latest("pk").practitioner.resource_id
        desk.post(address("bookings.timeoff", "add"), time_off_data(resource))
    desk.get(address("bookings.timeoff", "changelist"))

    with django_assert_num_queries(11, exact=False):
        page = desk.get(address("bookings.timeoff", "changelist"))

    assert page.content.decode().count("Mon 30 Nov 2026, 00:00") == count


def test_clinician_reads_time_off_in_words() -> None:
    desk, room = signed_in(Role.FRONT_DESK), ResourceFactory.create()
    desk.post(address("bookings.timeoff", "add"), time_off_data(room.pk, starts="09:00", ends="12:30"))

    page = signed_in(Role.CLINICIAN).get(address("bookings.timeoff", "change", TimeOff.objects.get().pk))

    assert "Mon 30 Nov 2026, 12:30" in page.content.decode()
