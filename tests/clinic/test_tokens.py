"""Tokens and codes: derived, unguessable, apart for each purpose."""

import hashlib
import re
import uuid

import pytest
from django.conf import LazySettings

from clinic.tokens import derive_code, derive_token, hash_token

IDENTITY = uuid.UUID(int=7)


def test_a_token_is_the_same_each_time_and_43_characters() -> None:
    token = derive_token("visit", IDENTITY)
    assert token == derive_token("visit", IDENTITY)
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)


def test_a_token_depends_on_purpose_identity_and_secret(settings: LazySettings) -> None:
    tokens = {derive_token("visit", IDENTITY), derive_token("other", IDENTITY)}
    tokens.add(derive_token("visit", uuid.UUID(int=8)))
    settings.SECRET_KEY = "another secret"
    tokens.add(derive_token("visit", IDENTITY))
    assert len(tokens) == 4


def test_tokens_of_neighbouring_identities_share_nothing() -> None:
    tokens = [derive_token("visit", uuid.UUID(int=n)) for n in range(2_000)]
    assert len(set(tokens)) == 2_000
    assert len({token[:6] for token in tokens}) == 2_000


def test_what_is_stored_is_the_sha_256() -> None:
    assert hash_token("token") == hashlib.sha256(b"token").hexdigest()


@pytest.mark.parametrize("number", range(20))
def test_a_code_is_eight_digits_in_two_groups(number: int) -> None:
    assert re.fullmatch(r"\d{4}-\d{4}", derive_code("sign-in", uuid.UUID(int=number)))


def test_codes_differ_by_purpose_and_identity() -> None:
    codes = {derive_code("sign-in", uuid.UUID(int=n)) for n in range(200)}
    assert len(codes) == 200
    assert derive_code("other", IDENTITY) != derive_code("sign-in", IDENTITY)
