"""Factors in the database: taken away, sealed anew, never in the open."""

from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from django.conf import settings as site
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic.models import OutboxMessage, User
from clinic.sealing import Unreadable
from clinic.services.meanwhile import NotAccepted
from clinic.services.second_factors import reset_factors, seal_anew
from tests.clinic import factors
from tests.factories import StaffFactory, UserFactory
from tests.race.together import all_at_once

pytestmark = pytest.mark.django_db

NEW_KEY = "newer:" + "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="


@pytest.fixture
def staff() -> User:
    return factors.make_staff()


def test_whoever_runs_the_server_helps_the_only_owner(staff: User) -> None:
    factors.give_app(staff)

    call_command("reset_second_step", "NOK@example.com", stdout=StringIO())

    staff.refresh_from_db()
    assert not Authenticator.objects.exists()
    assert staff.factors_reset_at is not None
    assert OutboxMessage.objects.get().to == "nok@example.com"


def test_the_command_knows_staff_only() -> None:
    UserFactory.create(email="hannah@example.com")

    with pytest.raises(CommandError, match="Nobody of the staff"):
        call_command("reset_second_step", "hannah@example.com")


def test_nobody_resets_their_own() -> None:
    owner = StaffFactory.create(roles=["owner"])
    factors.give_app(owner)

    with pytest.raises(NotAccepted):
        reset_factors(user=owner, by=owner, now=timezone.now())

    assert Authenticator.objects.exists()


def test_secrets_are_sealed_anew_with_the_current_key(staff: User, settings: Any) -> None:
    secret, codes = factors.give_app(staff), factors.give_recovery_codes(staff)
    settings.NUAN_KEYS = f"{NEW_KEY} {site.NUAN_KEYS}"

    assert (seal_anew(), seal_anew()) == ((2, 0), (0, 0))

    settings.NUAN_KEYS = NEW_KEY
    assert factors.secret_of(staff) == secret
    recovery = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES)
    assert recovery.wrap().generate_codes() == codes


def test_a_secret_that_does_not_open_stops_no_other(staff: User, settings: Any) -> None:
    factors.give_app(staff)
    lost = Authenticator.objects.get()
    lost.data["secret"] = "lost:" + "A" * 80
    lost.save(update_fields=["data"])
    secret = factors.give_app(other := factors.make_staff(email="som@example.com"))
    settings.NUAN_KEYS = f"{NEW_KEY} {site.NUAN_KEYS}"

    assert seal_anew() == (1, 1)

    settings.NUAN_KEYS = NEW_KEY
    assert factors.secret_of(other) == secret
    assert Authenticator.objects.get(pk=lost.pk).data == lost.data


@pytest.mark.parametrize("value", ["", "x", "name:!!!", "name:AAAA"])
def test_a_secret_that_does_not_open_is_no_secret_that_is_empty(value: str) -> None:
    with pytest.raises(Unreadable):
        decrypt(value)


def test_without_its_key_nobody_signs_in_with_an_app(staff: User, settings: Any, client: Client) -> None:
    secret = factors.give_app(staff)
    client.raise_request_exception = False
    factors.type_password(client)
    settings.NUAN_KEYS = NEW_KEY

    assert factors.type_code(client, factors.code_of(secret)).status_code == 503


@pytest.mark.parametrize("page", ["mfa_authenticator_changelist", "account_emailaddress_changelist"])
def test_the_admin_shows_nobodys_factors(client: Client, page: str) -> None:
    client.force_login(StaffFactory.create(roles=["owner"]))

    assert client.get(reverse(f"admin:{page}")).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_an_app_that_is_confirmed_twice_at_once_is_added_once() -> None:
    nok, browser = factors.make_staff(), Client()
    factors.type_password(browser)
    browser.get(factors.ACTIVATE)
    code = {"code": factors.code_of(browser.session["mfa.totp.secret"])}

    def confirm() -> int:
        same = Client(raise_request_exception=False)
        same.cookies = browser.cookies
        return int(same.post(factors.ACTIVATE, code).status_code)

    statuses = {outcome.value for outcome in all_at_once([confirm] * 4)}

    assert statuses == {302}
    assert Authenticator.objects.filter(user=nok, type="totp").count() == 1


def test_the_page_of_the_library_alone_would_fail() -> None:
    nok = factors.make_staff()
    factors.give_app(nok)

    with pytest.raises(IntegrityError):
        factors.give_app(nok)
