"""Signing in without the pages: staff have used their second factor, unless a test says otherwise.

The tests' own mark: the product makes it where a factor was used, and nowhere else.
"""

from typing import Any

from django.test import Client
from django.utils import timezone

from clinic import second_factor

by_django = Client.force_login


def force_login(client: Client, user: Any, backend: str | None = None) -> None:
    """Sign somebody in as Django's `force_login` does; staff with their second factor used."""
    by_django(client, user, backend)
    if user.is_staff:
        session = client.session
        second_factor.mark_complete(session, timezone.now())
        session.save()


def without_second_factor(client: Client, user: Any) -> None:
    """Sign a member of staff in who has proved the password and nothing else."""
    by_django(client, user)
