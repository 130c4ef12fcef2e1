"""Limits on signing in: by account in any spelling, by network, never for good, never overrun at once."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from clinic.models import LimitWindow, User
from clinic.services import limits, sign_in_limits
from clinic.services.limits import LimitReached
from tests.clinic import factors
from tests.factories import PatientFactory
from tests.patients.codes import REQUEST, STAFF_LOGIN, confirm, last_code, request_code, signed_in_as
from tests.race.together import all_at_once

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def quick_hash(settings: Any) -> None:
    """Hundreds of passwords are typed here, and none of them needs a slow hash."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def staff() -> User:
    return factors.make_staff(email="n.o.k@example.com")


def try_password(email: str = "n.o.k@example.com", **meta: Any) -> int:
    """Type a wrong password in a new browser; return the status."""
    data = {"login": email, "password": "something else"}
    return int(Client(**meta).post(STAFF_LOGIN, data).status_code)


VARIANTS = [
    "nok@example.com",
    "N.O.K@EXAMPLE.com",
    "n.o.k+b@example.com",
    "n.ok+a+b@example.com",
    "no.k@example.com",
]


def test_spellings_of_an_account_share_a_limit(staff: User) -> None:
    assert [try_password(email) for email in VARIANTS] == [200] * 5
    assert try_password() == 429


def test_a_spelling_with_tries_of_its_own_opens_no_account() -> None:
    """Postgres makes an I of a Turkish ı: `iexact` would find the account, and the limit would not."""
    owner = factors.make_staff(email="mali.nida@example.com")
    spelling = "mal\u0131.n\u0131da@example.com"

    assert factors.type_password(Client(), spelling).status_code == 200
    assert factors.type_password(Client(), owner.email or "").status_code == 302
    assert list(User.objects.filter(email__iexact=spelling)) == [owner]


def test_a_forwarded_address_that_a_client_writes_is_no_way_round(staff: User) -> None:
    for number in range(5):
        try_password(HTTP_X_FORWARDED_FOR=f"198.51.100.{number}")

    assert try_password(HTTP_X_FORWARDED_FOR="198.51.100.200") == 429


def test_a_forwarded_address_before_our_proxys_is_no_way_round(staff: User, settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    for number in range(5):
        try_password(HTTP_X_FORWARDED_FOR=f"198.51.100.{number}, 203.0.113.7")

    assert try_password(HTTP_X_FORWARDED_FOR="198.51.100.200, 203.0.113.7") == 429
    assert try_password(HTTP_X_FORWARDED_FOR="203.0.113.7, 198.51.100.200") == 200


def test_the_addresses_of_one_ipv6_network_share_a_limit(staff: User) -> None:
    for number in range(5):
        try_password(REMOTE_ADDR=f"2001:db8:0:1:{number}::1")

    assert try_password(REMOTE_ADDR="2001:db8:0:1:ffff::9") == 429
    assert try_password(REMOTE_ADDR="2001:db8:0:2::9") == 200


def test_the_answer_says_when_to_try_again(staff: User) -> None:
    for _try in range(5):
        try_password()

    answer = Client().post(STAFF_LOGIN, {"login": staff.email, "password": factors.PASSWORD})

    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 300


def test_the_window_ends(staff: User, client: Client) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        for _try in range(6):
            try_password()
        clock.shift(timedelta(minutes=5))

        factors.type_password(client, staff.email or "")

        assert signed_in_as(client) == str(staff.pk)


def test_a_right_password_gives_its_tries_back(staff: User) -> None:
    for _round in range(3):
        for _try in range(4):
            assert try_password() == 200
        factors.type_password(Client(), staff.email or "")


def test_whoever_hammers_from_many_networks_reaches_the_accounts_limit(staff: User) -> None:
    statuses = [try_password(REMOTE_ADDR=f"203.0.113.{number}") for number in range(32)]

    assert statuses == [200] * 30 + [429] * 2


def test_the_owner_is_not_locked_out_meanwhile(staff: User) -> None:
    secret = factors.give_app(staff)
    known = Client(REMOTE_ADDR="192.0.2.1")
    factors.type_password(known, staff.email or "")
    factors.type_code(known, factors.code_of(secret))
    known.post(reverse("account_logout"))
    for number in range(32):
        try_password(REMOTE_ADDR=f"203.0.113.{number}")

    elsewhere = factors.type_password(Client(REMOTE_ADDR="192.0.2.1"), staff.email or "")
    here = factors.type_password(known, staff.email or "")

    assert elsewhere.status_code == 429
    assert here["Location"] == factors.STEP
    passkey = Client(REMOTE_ADDR="192.0.2.1")
    assert (
        passkey.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"}).status_code == 200
    )


def test_one_network_tries_only_so_many_accounts() -> None:
    for number in range(60):
        sign_in_limits.count_password_try(email=f"{number}@x.y", network="n", browser="", now=NOW)

    with pytest.raises(LimitReached):
        sign_in_limits.count_password_try(email="another@x.y", network="n", browser="", now=NOW)
    sign_in_limits.count_password_try(email="another@x.y", network="m", browser="", now=NOW)


def test_passkeys_are_counted_by_network() -> None:
    for _try in range(60):
        sign_in_limits.count_passkey_try(network="n", now=NOW)

    with pytest.raises(LimitReached):
        sign_in_limits.count_passkey_try(network="n", now=NOW)


def test_a_passkey_of_nobody_is_refused_and_counted(client: Client) -> None:
    answer = client.post(reverse("mfa_login_webauthn"), {"credential": '{"id": "AA"}'})

    assert answer["Location"] == STAFF_LOGIN
    assert LimitWindow.objects.filter(key__startswith="sign-in-network").exists()


def test_codes_of_the_second_step_are_counted_by_person(staff: User) -> None:
    factors.give_app(staff)
    browsers = [Client(REMOTE_ADDR=f"203.0.113.{number}") for number in range(6)]
    statuses = []
    for browser in browsers:
        factors.type_password(browser, staff.email or "")
        statuses.append(factors.type_code(browser, "000000").status_code)

    assert statuses == [200] * 5 + [429]


def test_recovery_codes_share_that_limit_and_a_right_code_is_refused_too(staff: User) -> None:
    factors.give_app(staff)
    codes = factors.give_recovery_codes(staff)
    browser = Client()
    factors.type_password(browser, staff.email or "")
    for _try in range(5):
        factors.type_code(browser, "99999999")

    assert factors.type_code(browser, codes[0]).status_code == 429
    assert signed_in_as(browser) is None


def test_a_day_of_second_steps_ends() -> None:
    with time_machine.travel(NOW, tick=False):
        for number in range(50):
            sign_in_limits.count_second_step(user_id=1, now=NOW + number * timedelta(minutes=6))
        with pytest.raises(LimitReached):
            sign_in_limits.count_second_step(user_id=1, now=NOW + timedelta(hours=6))
        sign_in_limits.count_second_step(user_id=1, now=NOW + timedelta(hours=24))


@pytest.mark.parametrize("path", [REQUEST, "/account/password/reset/"])
def test_messages_are_not_asked_for_without_end(path: str) -> None:
    statuses = [Client().post(path, {"email": email}).status_code for email in VARIANTS[:4]]

    assert statuses == [302, 302, 302, 429]


def test_tries_of_a_new_password_from_inside_are_counted_too(staff: User, client: Client) -> None:
    client.force_login(staff)
    path = reverse("account_reauthenticate")

    statuses = [client.post(path, {"password": "something else"}).status_code for _try in range(6)]

    assert statuses == [200] * 5 + [429]


def test_what_was_typed_is_kept_nowhere(staff: User) -> None:
    try_password()

    assert not re.search("nok|example", str(list(LimitWindow.objects.values())))


def test_a_reached_limit_is_logged_without_a_name(staff: User, caplog: pytest.LogCaptureFixture) -> None:
    for _try in range(6):
        try_password()

    (record,) = [line for line in caplog.records if line.__dict__.get("event") == "limit_reached"]
    assert record.__dict__["limit"] == "password-here"
    assert "nok" not in caplog.text


def at_once(tries: int, call: Callable[[], Any]) -> list[Any]:
    return [outcome.value for outcome in all_at_once([call] * tries)]


@pytest.mark.django_db(transaction=True)
def test_passwords_tried_at_once_never_exceed_the_limit(staff: User) -> None:
    with patch.object(User, "check_password", return_value=False) as looked_at:
        statuses = at_once(12, try_password)

    assert looked_at.call_count == 5
    assert sorted(statuses) == [200] * 5 + [429] * 7


def ask_for_code(cookies: Any = None) -> int:
    """Ask for a patient's code in a new session; with the cookies of a browser that is known, say."""
    browser = Client()
    if cookies:
        browser.cookies = cookies
        browser.cookies.pop("nuan", None)
    return int(browser.post(REQUEST, {"email": "hannah@example.com"}).status_code)


def test_a_patient_gets_codes_though_a_stranger_asks_for_theirs_all_day() -> None:
    PatientFactory.create(email="hannah@example.com")
    known = Client()
    request_code(known, "hannah@example.com")
    confirm(known, last_code())

    assert [ask_for_code() for _try in range(4)][-1] == 429
    assert [ask_for_code(known.cookies) for _try in range(4)] == [302, 302, 302, 429]


@pytest.mark.django_db(transaction=True)
def test_codes_guessed_at_once_in_one_session_never_exceed_the_limit() -> None:
    PatientFactory.create(email="hannah@example.com")
    asked = Client()
    request_code(asked, "hannah@example.com")
    right, key = last_code(), asked.cookies

    def guess() -> int:
        browser = Client()
        browser.cookies = key
        return int(confirm(browser, "0000-0000" if right != "0000-0000" else "1111-1111").status_code)

    statuses = at_once(12, guess)
    assert statuses.count(429) >= 7


@pytest.mark.django_db(transaction=True)
def test_a_limit_that_reads_before_it_writes_would_be_overrun(staff: User) -> None:
    def reads_first(*, purpose: str, subject: str, limit: int, window: timedelta, now: datetime) -> None:
        key = limits.key_of(purpose, subject)
        row, _made = LimitWindow.objects.get_or_create(key=key, defaults={"ends_at": now + window})
        if row.count >= limit:
            raise LimitReached(row.ends_at)
        LimitWindow.objects.filter(pk=key).update(count=row.count + 1)

    with (
        patch.object(sign_in_limits, "hit", reads_first),
        patch.object(User, "check_password", return_value=False) as looked_at,
    ):
        at_once(12, try_password)

    assert looked_at.call_count > 5
