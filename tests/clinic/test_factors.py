"""Enrolling a second factor, using it, and giving it up: through the pages."""

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic.models import OutboxMessage, User
from clinic.services import letters
from tests.clinic import factors
from tests.clinic.signing_in_pages import age
from tests.factories import StaffFactory
from tests.patients.codes import signed_in_as

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_hash(settings: Any) -> None:
    """Hundreds of passwords are typed here, and none of them needs a slow hash."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def commit_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let allauth tell of an app that was enrolled; what it waits for is no test's own transaction."""
    monkeypatch.setattr(transaction, "on_commit", lambda then, **_: then())


@pytest.fixture
def staff() -> User:
    return factors.make_staff()


def enrol_app(client: Client, user: User) -> Any:
    """Go through the pages from the password to the recovery codes."""
    factors.type_password(client)
    page = client.get(factors.ACTIVATE)
    secret = re.search(r'id="authenticator_secret">([A-Z2-7=]+)<', page.content.decode())
    assert secret
    return client.post(factors.ACTIVATE, {"code": factors.code_of(secret[1])}, follow=True)


def test_the_password_leads_to_the_choice_of_a_factor(client: Client, staff: User) -> None:
    response = factors.type_password(client)
    page = client.get(response["Location"], follow=True)

    assert page.redirect_chain[-1][0].startswith(factors.INDEX)
    assert reverse("mfa_activate_totp") in page.content.decode()
    assert reverse("mfa_add_webauthn") in page.content.decode()
    assert not factors.may_see_board(client)


def test_an_app_is_enrolled_and_the_codes_are_shown_once(client: Client, staff: User) -> None:
    page = enrol_app(client, staff)
    again = client.get(factors.CODES, follow=True)

    codes = re.findall(r"<li>(\d{8})</li>", page.content.decode())
    assert len(codes) == 10
    assert "%0A".join(codes) in page.content.decode()
    assert codes[0] not in again.content.decode()
    assert factors.may_see_board(client)


def test_the_secret_is_sealed_in_the_database(client: Client, staff: User) -> None:
    enrol_app(client, staff)

    rows = str(list(Authenticator.objects.values()))
    assert factors.secret_of(staff) not in rows
    assert re.search(r"'secret': '[\w.-]+:[A-Za-z0-9+/=]{60,}'", rows)


def test_a_wrong_first_code_enrols_nothing(client: Client, staff: User) -> None:
    factors.type_password(client)
    client.get(factors.ACTIVATE)

    client.post(factors.ACTIVATE, {"code": "000000"})

    assert not Authenticator.objects.exists()
    assert not factors.may_see_board(client)


def test_the_password_alone_opens_nothing_for_who_has_a_factor(client: Client, staff: User) -> None:
    factors.give_app(staff)

    response = factors.type_password(client)

    assert response["Location"] == factors.STEP
    assert signed_in_as(client) is None


@pytest.mark.parametrize("digits", ["0123456789", "๐๑๒๓๔๕๖๗๘๙"])
def test_the_apps_code_completes_the_sign_in(client: Client, staff: User, digits: str) -> None:
    secret = factors.give_app(staff)
    factors.type_password(client)

    factors.type_code(client, factors.code_of(secret).translate(str.maketrans("0123456789", digits)))

    assert factors.may_see_board(client)


def test_the_apps_code_works_once(client: Client, staff: User) -> None:
    secret = factors.give_app(staff)
    code = factors.code_of(secret)
    for browser in (client, Client()):
        factors.type_password(browser)
        factors.type_code(browser, code)

    assert signed_in_as(client) is not None
    assert signed_in_as(browser) is None


def test_a_look_that_shows_nothing_does_not_use_the_codes_up(client: Client, staff: User) -> None:
    factors.give_app(staff)
    code = factors.give_recovery_codes(staff)[0]
    client.force_login(staff)

    assert client.head(factors.CODES).status_code == 405
    assert code in client.get(factors.CODES).content.decode()
    assert code not in client.get(factors.CODES).content.decode()


def test_a_recovery_code_works_once(client: Client, staff: User) -> None:
    factors.give_app(staff)
    code = factors.give_recovery_codes(staff)[0]
    for browser in (client, Client()):
        factors.type_password(browser)
        factors.type_code(browser, code)

    assert factors.may_see_board(client)
    assert signed_in_as(browser) is None


@pytest.mark.parametrize("code", ["", "000000", "00000000", "x" * 40, "12 34 56"])
def test_a_wrong_code_opens_nothing(client: Client, staff: User, code: str) -> None:
    factors.give_app(staff)
    factors.type_password(client)

    factors.type_code(client, code)

    assert signed_in_as(client) is None


def test_the_code_without_the_password_is_not_asked(client: Client, staff: User) -> None:
    secret = factors.give_app(staff)

    response = factors.type_code(client, factors.code_of(secret))

    assert response["Location"] == factors.LOGIN
    assert signed_in_as(client) is None


def test_a_new_password_does_not_pass_the_factor_by(client: Client, staff: User) -> None:
    factors.give_app(staff)
    client.post(reverse("account_reset_password"), {"email": staff.email})
    link = str(letters.write(OutboxMessage.objects.get()).body)
    path = re.search(r"https?://[^/]+(/\S*reset/key/\S+)", link)
    assert path
    form = client.get(path[1], follow=True)

    done = client.post(
        form.redirect_chain[-1][0],
        {"password1": "seven blue ducks swim", "password2": "seven blue ducks swim"},
    )
    after = factors.type_password(client, password="seven blue ducks swim")

    assert done["Location"] == reverse("account_reset_password_from_key_done")
    assert after["Location"] == factors.STEP
    assert signed_in_as(client) is None


def test_an_invitation_leads_to_the_factor(client: Client) -> None:
    owner_browser = Client()
    owner_browser.force_login(StaffFactory.create(roles=["owner"]))
    new = StaffFactory.create(email="new@example.com")
    owner_browser.post(reverse("setup:member-invite", args=[new.pk]))
    body = str(letters.write(OutboxMessage.objects.get()).body)
    path = re.search(r"https?://[^/]+(/\S*reset/key/\S+)", body)
    assert path
    form = client.get(path[1], follow=True)

    client.post(form.redirect_chain[-1][0], dict.fromkeys(("password1", "password2"), factors.PASSWORD))
    page = client.get(factors.type_password(client, "new@example.com")["Location"], follow=True)

    assert page.redirect_chain[-1][0].startswith(factors.INDEX)
    assert not factors.may_see_board(client)


def test_the_last_factor_stays(client: Client, staff: User) -> None:
    enrol_app(client, staff)

    page = client.post(reverse("mfa_deactivate_totp"), follow=True)

    assert "only second step" in page.content.decode()
    assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).exists()


def test_the_last_passkey_stays(client: Client, staff: User) -> None:
    key = factors.give_passkey(staff)
    client.force_login(staff)

    page = client.post(reverse("mfa_remove_webauthn", args=[key.pk]))

    assert page["Location"] == factors.INDEX
    assert Authenticator.objects.exists()


def test_one_of_two_factors_goes_after_the_password(client: Client, staff: User) -> None:
    factors.give_app(staff)
    key = factors.give_passkey(staff)
    client.force_login(staff)
    path = reverse("mfa_remove_webauthn", args=[key.pk])
    age(staff, proved_at=11)

    asked = client.get(path)
    client.post(reverse("account_reauthenticate"), {"password": factors.PASSWORD, "next": path})
    client.post(path)

    assert asked["Location"].startswith(reverse("session:lock"))
    assert not Authenticator.objects.filter(pk=key.pk).exists()


def test_somebody_elses_passkey_stays(client: Client, staff: User) -> None:
    factors.give_app(staff)
    key = factors.give_passkey(factors.make_staff(email="ploy@example.com"))
    client.force_login(staff)

    client.post(reverse("mfa_remove_webauthn", args=[key.pk]))

    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_a_wrong_password_does_not_reauthenticate(client: Client, staff: User) -> None:
    client.force_login(staff)

    page = client.post(reverse("account_reauthenticate"), {"password": "something else"})

    assert page.context["form"].errors


def test_some_minutes_after_signing_in_one_proves_oneself_again(client: Client, staff: User) -> None:
    enrol_app(client, staff)

    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1), tick=True):
        response = client.get(reverse("mfa_add_webauthn"))

    assert response["Location"].startswith(reverse("session:lock"))


def test_a_second_factor_is_added_only_after_proving_oneself_again(client: Client, staff: User) -> None:
    factors.give_passkey(staff)
    client.force_login(staff)
    age(staff, proved_at=11)

    response = client.get(factors.ACTIVATE)

    assert response["Location"].startswith(reverse("session:lock"))


def test_changes_are_told_by_mail_in_neutral_words(client: Client, staff: User) -> None:
    enrol_app(client, staff)

    message = OutboxMessage.objects.get(kind="sign_in_changed")
    assert message.to == staff.email
    assert "How you sign in was changed" in letters.write(message).body


def test_what_is_logged_names_nobody(client: Client, staff: User, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "nuan.security")
    factors.type_password(client, password="something else")
    enrol_app(client, staff)

    records = [record for record in caplog.records if record.name == "nuan.security"]
    events = {record.__dict__["event"] for record in records}
    assert {"password_refused", "signed_in", "factor_added"} <= events
    assert "nok" not in str([record.__dict__ for record in records])
    assert {record.__dict__.get("user_id") for record in records} == {staff.pk, None}
