"""Unguessable tokens for links in messages: 256 bits, only their hash is stored."""

import base64
import hashlib
import hmac
import uuid

from django.conf import settings

TYPED_LETTERS = "BCDFGHJKMNPQRSTVWXYZ23456789"
"""Letters and digits that are not mistaken for each other, and spell nothing."""

TYPED_LENGTH = 8


def derive_token(purpose: str, identity: uuid.UUID, *, stored: str = "") -> str:
    """Return the 43-character token of a link.

    Derived from the installation's secret, so that the worker that writes the message can make it
    again and no table ever holds it. Knowing the identity alone gives nothing away. `stored` is the hash that
    was kept when it was made first: if SECRET_KEY was rotated since, the secret of that time makes it again,
    as long as SECRET_KEY_FALLBACKS names it.
    """
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    tokens = [_as_token(_digest(purpose, identity, secret)) for secret in secrets]
    return next((token for token in tokens if hash_token(token) == stored), tokens[0])


def hash_token(token: str) -> str:
    """Return what is stored and looked up: SHA-256, 64 hexadecimal characters."""
    return hashlib.sha256(token.encode()).hexdigest()


def derive_code(purpose: str, identity: uuid.UUID) -> str:
    """Return the eight digits of a code a person types, as "1234-5678"; derived like a token."""
    digits = f"{int.from_bytes(_digest(purpose, identity, settings.SECRET_KEY)) % 10**8:08}"
    return f"{digits[:4]}-{digits[4:]}"


def derive_letters(purpose: str, identity: uuid.UUID) -> str:
    """Return a code of 8 letters and digits (38 bits) to type where nothing can be scanned, in capitals.

    Far shorter than a token: whoever takes one must make it short-lived, and count the tries.
    """
    number = int.from_bytes(_digest(purpose, identity, settings.SECRET_KEY))
    letters = ""
    for _place in range(TYPED_LENGTH):
        number, left = divmod(number, len(TYPED_LETTERS))
        letters += TYPED_LETTERS[left]
    return letters


def derive_password(purpose: str, identity: uuid.UUID) -> str:
    """Return a password of 24 letters and digits (115 bits) in groups of four, derived like a token."""
    number, letters = int.from_bytes(_digest(purpose, identity, settings.SECRET_KEY)), ""
    for _place in range(24):
        number, left = divmod(number, len(TYPED_LETTERS))
        letters += TYPED_LETTERS[left]
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def hash_letters(purpose: str, typed: str) -> str:
    """Return what is stored of typed letters, and looked up: keyed, because they can be guessed.

    Small letters, spaces and dashes make no difference.
    """
    letters = "".join(sign for sign in typed.upper() if sign.isalnum())
    return hmac.new(settings.SECRET_KEY.encode(), f"{purpose}:{letters}".encode(), hashlib.sha256).hexdigest()


def _digest(purpose: str, identity: uuid.UUID, secret: str) -> bytes:
    return hmac.new(secret.encode(), f"{purpose}:{identity}".encode(), hashlib.sha256).digest()


def _as_token(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
