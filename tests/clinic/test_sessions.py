"""How long a sign-in lasts, where one is signed in, and ending it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from clinic import signed_in
from clinic.devices import describe_device, network_of
from clinic.models import Role, SignIn, User
from clinic.queries.sessions import find_sign_in
from tests.calendars import make_calendar
from tests.clinic.signing_in_pages import (
    OWN,
    age,
    browser_of,
    is_signed_in,
    sign_in_of,
)
from tests.factories import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
WITHOUT_REGISTRY = "clinic.session_middleware.SignInMiddleware"


@pytest.fixture
def nok() -> User:
    return StaffFactory.create()


@pytest.fixture
def hannah() -> User:
    return UserFactory.create()


def test_a_sign_in_is_written_down_without_its_key(nok: User) -> None:
    client = browser_of(nok)

    row = sign_in_of(nok)

    key = client.session.session_key
    assert key is not None
    assert key not in str({field.name: getattr(row, field.name) for field in SignIn._meta.fields})
    assert client.session[signed_in.SESSION_KEY] == str(row.pk)


def test_the_key_changes_at_sign_in(nok: User) -> None:
    client = Client()
    client.get("/account/login/")
    client.session.save()
    before = client.session.session_key

    client.force_login(nok)

    assert client.session.session_key != before


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/142.0 Safari/537 Edg/142.0",
            ("Edge", "Windows"),
        ),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/142.0 Safari/537", ("Chrome", "Windows")),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18 Safari/604",
            ("Safari", "iPhone"),
        ),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/142.0 Mobile Safari/537 Line/14", ("LINE", "Android")),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko Firefox/140.0", ("Firefox", "Linux")),
        ("curl/8", ("", "")),
    ],
)
def test_a_device_is_described_in_two_words(agent: str, expected: tuple[str, str]) -> None:
    assert describe_device(agent) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1234:5678::9", "2001:db8:1234::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("nonsense", ""),
    ],
)
def test_of_an_address_only_the_network_is_kept(address: str, expected: str) -> None:
    assert network_of(address) == expected


@pytest.mark.parametrize(("role", "minutes"), [(Role.FRONT_DESK, 30), (Role.CLINICIAN, 30), (None, 60)])
def test_an_idle_sign_in_ends(role: Role | None, minutes: int) -> None:
    user = StaffFactory.create(roles=[role]) if role else UserFactory.create()
    with time_machine.travel(NOW, tick=False) as clock:
        client = browser_of(user)
        clock.shift(timedelta(minutes=minutes - 1))
        assert is_signed_in(client)

        clock.shift(timedelta(minutes=minutes))

        assert not is_signed_in(client)
    assert sign_in_of(user).why_ended == SignIn.Why.IDLE


def test_somebody_who_comes_too_late_gets_back_to_the_same_page(hannah: User) -> None:
    client = browser_of(hannah)
    age(hannah, last_active_at=61)

    answer = client.get("/visits/?a=1")

    assert answer.status_code == 302
    assert answer["Location"] == "/account/login/code/?next=/visits/%3Fa%3D1"


def test_no_sign_in_lasts_longer_than_it_may(nok: User, settings: Any) -> None:
    settings.LONGEST_SESSION = timedelta(hours=11)
    with time_machine.travel(NOW, tick=False) as clock:
        client = browser_of(nok)
        for _twenty_minutes in range(32):
            clock.shift(timedelta(minutes=20))
            assert is_signed_in(client)

        clock.shift(timedelta(minutes=20))

        assert not is_signed_in(client)
    assert sign_in_of(nok).why_ended == SignIn.Why.TOO_OLD


def test_without_the_registry_an_idle_sign_in_would_go_on(nok: User, settings: Any) -> None:
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != WITHOUT_REGISTRY]
    client = browser_of(nok)
    age(nok, last_active_at=31)

    assert client.get("/desk/patients/").status_code == 200


def test_polling_never_makes_a_sign_in_last(nok: User) -> None:
    make_calendar()
    with time_machine.travel(NOW, tick=False) as clock:
        client = browser_of(nok)
        for _minute in range(29):
            clock.shift(timedelta(minutes=1))
            assert client.get("/desk/", headers={"X-Nuan-Poll": "1"}).status_code == 200

        clock.shift(timedelta(minutes=1))

        assert client.get("/desk/", headers={"X-Nuan-Poll": "1"}).status_code == 302


def test_activity_is_written_once_a_minute(nok: User) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        client = browser_of(nok)
        clock.shift(timedelta(seconds=59))
        client.get(OWN)
        assert sign_in_of(nok).last_active_at == NOW

        clock.shift(timedelta(seconds=1))
        client.get(OWN)

        assert sign_in_of(nok).last_active_at == NOW + timedelta(minutes=1)


def test_a_visitor_costs_no_query_for_it(django_assert_num_queries: Any, rf: Any) -> None:
    from django.contrib.sessions.backends.db import SessionStore

    from clinic.session_middleware import SignInMiddleware

    request = rf.get("/")
    request.session = SessionStore()
    with django_assert_num_queries(0):
        SignInMiddleware(lambda request: HttpResponse(str(request.user.is_authenticated)))(request)


def test_somebody_signed_in_costs_one_query_for_it(nok: User, django_assert_num_queries: Any) -> None:
    browser_of(nok)
    row = sign_in_of(nok)

    with django_assert_num_queries(1):
        found = find_sign_in(row.pk)
        assert found is not None
        assert found.computer is None


def test_a_session_without_a_row_opens_nothing(nok: User) -> None:
    client = browser_of(nok)
    SignIn.objects.all().delete()

    assert not is_signed_in(client)


def test_a_session_that_names_somebody_elses_row_opens_nothing(nok: User, hannah: User) -> None:
    client = browser_of(nok)
    browser_of(hannah)
    session = client.session
    session[signed_in.SESSION_KEY] = str(sign_in_of(hannah).pk)
    session.save()

    assert not is_signed_in(client)


def test_the_page_lists_ones_own_devices_and_nobody_elses(nok: User, hannah: User) -> None:
    client, _elsewhere = browser_of(nok), browser_of(nok)
    browser_of(hannah)
    sign_ins = SignIn.objects.filter(user=nok)
    sign_ins.update(browser="Chrome", system="Windows", network="203.0.113.0/24")

    page = client.get(OWN).content.decode()

    assert page.count("<b>Chrome on Windows") == 2
    assert page.count("This one") == 1
    assert "203.0.113.0/24" in page
    assert str(sign_in_of(hannah).pk) not in page


def test_who_has_no_password_is_not_led_to_a_page_that_changes_one(nok: User) -> None:
    nok.set_unusable_password()
    nok.save(update_fields=["password"])
    client = browser_of(nok)
    assert "Change my password" not in client.get(OWN).content.decode()

    nok.set_password("a long one of many words")
    nok.save(update_fields=["password"])
    client = browser_of(nok)

    assert "Change my password" in client.get(OWN).content.decode()
