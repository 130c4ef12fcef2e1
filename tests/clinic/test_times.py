"""Instants in words, over zones that are easy to get wrong."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from clinic.times import (
    BothTimes,
    city_of,
    format_both,
    format_clock,
    format_date,
    format_day,
    format_long_day,
    format_when,
    utc_offset,
    zone_label,
)

BANGKOK = ZoneInfo("Asia/Bangkok")
NEW_YORK = ZoneInfo("America/New_York")
THURSDAY = datetime(2026, 11, 26, 3, 30, tzinfo=UTC)
NOW = datetime(2026, 11, 9, 5, 0, tzinfo=UTC)


def both(other_zone: str, *, instant: datetime = THURSDAY, language: str = "en") -> BothTimes:
    zone = ZoneInfo(other_zone)
    return format_both(
        instant,
        lead_zone=BANGKOK,
        lead_city=city_of(BANGKOK, language),
        other_zone=zone,
        other_city=city_of(zone, language),
        language=language,
        now=NOW,
    )


def test_when_reads_as_the_design_says_in_english() -> None:
    assert format_when(THURSDAY, BANGKOK, "en", NOW) == "Thu 26 Nov, 10:30"


def test_when_reads_as_the_design_says_in_thai() -> None:
    assert format_when(THURSDAY, BANGKOK, "th", NOW) == "พฤ. 26 พ.ย. 2569 10:30\N{NO-BREAK SPACE}น."


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/London", "Thu 26 Nov, 03:30"),
        ("America/New_York", "Wed 25 Nov, 22:30"),
        ("Asia/Kathmandu", "Thu 26 Nov, 09:15"),
        ("Australia/Adelaide", "Thu 26 Nov, 14:00"),
        ("Pacific/Kiritimati", "Thu 26 Nov, 17:30"),
        ("Pacific/Pago_Pago", "Wed 25 Nov, 16:30"),
        ("Pacific/Chatham", "Thu 26 Nov, 17:15"),
    ],
)
def test_when_is_the_wall_clock_of_the_zone(zone: str, words: str) -> None:
    assert format_when(THURSDAY, ZoneInfo(zone), "en", NOW) == words


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        (datetime(2026, 3, 8, 6, 59, tzinfo=UTC), "Sun 8 Mar, 01:59"),
        (datetime(2026, 3, 8, 7, 0, tzinfo=UTC), "Sun 8 Mar, 03:00"),
        (datetime(2026, 11, 1, 5, 30, tzinfo=UTC), "Sun 1 Nov, 01:30"),
        (datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "Sun 1 Nov, 01:30"),
        (datetime(2026, 11, 1, 7, 0, tzinfo=UTC), "Sun 1 Nov, 02:00"),
    ],
)
def test_when_follows_daylight_saving(instant: datetime, words: str) -> None:
    assert format_when(instant, NEW_YORK, "en", NOW) == words


def test_when_names_another_year() -> None:
    january = datetime(2027, 1, 5, 3, 0, tzinfo=UTC)
    assert format_when(january, BANGKOK, "en", NOW) == "Tue 5 Jan 2027, 10:00"


def test_when_compares_years_in_the_zone_and_not_in_utc() -> None:
    still_2026_in_utc = datetime(2026, 12, 31, 20, 0, tzinfo=UTC)
    assert format_when(still_2026_in_utc, BANGKOK, "en", still_2026_in_utc) == "Fri 1 Jan, 03:00"


def test_when_names_the_year_if_the_current_one_is_not_known() -> None:
    assert format_when(THURSDAY, BANGKOK, "en") == "Thu 26 Nov 2026, 10:30"


@pytest.mark.parametrize(
    ("zone", "other"),
    [
        ("Europe/London", "03:30 in London"),
        ("America/New_York", "Wed 22:30 in New York"),
        ("Asia/Kathmandu", "09:15 in Kathmandu"),
        ("Pacific/Kiritimati", "17:30 in Kiritimati"),
        ("Asia/Ho_Chi_Minh", "10:30 in Ho Chi Minh City"),
        ("Asia/Bangkok", ""),
    ],
)
def test_both_names_the_weekday_there_only_if_it_differs(zone: str, other: str) -> None:
    assert both(zone) == BothTimes(
        "Thu 26 Nov, 10:30", "Bangkok time", "Thu 26 Nov, 10:30 Bangkok time", other
    )


def test_both_can_be_a_day_ahead() -> None:
    evening = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
    assert both("Pacific/Kiritimati", instant=evening).other == "Fri 02:00 in Kiritimati"


@pytest.mark.parametrize(
    ("zone", "other"),
    [
        ("Europe/London", "03:30\N{NO-BREAK SPACE}น. ที่ลอนดอน"),
        ("America/New_York", "พ. 22:30\N{NO-BREAK SPACE}น. ที่นิวยอร์ก"),
        ("Pacific/Kiritimati", "17:30\N{NO-BREAK SPACE}น. ที่ Kiritimati"),
    ],
)
def test_both_speaks_thai(zone: str, other: str) -> None:
    times = both(zone, language="th")
    assert times.lead == "พฤ. 26 พ.ย. 2569 10:30\N{NO-BREAK SPACE}น. เวลากรุงเทพฯ"
    assert times.other == other


def test_both_tells_a_repeated_hour_apart() -> None:
    first = both("America/New_York", instant=datetime(2026, 11, 1, 5, 30, tzinfo=UTC))
    second = both("America/New_York", instant=datetime(2026, 11, 1, 6, 30, tzinfo=UTC))
    assert first.other == "01:30 in New York (UTC−4)"
    assert second.other == "01:30 in New York (UTC−5)"


def test_both_tells_a_repeated_hour_apart_where_it_leads() -> None:
    times = format_both(
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
        lead_zone=ZoneInfo("Europe/London"),
        lead_city="London",
        other_zone=BANGKOK,
        other_city="Bangkok",
        language="en",
        now=NOW,
    )
    assert times.lead == "Sun 25 Oct, 01:30 London time (UTC+0)"


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Asia/Bangkok", "UTC+7"),
        ("Asia/Kathmandu", "UTC+5:45"),
        ("Pacific/Kiritimati", "UTC+14"),
        ("America/New_York", "UTC−5"),
        ("America/St_Johns", "UTC−3:30"),
        ("Europe/London", "UTC+0"),
    ],
)
def test_utc_offset_is_short_and_signed(zone: str, words: str) -> None:
    assert utc_offset(ZoneInfo(zone), THURSDAY) == words


def test_zone_label_follows_daylight_saving() -> None:
    assert zone_label(NEW_YORK, datetime(2026, 7, 1, tzinfo=UTC)) == "New York (UTC−4)"


@pytest.mark.parametrize(
    ("zone", "city"),
    [
        ("America/Argentina/Buenos_Aires", "Buenos Aires"),
        ("Asia/Saigon", "Ho Chi Minh City"),
        ("America/Port-au-Prince", "Port-au-Prince"),
        ("Asia/Calcutta", "Kolkata"),
    ],
)
def test_city_of_is_what_people_call_it(zone: str, city: str) -> None:
    assert city_of(ZoneInfo(zone)) == city


def test_clock_is_24_hours_in_both_languages() -> None:
    evening = datetime(2026, 11, 26, 12, 5, tzinfo=UTC)
    assert [format_clock(evening, BANGKOK, language) for language in ("en", "th")] == [
        "19:05",
        "19:05\N{NO-BREAK SPACE}น.",
    ]


def test_day_and_long_day_agree_on_the_weekday() -> None:
    monday = date(2026, 11, 16)
    assert format_day(monday, "en", today=monday) == "Mon 16 Nov"
    assert format_long_day(monday, "en", today=monday) == "Monday 16 November"
    assert format_long_day(monday, "th") == "วันจันทร์ที่ 16 พฤศจิกายน 2569"


def test_date_has_its_year_in_both_eras() -> None:
    day = date(2026, 2, 2)
    assert [format_date(day, language) for language in ("en", "th")] == [
        "2 February 2026",
        "2 กุมภาพันธ์ 2569",
    ]
