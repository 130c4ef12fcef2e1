"""Health data locks when left alone, a sensitive change asks for a fresh proof, and nothing typed is lost."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client

from clinic.models import Role, User
from clinic.services.sessions import prove
from patients.models import FormVersion, ReviewDraft
from tests.bookings.setup_pages import hidden
from tests.calendars import make_calendar
from tests.clinic import factors
from tests.clinic.demo_mode import demo_mode
from tests.clinic.signing_in_pages import LOCK, age, browser_of, leads_to_lock, sign_in_of
from tests.factories import PatientFactory, StaffFactory
from tests.patients.forms import send_case

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
POLL = {"X-Nuan-Poll": "1"}
JSON = {"Accept": "application/json"}


@pytest.fixture
def doctor() -> User:
    return StaffFactory.create(roles=[Role.CLINICIAN])


@pytest.fixture
def version() -> FormVersion:
    make_calendar()
    return send_case(PatientFactory.create(), "calm")


def form_of(version: FormVersion) -> str:
    return f"/review/forms/{version.pk}/"


def test_health_data_locks_after_a_quarter_of_an_hour(doctor: User, version: FormVersion) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        client = browser_of(doctor)
        clock.shift(timedelta(minutes=14, seconds=59))
        assert client.get(form_of(version)).status_code == 200

        clock.shift(timedelta(minutes=15))

        answer = client.get(form_of(version))
        assert leads_to_lock(answer)
        assert answer["Location"] == f"{LOCK}?next={form_of(version).replace('/', '%2F')}"


def test_without_the_lock_the_form_would_open(
    doctor: User, version: FormVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browser_of(doctor)
    age(doctor, proved_at=16)
    assert leads_to_lock(client.get(form_of(version)))

    monkeypatch.setattr("clinic.middleware.ask_for_proof", lambda _request, _user: None)

    assert client.get(form_of(version)).status_code == 200


def test_the_board_works_on_while_health_data_is_locked(doctor: User, version: FormVersion) -> None:
    client = browser_of(doctor)
    age(doctor, proved_at=16)

    assert client.get("/desk/").status_code == 200
    assert leads_to_lock(client.get("/review/"))


def test_the_board_does_not_keep_health_data_open(doctor: User, version: FormVersion) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        client = browser_of(doctor)
        for _five_minutes in range(4):
            clock.shift(timedelta(minutes=5))
            assert client.get("/desk/").status_code == 200

        assert leads_to_lock(client.get("/review/"))


def test_reading_on_keeps_it_open_and_a_poll_does_not(doctor: User, version: FormVersion) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        client = browser_of(doctor)
        clock.shift(timedelta(minutes=10))
        assert client.post(f"{LOCK}still-here/").status_code == 204
        clock.shift(timedelta(minutes=10))
        assert client.get(f"{form_of(version)}presence/").status_code == 200

        clock.shift(timedelta(minutes=5))

        assert client.get(f"{form_of(version)}presence/", headers=POLL).status_code == 302
        assert client.post(f"{LOCK}still-here/", headers=JSON).status_code == 423


def test_a_window_that_is_open_beside_keeps_it_open(doctor: User, version: FormVersion) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        client = browser_of(doctor)
        clock.shift(timedelta(minutes=14))
        client.get("/review/")
        clock.shift(timedelta(minutes=5))

        said = client.get(f"{LOCK}state/", headers=POLL).json()

    assert (said["left"], said["person"]) == (600, str(doctor.pk))


def test_the_state_says_nothing_to_strangers(client: Client) -> None:
    assert client.get(f"{LOCK}state/").json() == {"left": 0, "person": "", "token": ""}


@pytest.mark.parametrize(
    "asks", [JSON, {"HX-Request": "true"}, {"Sec-Fetch-Mode": "cors"}, {"Sec-Fetch-Mode": "no-cors"}]
)
def test_scripts_and_pictures_are_told_and_led_nowhere(
    doctor: User, version: FormVersion, asks: dict[str, str]
) -> None:
    client = browser_of(doctor)
    age(doctor, proved_at=16)

    answer = client.post(f"{form_of(version)}draft/", {"message": "x"}, headers=asks)

    assert answer.status_code == 423
    assert answer.json() == {"locked": LOCK}
    assert answer["HX-Trigger"] == "nuan:locked"
    assert not ReviewDraft.objects.exists()


def test_what_was_typed_without_scripts_can_be_sent_again(doctor: User, version: FormVersion) -> None:
    client = browser_of(doctor)
    page = client.get(form_of(version)).content.decode()
    data = {"seen": hidden(page, "seen"), "message": "Please bring the cream"}
    age(doctor, proved_at=16, clinical_at=16)

    answer = client.post(f"{form_of(version)}draft/", data)

    assert answer.status_code == 423
    assert "Nothing was changed, and nothing is lost." in answer.content.decode()
    assert "cream" not in answer.content.decode()
    assert not ReviewDraft.objects.exists()
    prove(sign_in_of(doctor), by_factor=True, now=sign_in_of(doctor).started_at)
    assert client.post(f"{form_of(version)}draft/", data, headers=JSON).status_code == 200


def test_the_lock_page_asks_by_what_somebody_has_and_a_code_opens(version: FormVersion) -> None:
    doctor = factors.make_staff(roles=[Role.CLINICIAN])
    secret = factors.give_app(doctor)
    client = browser_of(doctor)
    age(doctor, proved_at=16)
    page = client.get(client.get(form_of(version))["Location"]).content.decode()
    assert "Use a code" in page
    assert "Use your password" in page
    assert "(demo)" not in page

    answer = client.post(factors.AGAIN, {"code": factors.code_of(secret), "next": form_of(version)})

    assert answer["Location"] == form_of(version)
    assert client.get(form_of(version)).status_code == 200
    assert sign_in_of(doctor).factor_at is not None


def test_the_password_opens_it_too(version: FormVersion) -> None:
    doctor = factors.make_staff(roles=[Role.CLINICIAN])
    client = browser_of(doctor)
    age(doctor, proved_at=16)

    answer = client.post("/account/reauthenticate/", {"password": factors.PASSWORD, "next": form_of(version)})

    assert answer["Location"] == form_of(version)
    assert client.get(form_of(version)).status_code == 200


def test_a_wrong_password_opens_nothing(version: FormVersion) -> None:
    doctor = factors.make_staff(roles=[Role.CLINICIAN])
    client = browser_of(doctor)
    age(doctor, proved_at=16)

    client.post("/account/reauthenticate/", {"password": "something else", "next": form_of(version)})

    assert leads_to_lock(client.get(form_of(version)))


def test_the_lock_page_leads_on_when_nothing_is_locked_and_only_within_the_site(doctor: User) -> None:
    client = browser_of(doctor)

    assert client.get(f"{LOCK}?next=/review/")["Location"] == "/review/"
    assert client.get(f"{LOCK}?next=https://evil.example/")["Location"] == "/signed-in/"


def test_the_demo_goes_on_with_one_press(tmp_path: Path, doctor: User, version: FormVersion) -> None:
    with demo_mode(tmp_path):
        client = browser_of(doctor)
        age(doctor, proved_at=16)
        page = client.get(f"{LOCK}?next={form_of(version)}").content.decode()
        assert "Continue as Nok (demo)" in page

        client.post(f"{LOCK}demo/", {"next": form_of(version)})

        assert client.get(form_of(version)).status_code == 200


def test_outside_the_demo_nobody_goes_on_with_one_press(doctor: User, version: FormVersion) -> None:
    client = browser_of(doctor)
    age(doctor, proved_at=16)

    assert client.post(f"{LOCK}demo/", {"next": form_of(version)}).status_code == 404

    assert leads_to_lock(client.get(form_of(version)))


def test_a_page_with_health_data_carries_its_cover_and_the_board_does_not(
    doctor: User, version: FormVersion
) -> None:
    client = browser_of(doctor)

    assert 'id="lock-screen" data-seconds="900"' in client.get(form_of(version)).content.decode()
    assert 'id="lock-screen"' not in client.get("/desk/").content.decode()
