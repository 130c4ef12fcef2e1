"""Links that put a visit into a web calendar. Pure.

They work in browsers inside chat apps, where files do not.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

GOOGLE = "https://calendar.google.com/calendar/render"
OUTLOOK = "https://outlook.live.com/calendar/0/deeplink/compose"


@dataclass(frozen=True)
class CalendarEntry:
    """What a calendar shows. Instants are aware; texts carry no clinical word and no name of a patient."""

    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    notes: str


def google_link(entry: CalendarEntry) -> str:
    """Return a link that opens Google Calendar with the entry filled in; times are UTC."""
    span = f"{entry.starts_at.astimezone(UTC):%Y%m%dT%H%M%SZ}/{entry.ends_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    query = {
        "action": "TEMPLATE",
        "text": entry.title,
        "dates": span,
        "location": entry.place,
        "details": entry.notes,
    }
    return f"{GOOGLE}?{urlencode(query)}"


def outlook_link(entry: CalendarEntry) -> str:
    """Return a link that opens Outlook on the web with the entry filled in; times are UTC."""
    query = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": entry.title,
        "startdt": f"{entry.starts_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "enddt": f"{entry.ends_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "location": entry.place,
        "body": entry.notes,
    }
    return f"{OUTLOOK}?{urlencode(query)}"
