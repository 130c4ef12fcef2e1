"""Signing in by a passkey alone: whoever holds it must have been verified, by whatever challenge."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from clinic import factor_forms
from clinic.models import User
from tests.calendars import make_calendar
from tests.clinic import factors, passkeys
from tests.clinic.passkeys import Passkey
from tests.clinic.signing_in_pages import sign_in_of

pytestmark = pytest.mark.django_db

SIGN_IN = reverse("mfa_login_webauthn")
LATER = timedelta(minutes=16)
AS_SCRIPT = {"X-Requested-With": "XMLHttpRequest"}


@pytest.fixture
def passkey() -> Passkey:
    """The passkey of a member of staff, whom nobody knows the password of."""
    make_calendar()
    return passkeys.give_passkey(factors.make_staff())


def challenge_of_sign_in(client: Client) -> dict[str, Any]:
    return dict(client.get(SIGN_IN, headers=AS_SCRIPT).json()["request_options"])


def challenge_of_second_step(client: Client, user: User) -> dict[str, Any]:
    """Return what is asked of the key of somebody who has typed their password: a touch is enough there.

    They leave it at that: a quarter of an hour later the sign-in is forgotten, the challenge is not.
    """
    factors.type_password(client, email=user.email or "")
    page = client.get(factors.STEP)
    return dict(page.context["js_data"]["request_options"])


def who_is_in(client: Client) -> str:
    return str(client.session.get("_auth_user_id", ""))


def test_a_verified_passkey_signs_in(client: Client, passkey: Passkey) -> None:
    signed = passkey.sign(challenge_of_sign_in(client), verified=True)

    client.post(SIGN_IN, {"credential": signed})

    assert who_is_in(client) == str(passkey.user.pk)
    assert sign_in_of(passkey.user).how == "passkey"


def test_a_key_that_asked_for_nothing_does_not(client: Client, passkey: Passkey) -> None:
    signed = passkey.sign(challenge_of_sign_in(client), verified=False)

    client.post(SIGN_IN, {"credential": signed})

    assert who_is_in(client) == ""


@pytest.fixture
def colleague() -> User:
    """A member of staff with a key of their own, who has found somebody else's."""
    user = factors.make_staff(email="may@example.com")
    passkeys.give_passkey(user)
    return user


def test_a_found_key_does_not_sign_in_by_the_challenge_of_a_second_step(
    client: Client, passkey: Passkey, colleague: User
) -> None:
    signed = passkey.sign(challenge_of_second_step(client, colleague), verified=False)

    with time_machine.travel(datetime.now(UTC) + LATER):
        client.post(SIGN_IN, {"credential": signed})

    assert who_is_in(client) == ""


def test_without_its_check_it_would(
    client: Client, passkey: Passkey, colleague: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(factor_forms, "_is_user_verified", lambda _credential: True)
    signed = passkey.sign(challenge_of_second_step(client, colleague), verified=False)

    with time_machine.travel(datetime.now(UTC) + LATER):
        client.post(SIGN_IN, {"credential": signed})

    assert who_is_in(client) == str(passkey.user.pk)
