"""Calendar files (RFC 5545, RFC 5546): UTC times, one UID a visit, a SEQUENCE that rises."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parseaddr
from typing import Any, Literal

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from icalendar import Calendar, Event, vCalAddress, vUri

from clinic.languages import text_in

Method = Literal["PUBLISH", "REQUEST", "CANCEL"]


def make_calendar_file(
    facts: Mapping[str, Any],
    *,
    method: Method = "REQUEST",
    language: str | None = None,
    attendee: str = "",
) -> bytes:
    """Return the .ics of a visit, as UTF-8 with CRLF line ends.

    `facts` are those of a message (`bookings.services.messages.build_facts`). The file says
    "Appointment", when and where, and nothing of why. A REQUEST speaks to an `attendee` (an e-mail
    address); without one the file is a plain PUBLISH. `language` is the active one if None.
    """
    if method == "REQUEST" and not attendee:
        method = "PUBLISH"
    with translation.override(language or translation.get_language()):
        event = _make_event(facts, cancelled=method == "CANCEL")
    if attendee:
        event.add("attendee", vCalAddress(f"mailto:{attendee}"), parameters={"RSVP": "FALSE"})
    calendar = Calendar()
    calendar.add("prodid", "-//Nuan//Appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _make_event(facts: Mapping[str, Any], *, cancelled: bool) -> Event:
    event = Event()
    event.add("uid", facts["uid"])
    event.add("sequence", facts["sequence"])
    event.add("dtstamp", _instant(facts["written_at"]))
    event.add("dtstart", _instant(facts["starts_at"]))
    event.add("dtend", _instant(facts["ends_at"]))
    event.add("summary", gettext("Appointment"))
    event.add("location", _place(facts))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("organizer", vUri(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}"))
    return event


def _place(facts: Mapping[str, Any]) -> str:
    if facts["mode"] == "video":
        return gettext("Video call")
    if facts["mode"] == "phone":
        return gettext("Phone call")
    return f"{text_in(facts['site_name'])}, {text_in(facts['address'])}"


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
