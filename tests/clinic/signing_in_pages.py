"""Sign-ins for tests: a browser each, and how far the clock goes."""

from datetime import timedelta
from typing import Any

from django.test import Client

from clinic.models import SignIn, User

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36"
LOCK = "/account/lock/"
OWN = "/account/sessions/"


def browser_of(user: User) -> Client:
    """Return a browser in which somebody has just signed in."""
    client = Client(headers={"user-agent": CHROME})
    client.force_login(user)
    return client


def sign_in_of(user: User) -> SignIn:
    """Return somebody's latest sign-in."""
    return SignIn.objects.filter(user=user).latest("started_at")


def is_signed_in(client: Client, path: str = OWN) -> bool:
    """Whether a browser's session still opens a page."""
    return bool(client.get(path).status_code == 200)


def age(user: User, **minutes: float) -> None:
    """Let a sign-in's instants lie further back: `age(user, last_active_at=31)` says 31 minutes ago."""
    row = sign_in_of(user)
    for name, value in minutes.items():
        setattr(row, name, (getattr(row, name) or row.started_at) - timedelta(minutes=value))
    row.save()


def leads_to_lock(answer: Any) -> bool:
    """Whether an answer leads to the lock page, and back from there."""
    return bool(answer.status_code == 302 and answer["Location"].startswith(f"{LOCK}?next="))
