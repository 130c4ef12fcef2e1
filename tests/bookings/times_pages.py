"""Reading and filling in the choose-a-time pages, for their tests."""

import re
import uuid
from datetime import datetime, timedelta
from typing import Any

from tests.calendars import MONDAY, Calendar

URL = "/book/"


def text_of(response: Any) -> str:
    """Return a page's words without markup, spaces folded."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def names_of_days(response: Any) -> list[str]:
    """Return the accessible names of the fourteen days."""
    return [day.words for day in response.context["page"].days]


def clocks(response: Any) -> list[str]:
    """Return the labels of the times of the day looked at."""
    return [time.label for part in response.context["page"].parts for time in part.times]


def choice(start: datetime = MONDAY, **more: str) -> dict[str, str]:
    """Return the fields of a form with a chosen start and a new key."""
    return {"start": start.strftime("%Y-%m-%dT%H:%MZ"), "key": str(uuid.uuid4()), **more}


def fill_monday(calendar: Calendar) -> None:
    """Hold every hour of the Monday; the ten minutes between fit nobody."""
    for hour in range(8):
        calendar.hold(MONDAY + timedelta(hours=hour))
