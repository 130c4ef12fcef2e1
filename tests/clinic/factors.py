"""How a test gives a member of staff a factor, and goes through the pages of the second step."""

import time
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from clinic.models import User
from tests.factories import StaffFactory

LOGIN = "/account/login/"
STEP = "/account/2fa/authenticate/"
AGAIN = "/account/2fa/reauthenticate/"
INDEX = "/account/2fa/"
ACTIVATE = "/account/2fa/totp/activate/"
CODES = "/account/2fa/recovery-codes/"
BOARD = "/desk/"
PASSWORD = "a long pass phrase"
STEP_SECONDS = 30


def make_staff(**facts: Any) -> User:
    """Make a member of staff with a password."""
    user = StaffFactory.create(**{"email": "nok@example.com", **facts})
    user.set_password(PASSWORD)
    user.save()
    return user


def give_app(user: User) -> str:
    """Give somebody an authenticator app; return its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return str(secret)


def give_recovery_codes(user: User) -> list[str]:
    """Give somebody recovery codes."""
    return list(RecoveryCodes.activate(user).generate_codes())


def give_passkey(user: User, name: str = "Phone") -> Authenticator:
    """Give somebody a passkey that exists on paper only."""
    return Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": name, "credential": {}}
    )


def code_of(secret: str, seconds: float = 5) -> str:
    """Return what an authenticator app shows; near the end of its half-minute, what it shows next.

    Whoever types a code has `seconds` left for it, as long as the clock is not stopped.
    """
    left = STEP_SECONDS - time.time() % STEP_SECONDS
    if left < seconds:
        time.sleep(left + 0.1)
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // STEP_SECONDS)))


def secret_of(user: User) -> str:
    """Return the secret of somebody's app, as the database holds it sealed."""
    app = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    return str(get_adapter().decrypt(app.data["secret"]))


def type_password(client: Client, email: str = "nok@example.com", password: str = PASSWORD) -> Any:
    return client.post(LOGIN, {"login": email, "password": password})


def type_code(client: Client, code: str) -> Any:
    return client.post(STEP, {"code": code})


def may_see_board(client: Client) -> bool:
    """Whether the day board opens."""
    return bool(client.get("/desk/", follow=False).status_code == 200)
