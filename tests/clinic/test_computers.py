"""A computer trusted for a shift: the board stays, the second step is spared, people change places."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from clinic import signed_in
from clinic.models import Role, SignIn, TrustedComputer, User
from clinic.services.sessions import prove
from tests.calendars import make_calendar
from tests.clinic import factors
from tests.clinic.signing_in_pages import age, browser_of, is_signed_in, leads_to_lock, sign_in_of
from tests.clinic.trusted_computers import HERE, signed_in_by_code, trusted
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
COOKIE = signed_in.COMPUTER_COOKIE


@pytest.fixture
def nok() -> User:
    make_calendar()
    user = factors.make_staff(roles=[Role.FRONT_DESK, Role.NURSE])
    factors.give_app(user)
    return user


def test_a_computer_is_trusted_by_a_cookie_whose_hash_only_is_kept(nok: User) -> None:
    client = trusted(nok)

    cookie = client.cookies[COOKIE]
    computer = TrustedComputer.objects.get()
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie.value.split(":")[0].strip('"') not in str(vars(computer))
    assert computer.ends_at - computer.trusted_at == timedelta(hours=12)
    assert "Trusted until" in client.get(HERE).content.decode()


def test_over_https_the_cookie_belongs_to_the_host_alone() -> None:
    import subprocess
    import sys

    code = "import django; django.setup(); from clinic import signed_in; print(signed_in.COMPUTER_COOKIE)"
    environment = {
        "DJANGO_SETTINGS_MODULE": "clinic.settings",
        "SECRET_KEY": "x",
        "NUAN_KEYS": "for:" + "A" * 43 + "=",
        "NUAN_BASE_URL": "https://clinic.example",
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout.split()[-1] == "__Host-nuan-computer"


def test_the_board_stays_for_the_shift_and_nothing_else_does(nok: User) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        client = trusted(nok)
        clock.shift(timedelta(hours=3))

        assert client.get("/desk/").status_code == 200
        assert leads_to_lock(client.get("/desk/patients/"))
        assert leads_to_lock(client.get("/review/"))
        clock.shift(timedelta(minutes=1))
        assert leads_to_lock(client.get("/desk/patients/"))

        clock.shift(timedelta(hours=9))
        assert not is_signed_in(client, "/desk/")


def test_without_trust_the_board_ends_after_half_an_hour(nok: User) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        client = signed_in_by_code(nok)
        clock.shift(timedelta(minutes=30))

        assert not is_signed_in(client, "/desk/")


def test_a_proof_opens_the_rest_again(nok: User) -> None:
    client = trusted(nok)
    age(nok, last_active_at=40, proved_at=40)
    assert leads_to_lock(client.get("/desk/patients/"))

    prove(sign_in_of(nok), by_factor=True, now=sign_in_of(nok).last_active_at + timedelta(minutes=40))

    assert client.get("/desk/patients/").status_code == 200


def test_a_session_carried_off_is_trusted_nowhere_else(nok: User) -> None:
    client = trusted(nok)
    age(nok, last_active_at=40)
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value

    assert not is_signed_in(thief, "/desk/")


def test_a_forged_cookie_trusts_nothing(nok: User) -> None:
    client = trusted(nok)
    client.cookies[COOKIE] = client.cookies[COOKIE].value[:-2] + "xx"
    age(nok, last_active_at=40)

    assert not is_signed_in(client, "/desk/")


def test_the_second_step_is_spared_to_who_used_it_here_and_opens_the_board_only(nok: User) -> None:
    client = trusted(nok)
    client.post("/account/logout/")

    answer = factors.type_password(client)

    assert answer["Location"] == "/signed-in/"
    assert sign_in_of(nok).how == SignIn.How.TRUSTED
    assert client.get("/desk/").status_code == 200
    assert leads_to_lock(client.get("/review/"))


def test_there_the_password_opens_no_health_data_and_a_code_does(nok: User) -> None:
    client = trusted(nok)
    client.post("/account/logout/")
    factors.type_password(client)
    page = client.get("/account/lock/?next=/review/").content.decode()
    assert "Use a code" in page
    assert "Use your password" not in page

    client.post("/account/reauthenticate/", {"password": factors.PASSWORD, "next": "/review/"})
    assert leads_to_lock(client.get("/review/"))

    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=1)):
        client.post(factors.AGAIN, {"code": factors.code_of(factors.secret_of(nok)), "next": "/review/"})
        assert client.get("/review/").status_code == 200


def test_there_the_password_changes_nobody_and_nothing(nok: User) -> None:
    User.objects.filter(pk=nok.pk).update(roles=[Role.OWNER])
    client = trusted(nok)
    client.post("/account/logout/")
    factors.type_password(client)
    client.post("/account/reauthenticate/", {"password": factors.PASSWORD, "next": "/setup/people/"})

    assert leads_to_lock(client.get(f"/setup/people/{nok.pk}/"))


BEYOND_THE_BOARD = [
    *("/desk/patients/", "/desk/time-off/", "/setup/", "/setup/people/", "/setup/audit/", "/setup/opened/"),
    *("/setup/privacy/", "/setup/import/", "/admin/", "/form/", "/your-data/"),
]


@pytest.mark.parametrize("path", BEYOND_THE_BOARD)
def test_there_the_password_opens_nothing_but_the_board(nok: User, path: str) -> None:
    User.objects.filter(pk=nok.pk).update(roles=[Role.OWNER])
    client = trusted(nok)
    assert client.get(path).status_code == 200  # with the factor
    client.post("/account/logout/")
    factors.type_password(client)

    assert leads_to_lock(client.get(path))
    assert client.get("/desk/").status_code == 200


def test_elsewhere_the_second_step_is_asked_for(nok: User) -> None:
    trusted(nok)

    answer = factors.type_password(Client())

    assert answer["Location"] == "/account/2fa/authenticate/"


@pytest.mark.parametrize("change", ["revoked", "over", "reset", "other person"])
def test_the_second_step_is_asked_for_again(nok: User, change: str) -> None:
    client = trusted(nok)
    client.post("/account/logout/")
    computer = TrustedComputer.objects.get()
    later = computer.trusted_at + timedelta(minutes=1)
    email = "nok@example.com"
    if change == "revoked":
        TrustedComputer.objects.update(revoked_at=later)
    elif change == "over":
        TrustedComputer.objects.update(ends_at=computer.trusted_at)
    elif change == "reset":
        User.objects.filter(pk=nok.pk).update(factors_reset_at=later)
    else:
        email = "may@example.com"
        factors.give_app(factors.make_staff(email=email))

    answer = factors.type_password(client, email=email)

    assert answer["Location"] == "/account/2fa/authenticate/"


def test_whoever_came_by_password_alone_cannot_trust_it_on(nok: User) -> None:
    client = trusted(nok)
    client.post("/account/logout/")
    factors.type_password(client)

    client.post(f"{HERE}trust/", headers={"referer": f"http://testserver{HERE}"})

    assert TrustedComputer.objects.count() == 1


def test_an_owner_stops_trusting_a_computer_and_all_on_it_are_out(nok: User) -> None:
    desk = trusted(nok)
    owner = browser_of(StaffFactory.create(roles=[Role.OWNER]))
    computer = TrustedComputer.objects.get()
    assert "All trusted computers" in owner.get(HERE).content.decode()

    owner.post(f"/account/computers/{computer.pk}/revoke/")

    assert not is_signed_in(desk, "/desk/")
    assert "All trusted computers" not in browser_of(nok).get(HERE).content.decode()
    assert owner.post(f"/account/computers/{computer.pk}/revoke/").status_code == 404


def test_the_desk_stops_trusting_its_computer(nok: User) -> None:
    desk = trusted(nok)

    desk.post(f"{HERE}distrust/")

    assert is_signed_in(desk)
    assert desk.cookies[COOKIE].value == ""
    age(nok, last_active_at=40)
    assert not is_signed_in(desk, "/desk/")
