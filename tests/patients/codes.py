"""How a test asks for a code, types it, and sees who is signed in."""

from typing import Any

from django.test import Client

from clinic.models import OutboxMessage
from clinic.services.letters import SIGN_IN_CODE
from clinic.tokens import derive_code

REQUEST = "/account/login/code/"
CONFIRM = "/account/login/code/confirm/"
STAFF_LOGIN = "/account/login/"


def request_code(client: Client, email: str) -> Any:
    """Ask for a code and return the page that is shown next."""
    return client.post(REQUEST, {"email": email}, follow=True)


def last_code() -> str:
    """Return the code that the last message carries."""
    message = OutboxMessage.objects.filter(kind=SIGN_IN_CODE).latest("created_at")
    return derive_code(SIGN_IN_CODE, message.subject_id)


def confirm(client: Client, code: str) -> Any:
    return client.post(CONFIRM, {"code": code})


def sign_in(client: Client, email: str) -> Any:
    """Sign in by code, start to end."""
    request_code(client, email)
    return confirm(client, last_code())


def signed_in_as(client: Client) -> str | None:
    """Return the id of whoever is signed in."""
    return client.session.get("_auth_user_id")
