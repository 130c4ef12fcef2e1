"""What is sent in place of a passkey, and codes in any script."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django import forms
from django.test import Client
from django.urls import reverse

from clinic.factor_forms import AddPasskeyForm, plain_digits
from clinic.models import User
from tests.clinic import factors
from tests.patients.codes import signed_in_as

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> User:
    return factors.make_staff()


@pytest.mark.parametrize("typed", ["๑๒๓ ๔๕๖", "١٢٣ ٤٥٦", "123 456", "１２３ ４５６"])
def test_plain_digits_reads_digits_of_any_script(typed: str) -> None:
    assert plain_digits(typed) == "123 456"


def signed(handle: str, client_data: str) -> str:
    """Return what a passkey would send that signs nothing."""
    parts = {"userHandle": handle, "clientDataJSON": client_data, "authenticatorData": "AA", "signature": ""}
    return json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": parts})


HOSTILE = [
    *("", "{}", "[]", "1", "0", "false", "9" * 5000, "[" * 50_000, '{"id": ' + "9" * 5000 + "}"),
    *('"x"', "{", "null", '{"id": "AA"}', '{"id": "AA", "rawId": "AA"}'),
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": "x"}',
    '{"id": 1, "rawId": 2, "response": {"attestationObject": "oA", "clientDataJSON": "e30"}}',
    signed("MQ", "AA"),
    signed("AA", "e30"),
]


@pytest.mark.parametrize("credential", HOSTILE)
def test_a_malformed_passkey_is_refused_and_nothing_breaks(
    client: Client, staff: User, credential: str
) -> None:
    answers = [client.post(reverse("mfa_login_webauthn"), {"credential": credential})]
    factors.type_password(client)
    answers.append(client.post(reverse("mfa_add_webauthn"), {"name": "x", "credential": credential}))
    factors.give_app(staff)
    client.post(reverse("account_logout"))
    factors.type_password(client)
    answers.append(client.post(factors.STEP, {"credential": credential}))

    assert [answer.status_code for answer in answers] == [302, 200, 200]
    assert answers[0]["Location"] == factors.LOGIN
    assert signed_in_as(client) is None
    assert not Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).exists()


def test_without_our_field_a_number_would_be_a_passkey(
    client: Client, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(AddPasskeyForm.base_fields, "credential", forms.JSONField(widget=forms.HiddenInput))
    factors.type_password(client)

    client.post(reverse("mfa_add_webauthn"), {"name": "x", "credential": "0"})

    assert Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN, user=staff).exists()
