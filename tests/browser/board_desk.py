"""A day with visits on the board, and somebody of the desk in front of it, for the browser tests."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, Request, expect
from pytest_django.live_server_helper import LiveServer

from bookings.models import Appointment
from bookings.services import visits
from clinic.models import Clinic, Practitioner
from tests.bookings.pages import list_starts
from tests.browser.devices import wait_until
from tests.browser.test_desk import desk_in
from tests.calendars import PATIENT, Calendar, make_calendar, person

ASK_NOW = "window.dispatchEvent(new Event('online'))"
"""What the browser does when it is back on the network."""

ASK_ANEW = "async () => { await nuanBoard.poll(); await nuanBoard.poll(); }"
"""Have the board ask: the first answer may be to a question from before, the second never is."""

DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"

SCREEN = {"width": 1440, "height": 900}


@dataclass(frozen=True)
class Day:
    """A working day to come, 09:00 to 17:00 at the site: Dr A has Ann at 10:00, Dr B has Ben at 13:00."""

    calendar: Calendar
    date: date
    ann: Appointment
    ben: Appointment

    @property
    def address(self) -> str:
        """The address of the day's board."""
        return f"/desk/?{urlencode({'site': self.calendar.site.slug, 'date': self.date.isoformat()})}"

    def at(self, clock: str) -> datetime:
        """Return the instant of a time of day, "13:20", as the site's clock shows it."""
        hour, minute = clock.split(":")
        return datetime(
            self.date.year,
            self.date.month,
            self.date.day,
            int(hour),
            int(minute),
            tzinfo=self.calendar.site.tz,
        )

    def book(self, who: Practitioner, clock: str, name: str) -> Appointment:
        """Book a visit as a patient would."""
        now = timezone.now()
        hold = self.calendar.hold(self.at(clock), now=now, practitioner_id=who.pk)
        return visits.book_held_visit(
            appointment_id=hold.pk, person=person(name=name), key=uuid.uuid4(), actor=PATIENT, now=now
        )


def make_day() -> Day:
    """Create a clinic of two doctors and two rooms, and a day with two visits."""
    Clinic.objects.create(pk=1, name="Mali Skin Clinic")
    calendar = make_calendar(practitioners=2, rooms=2, grid_minutes=10)
    days = sorted({start.astimezone(calendar.site.tz).date() for start in list_starts(calendar)})
    empty = Day(calendar, days[1], None, None)  # type: ignore[arg-type]  # filled below
    one, other = calendar.practitioners
    return Day(
        calendar, days[1], empty.book(one, "10:00", "Ann Early"), empty.book(other, "13:00", "Ben Late")
    )


class UnderWay:
    """What a page has asked for and not got yet."""

    def __init__(self, page: Page) -> None:
        self.requests: set[Request] = set()
        page.on("request", self.begin)
        page.on("requestfinished", self.end)
        page.on("requestfailed", self.end)

    def begin(self, request: Request) -> None:
        """Note that a request leaves."""
        self.requests.add(request)

    def end(self, request: Request) -> None:
        """Note that a request is over, well or not."""
        self.requests.discard(request)


def settle(page: Page, under_way: UnderWay) -> None:
    """Wait until the server has answered, the board has asked what is new, and nothing is on its way.

    The board asks every four seconds by itself: an answer alone says nothing about when it was asked.
    """
    expect(page.locator(".vb[aria-busy]")).to_have_count(0)
    page.evaluate(ASK_ANEW)
    wait_until(page, lambda: not under_way.requests)
    page.evaluate(DRAWN)


@dataclass(frozen=True)
class Desk:
    """The board in a window, as one of the desk sees it."""

    page: Page
    day: Day
    under_way: UnderWay

    def block(self, visit: Appointment) -> Locator:
        """Return the visit's block."""
        return self.page.locator(f"#v-{visit.reference}")

    def focus(self, visit: Appointment) -> None:
        """Put the focus on a visit."""
        self.block(visit).locator(".vb-in").focus()

    def pixels(self, minutes: float) -> float:
        """Return how long some minutes are on the board."""
        column = self.page.locator(".bcol[data-column]").first.bounding_box()
        shown = self.page.evaluate(
            "({dataset}) => dataset.last - dataset.first", self.page.query_selector("#board")
        )
        assert column is not None
        return float(column["height"]) * minutes / float(shown)

    def drag(self, visit: Appointment, *, minutes: int = 0, columns: int = 0, by_edge: bool = False) -> None:
        """Drag a visit, or its lower edge, with the mouse, without letting go."""
        block = self.block(visit)
        block.scroll_into_view_if_needed()
        box, width = block.bounding_box(), self.page.locator(".bcol[data-column]").first.bounding_box()
        assert box is not None
        assert width is not None
        x, y = box["x"] + 40, box["y"] + (box["height"] - 3 if by_edge else 12)
        mouse = self.page.mouse
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + columns * width["width"], y + self.pixels(minutes), steps=6)
        expect(self.page.locator(".vghost.is-on")).to_be_visible()

    def drop(self) -> None:
        """Let go, and wait until everything that follows from it has been drawn."""
        self.page.mouse.up()
        self.settle()

    def put_down(self) -> None:
        """Put down by its key what was taken hold of by a key, and wait as after a drop."""
        self.press("Enter")
        self.settle()

    def settle(self) -> None:
        """Wait until nothing more follows from what was done."""
        settle(self.page, self.under_way)

    def ask_now(self) -> None:
        """Have the board ask for news now, and wait for an answer to that."""
        self.page.evaluate(ASK_NOW)
        self.page.evaluate(ASK_ANEW)

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)


@contextmanager
def desk_at(browser: Browser, site: LiveServer, day: Day, **options: Any) -> Iterator[Desk]:
    """Open the day's board in a window of its own."""
    context = desk_in(browser, site, viewport=SCREEN, **options)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    under_way = UnderWay(page)
    page.goto(site.url + day.address, wait_until="networkidle")
    try:
        yield Desk(page, day, under_way)
    finally:
        context.close()
    assert faults == []


def place_of(visit: Appointment, day: Day) -> tuple[str, str, int]:
    """Return whose a visit is in the database, when it starts by the site's clock, and its minutes."""
    fresh = Appointment.objects.get(pk=visit.pk)
    length = (fresh.ends_at - fresh.starts_at) // timedelta(minutes=1)
    return (
        fresh.practitioner.resource.name,
        f"{fresh.starts_at.astimezone(day.calendar.site.tz):%H:%M}",
        length,
    )
