"""Sending steps as the board and its sheets do, for tests."""

import json
import re
import uuid
from datetime import datetime
from typing import Any

from django.test import Client

from bookings.models import Appointment

SCRIPT = {"hx-request": "true"}


def path(visit: Appointment, what: str) -> str:
    return f"/desk/visits/{visit.reference}/{what}/"


def local(visit: Appointment, moment: datetime) -> str:
    return f"{moment.astimezone(visit.site.tz):%Y-%m-%dT%H:%M}"


def fresh(visit: Appointment) -> Appointment:
    return Appointment.objects.select_related("site", "practitioner").get(pk=visit.pk)


def heard(answer: Any) -> dict[str, dict[str, str]]:
    """Return the events that the board's script hears."""
    return json.loads(answer["HX-Trigger"])  # type: ignore[no-any-return]


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of a page's form."""
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', page))
    return {name: value for name, value in fields.items() if name != "csrfmiddlewaretoken"}


def drop(client: Client, visit: Appointment, start: str, **changes: Any) -> Any:
    sent = {"start": start, "column": "", "seen": str(fresh(visit).sequence), "key": str(uuid.uuid4())}
    return client.post(path(visit, "drop"), sent | changes, headers=SCRIPT)
