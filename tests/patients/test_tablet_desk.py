"""What the desk does with tablets: no word of a form, who holds it, how far it is, and ending it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from bookings.models import WalkIn
from clinic.models import Role, User
from patients.models import Patient, TabletPass
from patients.services.private_links import make_private_link
from patients.services.tablets import letters_of, token_of
from tests import rows
from tests.calendars import MONDAY, make_calendar
from tests.factories import PatientFactory, SiteFactory, StaffFactory
from tests.patients.form_pages import answers_before, keep_answers
from tests.patients.tablets import (
    Holder,
    address_of,
    form_of,
    hand_out,
    leave_alone,
    start_on,
    wait,
    wait_in_line,
)
from tests.patients.whole_records import CANARY

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient() -> Patient:
    SiteFactory.create()
    patient = PatientFactory.create(name="Hannah Whitfield")
    wait_in_line(patient)
    return patient


@pytest.fixture
def nok(client: Client) -> User:
    user: User = StaffFactory.create(roles=[Role.FRONT_DESK])
    client.force_login(user)
    return user


def sheet_of(patient: Patient, page: str = "") -> str:
    return f"/desk/tablet/{patient.pk}/" + (f"{page}/" if page else "")


def test_the_desk_hands_out_a_code(client: Client, nok: User, patient: Patient) -> None:
    shown = client.post(sheet_of(patient), {"holder": "patient"}, follow=True)

    row = TabletPass.objects.get()
    page = shown.content.decode()
    assert (row.patient, row.holder, row.made_by) == (patient, "patient", nok)
    assert "Waiting for a tablet" in page
    assert letters_of(row) in page
    assert "<svg" in page
    assert token_of(row) not in page  # it stands in the picture only


@pytest.mark.parametrize("hours", [-13, 13])
def test_nobody_gets_a_code_for_somebody_who_does_not_come_today(
    client: Client, nok: User, patient: Patient, hours: int
) -> None:
    WalkIn.objects.update(came_at=timezone.now() + timedelta(hours=hours))

    page = client.post(sheet_of(patient), {"holder": "patient"})

    assert page.status_code == 422
    assert "no visit today" in page.content.decode()
    assert not TabletPass.objects.exists()


def test_whoever_has_a_visit_today_gets_one(client: Client, nok: User) -> None:
    visit = make_calendar().book(MONDAY)

    with time_machine.travel(MONDAY - timedelta(hours=2)):
        client.force_login(nok)
        client.post(f"/desk/tablet/{visit.patient_id}/", {"holder": "patient"})

    assert TabletPass.objects.get().patient_id == visit.patient_id


def test_the_picture_holds_the_address(client: Client, nok: User, patient: Patient) -> None:
    page = client.post(sheet_of(patient), {"holder": "patient"}, follow=True)

    from clinic.qr_codes import make_qr_code

    expected = make_qr_code(f"http://testserver{address_of(TabletPass.objects.get())}")
    assert page.context["shown"].code == expected


@pytest.mark.parametrize("holder", ["", "nobody", "\x00"])
def test_who_holds_it_must_be_said(client: Client, nok: User, patient: Patient, holder: str) -> None:
    answer = client.post(sheet_of(patient), {"holder": holder})

    assert answer.status_code == 422
    assert not TabletPass.objects.exists()


@pytest.mark.parametrize(
    ("facts", "likely"),
    [
        ({}, Holder.PATIENT),
        ({"birth_date": "1990-01-01"}, Holder.PATIENT),
        ({"birth_date": "2011-05-14"}, Holder.GUARDIAN),
        ({"booked_for": "child"}, Holder.GUARDIAN),
        ({"booked_for": "other"}, Holder.GUARDIAN),
        ({"booked_for": "other", "birth_date": "1950-01-01"}, Holder.PATIENT),
    ],
)
def test_the_safe_answer_is_preselected(client: Client, nok: User, facts: Any, likely: Holder) -> None:
    SiteFactory.create()
    patient = PatientFactory.create(**facts)
    patient.refresh_from_db()

    assert client.get(sheet_of(patient)).context["form"]["holder"].value() == likely


def test_who_once_had_a_private_link_is_likely_with_a_parent(
    client: Client, nok: User, patient: Patient
) -> None:
    make_private_link(patient=patient, now=timezone.now())

    assert client.get(sheet_of(patient)).context["form"]["holder"].value() == Holder.GUARDIAN


def test_the_desk_sees_how_far_it_is(client: Client, nok: User, patient: Patient) -> None:
    tablet, found = Client(), hand_out(patient, by=nok)
    seen = [words(client, patient)]
    wait(found, 10)
    seen.append(words(client, patient))

    found = hand_out(patient, by=nok)
    start_on(tablet, found)
    seen.append(words(client, patient))
    leave_alone(found, 10)
    seen.append(words(client, patient))
    TabletPass.objects.filter(pk=found.pk).update(ended_at=timezone.now(), ended_by="sent")
    seen.append(words(client, patient))
    TabletPass.objects.filter(pk=found.pk).update(ended_by="given_back")
    seen.append(words(client, patient))

    assert seen == [
        "Waiting for a tablet.",
        "Not opened in time.",
        "Being filled in.",
        "Ended: nobody touched it for 10 minutes.",
        "Sent.",
        "Ended.",
    ]


def test_midnight_in_utc_is_in_the_middle_of_a_day_elsewhere(
    client: Client, nok: User, patient: Patient
) -> None:
    with time_machine.travel(datetime(2026, 12, 1, 0, 5, tzinfo=UTC)):  # 07:05 in Bangkok
        client.force_login(nok)
        found = hand_out(patient, by=nok)
        wait(found, 10)
        assert words(client, patient) == "Not opened in time."

        wait(found, 12 * 60)
        assert client.get(sheet_of(patient)).context["shown"] is None


def words(client: Client, patient: Patient) -> str:
    return str(client.get(sheet_of(patient)).context["shown"].words)


def test_asking_again_answers_only_what_has_changed(client: Client, nok: User, patient: Patient) -> None:
    tablet, found = Client(), hand_out(patient, by=nok)
    asked = sheet_of(patient, "state") + f"?pass={found.pk}&state=waiting"

    with rows.nothing_written():
        assert client.get(asked).status_code == 204
    start_on(tablet, found)
    changed = client.get(asked)

    assert changed.status_code == 200
    assert "Being filled in" in changed.content.decode()
    assert "<html" not in changed.content.decode()


def test_the_desk_ends_it(client: Client, nok: User, patient: Patient) -> None:
    tablet, found = Client(), hand_out(patient, by=nok)
    start_on(tablet, found)

    client.post(sheet_of(patient, "end"), {"pass": str(uuid4())})
    assert tablet.get(form_of(found)).status_code == 200
    client.post(sheet_of(patient, "end"), {"pass": str(found.pk)})

    assert tablet.get(form_of(found)).status_code == 410
    assert TabletPass.objects.get().ended_by == "desk"


def test_a_code_that_was_taken_back_opens_nothing(client: Client, nok: User, patient: Patient) -> None:
    found = hand_out(patient, by=nok)

    client.post(sheet_of(patient, "end"), {"pass": str(found.pk)})

    assert Client().post(address_of(found)).status_code == 410


def test_sheets_say_no_word_of_the_form(client: Client, nok: User, patient: Patient) -> None:
    keep_answers(patient, **(answers_before() | {"x_words": CANARY}))
    tablet, found = Client(), hand_out(patient, by=nok)
    start_on(tablet, found)

    for answer in (client.get(sheet_of(patient)), client.get(sheet_of(patient, "state"))):
        assert CANARY not in answer.content.decode()
    assert CANARY in tablet.get(form_of(found, "check")).content.decode()


def test_over_the_board_it_is_a_sheet(client: Client, nok: User, patient: Patient) -> None:
    sheet = client.get(sheet_of(patient), headers={"hx-request": "true"}).content.decode()

    assert "<html" not in sheet
    assert 'id="sheet-title"' in sheet


def test_nobody_is_handed_a_form_that_is_not_there(client: Client, nok: User) -> None:
    path = f"/desk/tablet/{uuid4()}/"

    assert [client.get(path).status_code, client.post(path).status_code] == [404, 404]
    assert client.get(f"{path}state/").status_code == 404
