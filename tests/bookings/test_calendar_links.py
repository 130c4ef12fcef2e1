"""Links to web calendars name the right instant, whatever the zone it was given in."""

from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from bookings.calendar_links import CalendarEntry, google_link, outlook_link

START = datetime(2026, 10, 25, 8, 30, tzinfo=ZoneInfo("Asia/Bangkok"))
ENTRY = CalendarEntry("Appointment", START, START + timedelta(minutes=40), "Mali & Co, Bangkok", "ขอบคุณ")


def query_of(link: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(link).query)


def test_google_link_is_in_utc() -> None:
    query = query_of(google_link(ENTRY))

    assert query["dates"] == ["20261025T013000Z/20261025T021000Z"]
    assert (query["location"], query["details"]) == (["Mali & Co, Bangkok"], ["ขอบคุณ"])


def test_outlook_link_is_in_utc() -> None:
    query = query_of(outlook_link(ENTRY))

    assert (query["startdt"], query["enddt"]) == (["2026-10-25T01:30:00Z"], ["2026-10-25T02:10:00Z"])
    assert (query["subject"], query["location"]) == (["Appointment"], ["Mali & Co, Bangkok"])
