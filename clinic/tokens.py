"""Unguessable tokens for links in messages: 256 bits, only their hash is stored."""

import base64
import hashlib
import hmac
import uuid

from django.conf import settings


def derive_token(purpose: str, identity: uuid.UUID) -> str:
    """Return the 43-character token of a link.

    Derived from the installation's secret, so that the worker that writes the message can make it
    again and no table ever holds it. Knowing the identity alone gives nothing away.
    """
    message = f"{purpose}:{identity}".encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def hash_token(token: str) -> str:
    """Return what is stored and looked up: SHA-256, 64 hexadecimal characters."""
    return hashlib.sha256(token.encode()).hexdigest()


def derive_code(purpose: str, identity: uuid.UUID) -> str:
    """Return the eight digits of a code a person types, as "1234-5678"; derived like a token."""
    message = f"{purpose}:{identity}".encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).digest()
    digits = f"{int.from_bytes(digest) % 10**8:08}"
    return f"{digits[:4]}-{digits[4:]}"
