"""The demo in a real browser: from a mail to its visit, and to one's visits by a code."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.live_server_helper import LiveServer

from bookings.models import Appointment
from clinic import tasks
from tests.calendars import make_calendar
from tests.clinic.demo_mode import demo_mode

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def demo(tmp_path: Path, live_server: LiveServer) -> Iterator[None]:
    with demo_mode(tmp_path, BASE_URL=live_server.url):
        yield


@pytest.fixture
def visit() -> Appointment:
    """A visit on the Monday after next, whatever day it is today."""
    now = timezone.now()
    monday = now.date() + timedelta(days=14 - now.weekday())
    nine_in_bangkok = datetime.combine(monday, time(2), UTC)
    return make_calendar().book(nine_in_bangkok, now=now, email="hannah@example.com")


def send_waiting() -> None:
    """Do the worker's work."""
    for job in ProcrastinateJob.objects.filter(task_name=tasks.send_message.name, status="todo"):
        tasks.send_message(**job.args)


def open_newest_mail(page: Page, url: str) -> None:
    send_waiting()
    page.goto(f"{url}/demo/mailbox/")
    page.locator("main li a").first.click()


@pytest.mark.parametrize(
    ("words", "path"),
    [("See and confirm your visit", ""), ("Move your visit", "move/"), ("Cancel it", "cancel/")],
)
def test_a_mails_links_lead_out_of_its_frame(
    page: Page, live_server: LiveServer, visit: Appointment, words: str, path: str
) -> None:
    open_newest_mail(page, live_server.url)

    page.frame_locator("iframe").get_by_role("link", name=words).click()

    expect(page).to_have_url(re.compile(rf"/visit/[\w-]{{43}}/{path}$"))
    expect(page.locator("main")).to_be_visible()


def test_opening_a_mails_links_changes_nothing(
    page: Page, live_server: LiveServer, visit: Appointment
) -> None:
    open_newest_mail(page, live_server.url)

    page.frame_locator("iframe").get_by_role("link", name="See and confirm").click()
    expect(page.locator("main")).to_be_visible()

    visit.refresh_from_db()
    assert visit.status == "booked"


def test_no_page_of_the_mailbox_breaks_the_content_policy(
    page: Page, live_server: LiveServer, visit: Appointment
) -> None:
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text))

    open_newest_mail(page, live_server.url)
    expect(page.frame_locator("iframe").get_by_role("heading")).to_be_visible()

    assert complaints == []


def test_a_code_from_the_mailbox_opens_my_visits(
    page: Page, live_server: LiveServer, visit: Appointment
) -> None:
    page.goto(f"{live_server.url}/visits/")
    page.get_by_label("Email").fill("hannah@example.com")
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_label("Code")).to_be_visible()
    mailbox = page.context.new_page()
    open_newest_mail(mailbox, live_server.url)
    code = re.search(r"\d{4}-\d{4}", mailbox.locator("pre").inner_text())
    assert code is not None

    page.get_by_label("Code").fill(code.group())
    page.get_by_role("button", name="Sign in").click()

    expect(page).to_have_url(f"{live_server.url}/visits/")
    expect(page.get_by_role("heading", name="My visits")).to_be_visible()
    expect(page.locator("main")).to_contain_text("First consultation")
