"""Tokens and codes: derived, unguessable, apart for each purpose."""

import base64
import hashlib
import hmac
import re
import uuid

import pytest
from django.conf import LazySettings

from clinic.tokens import (
    TYPED_LENGTH,
    TYPED_LETTERS,
    derive_code,
    derive_letters,
    derive_password,
    derive_token,
    hash_letters,
    hash_token,
)

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


def test_a_stored_token_is_made_again_by_the_secret_of_its_time(settings: LazySettings) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "first", []
    first = derive_token("visit", IDENTITY)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "third", ["second", "first"]
    third = derive_token("visit", IDENTITY)

    assert derive_token("visit", IDENTITY, stored=hash_token(first)) == first
    assert derive_token("visit", IDENTITY, stored=hash_token(third)) == third
    assert derive_token("visit", IDENTITY, stored=hash_token("forgotten")) == third
    assert derive_token("visit", uuid.UUID(int=8), stored=hash_token(first)) not in {first, third}


def test_tokens_of_neighbouring_identities_share_nothing() -> None:
    tokens = [derive_token("visit", uuid.UUID(int=n)) for n in range(2_000)]
    assert len(set(tokens)) == 2_000
    assert len({token[:6] for token in tokens}) == 2_000
    assert {len(token) for token in tokens} == {43}


def test_what_is_stored_is_the_sha_256() -> None:
    assert hash_token("token") == hashlib.sha256(b"token").hexdigest()


@pytest.mark.parametrize("number", range(20))
def test_a_code_is_eight_digits_in_two_groups(number: int) -> None:
    assert re.fullmatch(r"\d{4}-\d{4}", derive_code("sign-in", uuid.UUID(int=number)))


def test_codes_differ_by_purpose_and_identity() -> None:
    codes = {derive_code("sign-in", uuid.UUID(int=n)) for n in range(200)}
    assert len(codes) == 200
    assert derive_code("other", IDENTITY) != derive_code("sign-in", IDENTITY)


def digest_of(purpose: str, identity: uuid.UUID, secret: str) -> bytes:
    """Return what tokens and codes are made of, written once more: HMAC-SHA256 (RFC 2104)."""
    return hmac.new(secret.encode(), f"{purpose}:{identity}".encode(), "sha256").digest()


def test_a_token_is_the_whole_digest(settings: LazySettings) -> None:
    digest = digest_of("visit", IDENTITY, settings.SECRET_KEY)

    assert base64.urlsafe_b64decode(derive_token("visit", IDENTITY) + "=") == digest


def test_a_code_is_the_end_of_the_digest(settings: LazySettings) -> None:
    for number in range(200):
        identity = uuid.UUID(int=number)
        digits = f"{int.from_bytes(digest_of('sign-in', identity, settings.SECRET_KEY), 'big') % 10**8:08}"
        assert derive_code("sign-in", identity) == f"{digits[:4]}-{digits[4:]}"


def test_letters_are_those_that_nobody_mistakes() -> None:
    assert set(TYPED_LETTERS).isdisjoint("01AEIOUL")
    assert len(set(TYPED_LETTERS)) == len(TYPED_LETTERS) == 28
    assert TYPED_LENGTH == 8


def test_letters_hold_the_digest_lowest_digit_first(settings: LazySettings) -> None:
    for number in range(200):
        identity = uuid.UUID(int=number)
        left = int.from_bytes(digest_of("tablet", identity, settings.SECRET_KEY), "big")
        places = [left // len(TYPED_LETTERS) ** place % len(TYPED_LETTERS) for place in range(8)]
        assert derive_letters("tablet", identity) == "".join(TYPED_LETTERS[place] for place in places)


def test_a_password_holds_the_digest_in_six_groups_of_four(settings: LazySettings) -> None:
    for number in range(200):
        identity = uuid.UUID(int=number)
        left = int.from_bytes(digest_of("copy", identity, settings.SECRET_KEY), "big")
        places = [left // len(TYPED_LETTERS) ** place % len(TYPED_LETTERS) for place in range(24)]
        letters = "".join(TYPED_LETTERS[place] for place in places)
        assert derive_password("copy", identity).split("-") == [letters[n : n + 4] for n in range(0, 24, 4)]


@pytest.mark.parametrize("typed", ["bcdf-gh23", "BCDFGH23", " bcdf gh23 ", "BCDF.GH23"])
def test_letters_are_looked_up_however_they_are_typed(typed: str, settings: LazySettings) -> None:
    stored = hmac.new(settings.SECRET_KEY.encode(), b"tablet:BCDFGH23", "sha256").hexdigest()

    assert hash_letters("tablet", typed) == stored


def test_stored_letters_depend_on_purpose_letters_and_secret(settings: LazySettings) -> None:
    stored = {hash_letters("tablet", "BCDFGH23"), hash_letters("other", "BCDFGH23")}
    stored.add(hash_letters("tablet", "BCDFGH24"))
    settings.SECRET_KEY = "another secret"
    stored.add(hash_letters("tablet", "BCDFGH23"))

    assert len(stored) == 4
