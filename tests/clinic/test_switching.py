"""People change places on a trusted computer."""

from pathlib import Path
from typing import Any

import pytest

from clinic.models import Role, SignIn, TrustedComputer, User
from clinic.queries.sessions import list_people_of
from tests.calendars import make_calendar
from tests.clinic import factors
from tests.clinic.demo_mode import demo_mode
from tests.clinic.signing_in_pages import OWN, age, browser_of, leads_to_lock, sign_in_of
from tests.clinic.trusted_computers import HERE, trusted
from tests.factories import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db

SWITCH = "/account/switch/"


@pytest.fixture
def nok() -> User:
    make_calendar()
    user = factors.make_staff(roles=[Role.FRONT_DESK, Role.NURSE])
    factors.give_app(user)
    return user


def test_the_switch_lists_who_has_used_the_computer_and_nobody_else(nok: User) -> None:
    client = trusted(nok)
    StaffFactory.create(name="Dr Somewhere Else")

    page = client.get(SWITCH).content.decode()

    assert [user.pk for user in list_people_of(TrustedComputer.objects.get())] == [nok.pk]
    assert f'data-person="{nok.pk}"' in page
    assert "Somewhere Else" not in page
    assert 'href="/account/switch/?next=' in client.get("/desk/").content.decode()


def test_an_untrusted_computer_tells_no_names(nok: User) -> None:
    trusted(nok)
    client = browser_of(StaffFactory.create(email="may@example.com"))

    assert client.get(SWITCH)["Location"] == HERE
    assert client.get(f"{SWITCH}options/").status_code == 409
    assert "/account/switch/" not in client.get("/desk/").content.decode()


def test_the_switch_asks_for_a_finger_or_a_pin(nok: User) -> None:
    client = trusted(nok)

    options = client.get(f"{SWITCH}options/").json()["request_options"]["publicKey"]

    assert options["userVerification"] == "required"


def test_a_passkey_that_is_none_switches_nobody(nok: User) -> None:
    client = trusted(nok)
    client.get(f"{SWITCH}options/")

    answer = client.post(SWITCH, {"credential": "{}", "next": "/desk/"})

    assert answer.status_code == 422
    assert client.get(OWN).wsgi_request.user == nok


def test_without_a_passkey_the_computer_is_handed_over_to_a_password(nok: User) -> None:
    client = trusted(nok)

    answer = client.post(f"{SWITCH}password/", {"next": "/desk/"})

    assert answer["Location"] == "/account/login/?next=%2Fdesk%2F"
    assert sign_in_of(nok).why_ended == SignIn.Why.SIGNED_OUT


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.NURSE, None])
def test_only_the_desk_trusts_computers(role: Role | None) -> None:
    user = StaffFactory.create(roles=[role]) if role else UserFactory.create()

    assert browser_of(user).post(f"{HERE}trust/").status_code == 403
    assert not TrustedComputer.objects.exists()


def test_somebody_who_comes_back_opens_no_more_than_the_board(nok: User) -> None:
    """With the mark that stays until a proof taken away, one press on the board would open the rest."""
    client = trusted(nok)
    age(nok, last_active_at=40)
    client.get("/desk/")
    assert leads_to_lock(client.get("/desk/patients/"))

    SignIn.objects.update(locked_at=None)

    assert client.get("/desk/patients/").status_code == 200


def test_the_page_fits_both_kinds_of_people(nok: User) -> None:
    pages: dict[Any, str] = {
        user: browser_of(user).get(OWN).content.decode() for user in (nok, UserFactory.create())
    }

    assert ["Trust this computer" in page for page in pages.values()] == [True, False]


def test_in_the_demo_a_press_switches_and_ends_the_old_sign_in(tmp_path: Path, nok: User) -> None:
    doctor = StaffFactory.create(email="clinician@demo.nuan.example", roles=[Role.CLINICIAN])
    client = trusted(nok)
    with demo_mode(tmp_path):
        assert 'href="/demo/"' in client.get(SWITCH).content.decode()

        client.post("/demo/sign-in/clinician/")

        assert client.get(OWN).wsgi_request.user == doctor
    assert sign_in_of(nok).ended_at is not None
    assert sign_in_of(doctor).how == SignIn.How.DEMO


def test_outside_the_demo_there_is_no_such_press(nok: User) -> None:
    client = trusted(nok)

    assert "/demo/" not in client.get(SWITCH).content.decode()
    assert client.post("/demo/sign-in/clinician/").status_code == 404
