"""What the board asks for every four seconds: nothing while nothing changed, and never too little after."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from psycopg.types.range import TimestamptzRange

from bookings.models import Allocation, Appointment, TimeOff
from bookings.queries import board_version
from bookings.queries.board_version import get_board_state
from clinic.models import User
from clinic.models.places import ROOM_KINDS
from patients.models import Draft, FormVersion
from tests.bookings.board_pages import address, poll, put_today, version_at
from tests.bookings.longer_visits import patient_of
from tests.bookings.pages import book_for, local_day
from tests.bookings.steps import move
from tests.calendars import Calendar, make_calendar
from tests.factories import StaffFactory
from tests.patients.health_records import CANARY, begin_form, raise_alert, read_form, send_form
from tests.rows import nothing_written

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(practitioners=2, rooms=2)


@pytest.fixture
def visit(calendar: Calendar) -> Appointment:
    return book_for(calendar, name="Ann Early")


@pytest.fixture
def nok(client: Client) -> User:
    user = StaffFactory.create(name="Nok")
    client.force_login(user)
    return user


def test_nothing_is_sent_while_nothing_has_changed(client: Client, visit: Appointment, nok: User) -> None:
    for by in ("practitioner", "room"):
        assert poll(client, visit, version_at(client, visit, by=by), by=by) is None


def test_an_unchanged_day_costs_one_query_for_the_board(
    client: Client, visit: Appointment, nok: User
) -> None:
    version = version_at(client, visit)
    with CaptureQueriesContext(connection) as asked:
        assert poll(client, visit, version) is None

    # the session, who it is of, whether it goes on, the sites, the board
    assert len(asked) <= 5, [each["sql"][:90] for each in asked]


def test_asking_writes_nothing_and_never_extends_the_session(
    client: Client, calendar: Calendar, visit: Appointment, nok: User
) -> None:
    """With two sites, the page remembers the one that was asked for; asking by itself does not."""
    other = make_calendar(code="OTHER").site
    version = version_at(client, visit)
    ends = Session.objects.get().expire_date
    elsewhere = f"/desk/changes/?site={other.slug}&date={local_day(visit)}&version={version}"
    with nothing_written():
        answers = [client.get(address(visit, "changes/", version=each)) for each in (version, "", "x")]
        answers.append(client.get(elsewhere))

    assert [answer.status_code for answer in answers] == [204, 200, 200, 200]
    assert [answer.cookies for answer in answers if answer.cookies] == []
    assert Session.objects.get().expire_date == ends


@pytest.mark.parametrize("version", ["", "x", "0." + "9" * 5000, "99999999999.0.a.b", "\u0661." + "A" * 256])
def test_nonsense_for_a_version_draws_all(
    client: Client, visit: Appointment, nok: User, version: str
) -> None:
    assert set(poll(client, visit, version)["visits"]) == {visit.reference}


CHANGES: dict[str, Callable[[Appointment], object]] = {
    "status": lambda visit: Appointment.objects.filter(pk=visit.pk).update(status="confirmed"),
    "name": lambda visit: type(patient_of(visit)).objects.filter(pk=patient_of(visit).pk).update(name="Zoe"),
    "form begun": lambda visit: begin_form(patient_of(visit)),
    "form sent": lambda visit: send_form(patient_of(visit)),
    "form read": lambda visit: read_form(FormVersion.objects.get(patient=visit.patient_id)),
    "alert": lambda visit: raise_alert(patient_of(visit), passed_on_at=timezone.now()),
    "form thrown away": lambda visit: Draft.objects.filter(patient=visit.patient_id).delete(),
    "room let go": lambda visit: Allocation.objects.filter(
        appointment=visit, resource__kind__in=ROOM_KINDS
    ).delete(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_a_block_tells_is_told_when_it_changes(
    client: Client, calendar: Calendar, visit: Appointment, nok: User, change: str
) -> None:
    if change == "form thrown away":
        begin_form(patient_of(visit))
    if change == "form read":
        send_form(patient_of(visit))
    others = [book_for(calendar, name=f"Other {number}") for number in range(3)]
    version = version_at(client, visit)

    CHANGES[change](visit)
    answer = poll(client, visit, version)

    assert visit.reference in answer["visits"]
    assert poll(client, visit, answer["version"]) is None
    assert CANARY not in str(answer)
    assert set(answer["refs"]) >= {visit.reference, *(each.reference for each in others)}


def test_a_deleted_row_is_told_beside_another_change(
    client: Client, calendar: Calendar, visit: Appointment, nok: User
) -> None:
    begin_form(patient_of(visit))
    other = book_for(calendar, name="Ben")
    version = version_at(client, visit)

    Draft.objects.filter(patient=visit.patient_id).delete()
    Appointment.objects.filter(pk=other.pk).update(status="confirmed")

    assert {visit.reference, other.reference} <= set(poll(client, visit, version)["visits"])


def test_only_what_changed_is_drawn_again(client: Client, nok: User) -> None:
    calendar = make_calendar(practitioners=3, rooms=3)
    visits = [book_for(calendar, name=str(number)) for number in range(12)]
    same_day = [each for each in visits if local_day(each) == local_day(visits[0])]
    version = version_at(client, visits[0])

    Appointment.objects.filter(pk=visits[0].pk).update(status="confirmed")
    drawn = set(poll(client, visits[0], version)["visits"])

    assert visits[0].reference in drawn
    assert len(drawn) < len(same_day)


def test_digests_that_are_alike_by_chance_hide_nothing(
    visit: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_version, "_short", lambda text: "AAAA")
    day = local_day(visit)
    before = get_board_state(visit.site, day, minute=0)
    Appointment.objects.filter(pk=visit.pk).update(status="confirmed")

    after = get_board_state(visit.site, day, minute=0, version=before.version)

    assert (after.is_same, after.changed) == (False, frozenset({visit.reference}))


def test_a_visit_moved_to_a_colleague_changes_its_column(
    client: Client, calendar: Calendar, visit: Appointment, nok: User
) -> None:
    version = version_at(client, visit)
    other = next(each for each in calendar.practitioners if each.pk != visit.practitioner_id)

    move(visit, column=other.resource_id, now=timezone.now())
    answer = poll(client, visit, version)

    assert answer["visits"][visit.reference]["column"] == str(other.resource_id)
    assert "1 visit" in answer["parts"]["heads"]


def test_a_visit_moved_to_another_day_leaves_one_and_enters_the_other(
    client: Client, visit: Appointment, nok: User
) -> None:
    next_day = Appointment.objects.get(pk=visit.pk)
    next_day.starts_at += timedelta(days=1)
    here, there = version_at(client, visit), version_at(client, next_day)

    Appointment.objects.filter(pk=visit.pk).update(
        starts_at=visit.starts_at + timedelta(days=1), ends_at=visit.ends_at + timedelta(days=1)
    )

    assert poll(client, visit, here)["refs"] == []
    answer = poll(client, next_day, there)
    assert (answer["refs"], list(answer["visits"])) == ([visit.reference], [visit.reference])


def test_a_cancelled_visit_leaves_and_counts_follow(client: Client, visit: Appointment, nok: User) -> None:
    version = version_at(client, visit)
    Appointment.objects.filter(pk=visit.pk).update(status="cancelled")

    answer = poll(client, visit, version)

    assert (answer["refs"], answer["visits"]) == ([], {})
    assert "0 visits" in answer["parts"]["heads"]


def test_time_off_is_drawn_by_the_poll(
    client: Client, calendar: Calendar, visit: Appointment, nok: User
) -> None:
    version = version_at(client, visit)
    resource = calendar.practitioners[1].resource
    span = TimestamptzRange(visit.starts_at, visit.ends_at)
    TimeOff.objects.create(resource=resource, span=span, note="Staff meeting")

    answer = poll(client, visit, version)

    assert "Staff meeting" in answer["shades"][str(resource.pk)]
    assert poll(client, visit, answer["version"]) is None


@pytest.mark.parametrize("by", ["practitioner", "room"])
def test_page_and_poll_agree(
    client: Client, calendar: Calendar, visit: Appointment, nok: User, by: str
) -> None:
    for name in ("Ben", "Cat"):
        book_for(calendar, name=name)
    page = client.get(address(visit, by=by))
    text = page.content.decode()

    answer = poll(client, visit, "", by=by)

    assert answer["grid"] == page.context["grid"]
    for drawn in answer["visits"].values():
        assert drawn["html"].strip() in text
        assert f'data-column="{drawn["column"]}"' in text
    assert answer["parts"]["heads"].strip() in text


def test_minutes_tick_on_todays_board_only(client: Client, visit: Appointment, nok: User) -> None:
    today, tomorrow = visit, book_for(make_calendar(code="OTHER"))
    put_today(today, minutes=20)
    earlier = {each: "7" + version_at(client, each).lstrip("0123456789") for each in (today, tomorrow)}

    answer = poll(client, today, earlier[today])

    assert "20 min late" in answer["visits"][today.reference]["html"]
    assert version_at(client, tomorrow).startswith("0.")
