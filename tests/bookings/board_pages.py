"""The day board for tests: the addresses of its parts, and what it asks for every four seconds."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.test import Client
from django.utils import timezone

from bookings.models import Appointment
from clinic.models import Site
from tests.bookings.pages import local_day


def address(visit: Appointment, path: str = "", /, **more: str) -> str:
    """Return the address of a visit's day: the board, or another view of it such as "week/"."""
    asked = {"site": visit.site.slug, "date": str(local_day(visit))}
    return f"/desk/{path}?{urlencode(asked | more)}"


def version_at(client: Client, visit: Appointment, /, **more: str) -> str:
    """Return the version of the board that the page of a visit's day shows."""
    return str(client.get(address(visit, **more)).context["version"])


def poll(client: Client, visit: Appointment, version: str, /, **more: str) -> Any:
    """Ask what has changed on a visit's day since a version; None if nothing has."""
    answer = client.get(address(visit, "changes/", version=version, **more), headers={"X-Nuan-Poll": "1"})
    assert answer.status_code in (200, 204), answer.content
    return answer.json() if answer.status_code == 200 else None


def move_to_noon(site: Site) -> None:
    """Put a site where it is about noon now, so that some minutes more or less are the same day."""
    hours = 12 - datetime.now(UTC).hour
    site.zone = f"Etc/GMT{-hours:+d}"
    site.save()


def put_today(visit: Appointment, **ago: float) -> None:
    """Let a visit have begun some time ago, at a site where it is about noon."""
    move_to_noon(visit.site)
    start = timezone.now().replace(microsecond=0) - timedelta(**ago)
    Appointment.objects.filter(pk=visit.pk).update(starts_at=start, ends_at=start + timedelta(minutes=40))
    visit.refresh_from_db()
