"""What the desk's pages say of health forms: how far they are, and whom to call; never what is in them."""

from datetime import timedelta

import pytest
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from bookings.models import Appointment
from bookings.queries.desk import list_day_visits
from clinic.models import DutyShift, Role, User
from patients.models import DataKey
from tests.bookings.longer_visits import add_longer_type, ask_longer, patient_of
from tests.bookings.pages import book_for, day_address, list_starts, local_day, start_at
from tests.calendars import Calendar, make_calendar
from tests.factories import PatientFactory, StaffFactory
from tests.patients.health_records import (
    CANARY,
    OTHER_RING,
    begin_form,
    raise_alert,
    read_form,
    send_form,
    sign_form,
)

pytestmark = pytest.mark.django_db

DESK_PAGES = ["/desk/", "/desk/list/", "/desk/week/", "/desk/print/", "/desk/why-not/", "/desk/requests/"]


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar()


@pytest.fixture
def visit(calendar: Calendar) -> Appointment:
    return book_for(calendar)


@pytest.fixture
def nok(client: Client) -> User:
    user = StaffFactory.create(name="Nok")
    client.force_login(user)
    return user


def page_of(client: Client, visit: Appointment) -> str:
    return client.get(day_address(visit)).content.decode()


def test_a_visit_without_a_form_says_so(client: Client, visit: Appointment, nok: User) -> None:
    assert "</svg>No form</span>" in page_of(client, visit)


@pytest.mark.parametrize(
    ("steps", "look", "word"),
    [
        ("b", "warn", "Form begun"),
        ("bs", "ok", "Form done"),
        ("bsr", "ok", "Form read"),
        ("bsrs", "info", "Form changed"),
        ("bsrsr", "ok", "Form read"),
    ],
)
def test_the_badge_follows_the_form(
    client: Client, visit: Appointment, nok: User, steps: str, look: str, word: str
) -> None:
    patient = patient_of(visit)
    begin_form(patient)
    for step in steps[1:]:
        if step == "s":
            send_form(patient)
        else:
            read_form(patient.versions.latest("number"))

    page = page_of(client, visit)

    assert f'<span class="tag {look}"><svg' in page
    assert f"</svg>{word}</span>" in page


def test_a_cancelled_visit_needs_no_form(client: Client, visit: Appointment, nok: User) -> None:
    Appointment.objects.filter(pk=visit.pk).update(status="cancelled")

    assert "No form" not in page_of(client, visit)


def test_a_longer_visit_that_is_asked_for_leads_to_its_request(
    client: Client, calendar: Calendar, visit: Appointment, nok: User
) -> None:
    request = ask_longer(visit, add_longer_type(calendar))

    page = page_of(client, visit)

    assert "Longer visit asked" in page
    assert f'href="/desk/requests/{request.pk}/change/"' in page


def test_a_nurse_sees_that_a_longer_visit_is_asked_for_and_no_way_to_change_it(
    client: Client, calendar: Calendar, visit: Appointment
) -> None:
    request = ask_longer(visit, add_longer_type(calendar))
    client.force_login(StaffFactory.create(roles=[Role.NURSE]))

    page = page_of(client, visit)

    assert "Longer visit asked" in page
    assert str(request.pk) not in page


def wants_longer(calendar: Calendar, visit: Appointment) -> bool:
    lines = list_day_visits(calendar.site, local_day(visit))
    return next(line.wants_longer for line in lines if line.visit.pk == visit.pk)


def test_a_longer_visit_is_asked_until_the_visit_is_long(calendar: Calendar, visit: Appointment) -> None:
    longer = add_longer_type(calendar)
    assert wants_longer(calendar, visit) is False
    ask_longer(visit, longer)
    assert wants_longer(calendar, visit) is True

    Appointment.objects.filter(pk=visit.pk).update(visit_type=longer)

    assert wants_longer(calendar, visit) is False


def test_a_request_for_something_else_asks_for_no_longer_visit(
    calendar: Calendar, visit: Appointment
) -> None:
    ask_longer(visit, None, mode="video")

    assert wants_longer(calendar, visit) is False


@pytest.mark.parametrize("status", ["arrived", "done", "cancelled", "no_show"])
def test_a_visit_that_is_under_way_or_over_is_not_lengthened(
    calendar: Calendar, visit: Appointment, status: str
) -> None:
    ask_longer(visit, add_longer_type(calendar))
    Appointment.objects.filter(pk=visit.pk).update(status=status)

    assert wants_longer(calendar, visit) is False


def test_a_form_that_needs_longer_counts_for_whoever_booked_short_and_was_not_seen(
    calendar: Calendar, visit: Appointment
) -> None:
    send_form(patient_of(visit), needs_longer_visit=True)
    assert wants_longer(calendar, visit) is True

    earlier = calendar.book(list_starts(calendar)[0], now=timezone.now())
    start_at(earlier, timezone.now() - timedelta(days=30))
    Appointment.objects.filter(pk=earlier.pk).update(patient=visit.patient, status="done")

    assert wants_longer(calendar, visit) is False


@pytest.mark.parametrize("page", DESK_PAGES)
def test_every_page_of_the_desk_begins_with_whom_to_call_a_doctor_for(
    client: Client, visit: Appointment, nok: User, page: str
) -> None:
    raise_alert(patient_of(visit))

    before, _main, after = client.get(page).content.decode().partition('<main id="main"')

    assert "Call a doctor now: <bdi>Hannah Whitfield</bdi>" in before
    assert "+44 7700 900318" in before
    assert after != ""


@pytest.mark.parametrize("page", DESK_PAGES)
def test_without_an_open_alert_nobody_is_called(
    client: Client, visit: Appointment, nok: User, page: str
) -> None:
    raise_alert(patient_of(visit), acknowledged_at=timezone.now())

    assert "Call a doctor now" not in client.get(page).content.decode()


def test_the_desk_without_a_site_still_says_whom_to_call_for(client: Client, nok: User) -> None:
    raise_alert(PatientFactory.create(name="Hannah"))

    assert "Call a doctor now: <bdi>Hannah</bdi>" in client.get("/desk/").content.decode()


def put_on_duty(name: str, **user: str) -> None:
    now = timezone.now()
    doctor = StaffFactory.create(name=name, roles=[Role.CLINICIAN], **user)
    DutyShift.objects.create(
        user=doctor, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1)
    )


def test_the_desk_sees_who_is_on_duty_and_their_phones(client: Client, visit: Appointment, nok: User) -> None:
    put_on_duty("Dr Ploy S.", phone="+66812345678")
    put_on_duty("Dr Anan")
    raise_alert(patient_of(visit))

    page = page_of(client, visit)

    assert "On duty now:" in page
    assert page.index("Dr Anan") < page.index("Dr Ploy S.") < page.index("+66 81 234 5678")
    assert 'href="tel:+66812345678"' in page


def test_the_desk_is_told_when_nobody_is_on_duty(client: Client, visit: Appointment, nok: User) -> None:
    raise_alert(patient_of(visit))

    assert "Nobody is on duty now." in page_of(client, visit)


def test_the_desk_is_told_when_nobody_has_answered(client: Client, visit: Appointment, nok: User) -> None:
    words = "Nobody answered for ten minutes. Every doctor has been told."
    alert = raise_alert(patient_of(visit))
    assert words not in page_of(client, visit)

    alert.passed_on_at = timezone.now()
    alert.save()

    assert words in page_of(client, visit)


def test_the_row_of_whoever_needs_a_doctor_is_marked(client: Client, visit: Appointment, nok: User) -> None:
    raise_alert(patient_of(visit))

    row = page_of(client, visit).partition(f'id="v-{visit.reference}"')[2]

    assert "</svg>Call a doctor now</span>" in row


@pytest.mark.parametrize(("hours", "seen"), [(1, True), (25, False)])
def test_for_a_day_the_desk_sees_who_took_it_on(
    client: Client, visit: Appointment, nok: User, hours: int, seen: bool
) -> None:
    doctor = StaffFactory.create(name="Dr Mei", roles=[Role.CLINICIAN])
    at = timezone.now() - timedelta(hours=hours)
    raise_alert(patient_of(visit), acknowledged_at=at, acknowledged_by=doctor)

    page = page_of(client, visit)

    assert ("Taken on by Dr Mei" in page) is seen
    assert "Call a doctor now" not in page


def fill_form(visit: Appointment) -> None:
    patient = patient_of(visit)
    begin_form(patient)
    sign_form(send_form(patient))
    read_form(send_form(patient, needs_longer_visit=True))
    raise_alert(patient)


def test_the_desks_pages_work_without_any_key_and_show_nothing_sealed(
    client: Client, calendar: Calendar, visit: Appointment, nok: User
) -> None:
    fill_form(visit)
    request = ask_longer(visit, add_longer_type(calendar))
    DataKey.objects.all().delete()

    with override_settings(NUAN_KEYS=OTHER_RING):
        addresses = [day_address(visit), *DESK_PAGES, f"/desk/requests/{request.pk}/change/"]
        answers = [client.get(address) for address in addresses]

    assert [answer.status_code for answer in answers] == [200] * 8
    for answer in answers:
        page = answer.content.decode().casefold()
        for word in (CANARY, "same day", "same_day", "scar", "eczema", "atopic", "answers"):
            assert word not in page


@pytest.mark.parametrize("count", [1, 3])
def test_day_list_with_forms_and_alerts_asks_a_fixed_number_of_queries(
    client: Client, nok: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    calendar = make_calendar()
    longer = add_longer_type(calendar)
    visits = [book_for(calendar) for _ in range(count)]
    put_on_duty("Dr Ploy S.")
    for visit in visits:
        fill_form(visit)
        ask_longer(visit, longer)
    client.get(day_address(visits[0]))

    with django_assert_num_queries(18):
        client.get(day_address(visits[0]))
