"""Calendar files open at the right instant everywhere and say nothing of why."""

from datetime import timedelta

from icalendar import Calendar, Event

from clinic.calendar_files import make_calendar_file
from tests.clinic.letters import STARTS_AT, visit_facts


def event_of(file: bytes) -> Event:
    """Return the one event of a calendar file."""
    (event,) = Calendar.from_ical(file).events
    return event


def test_calendar_file_holds_the_instant_in_utc() -> None:
    file = make_calendar_file(visit_facts())

    event = event_of(file)
    assert (event.start, event.end) == (STARTS_AT, STARTS_AT + timedelta(minutes=40))
    assert b"DTSTART:20261126T033000Z" in file


def test_calendar_file_lines_end_as_the_standard_asks() -> None:
    file = make_calendar_file(visit_facts())

    assert file.count(b"\n") == file.count(b"\r\n")
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))


def test_calendar_file_keeps_its_uid_and_raises_its_sequence() -> None:
    before = event_of(make_calendar_file(visit_facts()))
    after = event_of(make_calendar_file(visit_facts(sequence=1)))

    assert before["uid"] == after["uid"]
    assert (before["sequence"], after["sequence"]) == (0, 1)


def test_calendar_file_says_appointment_and_where() -> None:
    event = event_of(make_calendar_file(visit_facts(), language="en"))

    assert event["summary"] == "Appointment"
    assert event["location"] == "Mali, Sathorn, 1 Soi Mali, Bangkok"


def test_calendar_file_names_only_these_properties() -> None:
    event = event_of(make_calendar_file(visit_facts(), attendee="hannah@example.com"))

    assert set(event) == {
        "UID",
        "SEQUENCE",
        "DTSTAMP",
        "DTSTART",
        "DTEND",
        "SUMMARY",
        "LOCATION",
        "STATUS",
        "ORGANIZER",
        "ATTENDEE",
    }


def test_calendar_file_in_thai_names_the_place_in_thai() -> None:
    event = event_of(make_calendar_file(visit_facts(), language="th"))

    assert event["location"] == "มะลิ สาทร, 1 ซอยมะลิ กรุงเทพฯ"


def test_calendar_file_of_a_video_call_has_no_address() -> None:
    event = event_of(make_calendar_file(visit_facts(mode="video"), language="en"))

    assert event["location"] == "Video call"


def test_calendar_file_asks_an_attendee() -> None:
    calendar = Calendar.from_ical(make_calendar_file(visit_facts(), attendee="hannah@example.com"))

    assert calendar["method"] == "REQUEST"
    assert calendar.events[0]["attendee"] == "mailto:hannah@example.com"


def test_calendar_file_to_nobody_is_only_published() -> None:
    calendar = Calendar.from_ical(make_calendar_file(visit_facts()))

    assert calendar["method"] == "PUBLISH"


def test_calendar_file_cancels() -> None:
    calendar = Calendar.from_ical(make_calendar_file(visit_facts(), method="CANCEL"))

    assert calendar["method"] == "CANCEL"
    assert calendar.events[0]["status"] == "CANCELLED"


def test_calendar_file_keeps_line_breaks_of_an_address_inside_its_line() -> None:
    address = {"en": "1 Soi Mali\r\nATTENDEE:mailto:evil@example.com", "th": "1"}

    event = event_of(make_calendar_file(visit_facts(address=address), language="en"))

    assert "attendee" not in event
