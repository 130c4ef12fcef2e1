"""One racer on the real pages: reads the forms, keeps the cookies, presses the buttons."""

import http.client
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from http import HTTPStatus
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from tests.race.crew import Acts, Report

BOOK, DETAILS, CHECK, DONE = "/book/", "/book/details/", "/book/check/", "/book/done/"
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
_PROBLEM = re.compile(r'<section class="errors".*?</section>', re.DOTALL)


@dataclass(frozen=True)
class Answer:
    """What the site answered, and after how many seconds."""

    status: int
    body: str
    location: str
    seconds: float

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden fields of the page's forms."""
        return {name: unescape(value) for name, value in _HIDDEN.findall(self.body)}

    @property
    def alternatives(self) -> int:
        """How many other times the page offers beside the reason why not."""
        problem = _PROBLEM.search(self.body)
        return problem.group().count('name="start"') if problem else 0


class Surprise(Exception):
    """The site did not answer as a page of its kind should."""


@dataclass
class Browser:
    """A browser without JavaScript, on one connection to this machine."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    line: http.client.HTTPConnection | None = None
    page: Answer | None = None
    extra: Mapping[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, fields: Mapping[str, str] | None = None) -> Answer:
        """Send a request and return the answer; cookies are kept."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers |= self.extra
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        started = time.perf_counter()
        if self.line is None:
            self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        self.line.request(method, path, urlencode(fields or {}), headers)
        response = self.line.getresponse()
        body = response.read().decode()
        if response.will_close:
            self.line.close()
        seconds = time.perf_counter() - started
        for value in response.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(value).items()}
        return Answer(response.status, body, response.headers.get("Location", ""), seconds)

    def expect(self, answer: Answer, status: int, location: str = "") -> Answer:
        """Return the answer if it is what it should be.

        :raises Surprise: if not.
        """
        if answer.status != status or not answer.location.startswith(location):
            raise Surprise(f"{answer.status} {answer.location or answer.body[:80]!r}")
        return answer

    def forget(self) -> None:
        """Be somebody else."""
        self.cookies.clear()
        self.page = None


_browsers: dict[int, Browser] = {}


def browser_at(port: int) -> Browser:
    """Return this process's browser."""
    return _browsers.setdefault(port, Browser(port))


def open_page(port: int, query: str) -> float:
    """Open the choose-a-time page as a new visitor; return the seconds it took."""
    browser = browser_at(port)
    browser.forget()
    browser.page = browser.expect(browser.ask("GET", f"{BOOK}?{query}"), HTTPStatus.OK)
    return browser.page.seconds


def choose(port: int, start: str, search: Mapping[str, str]) -> tuple[int, str, int]:
    """Post a chosen start from the open page; return the status, where it leads and the alternatives."""
    browser = browser_at(port)
    if browser.page is None:
        raise Surprise("no page is open")
    hidden = browser.page.hidden
    fields = {"csrfmiddlewaretoken": hidden["csrfmiddlewaretoken"], "key": hidden["key"], **search}
    answer = browser.ask("POST", BOOK, fields | {"start": start})
    return answer.status, answer.location, answer.alternatives


def finish(port: int) -> float:
    """Go on from a held time through details and check to the proof; return the longest wait in seconds."""
    browser = browser_at(port)
    details = browser.expect(browser.ask("GET", DETAILS), HTTPStatus.OK)
    person = {
        "csrfmiddlewaretoken": details.hidden["csrfmiddlewaretoken"],
        "who_asked": "1",
        "who": "self",
        "name": "Hannah Whitfield",
        "phone": "+44 7700 900318",
        "email": f"hannah{time.time_ns()}@example.com",
    }
    posted = browser.expect(browser.ask("POST", DETAILS, person), HTTPStatus.FOUND, CHECK)
    check = browser.expect(browser.ask("GET", CHECK), HTTPStatus.OK)
    fields = {name: check.hidden[name] for name in ("csrfmiddlewaretoken", "key", "stamp")}
    booked = browser.expect(browser.ask("POST", CHECK, fields), HTTPStatus.FOUND, DONE)
    done = browser.expect(browser.ask("GET", DONE), HTTPStatus.OK)
    return max(answer.seconds for answer in (details, posted, check, booked, done))


ACTS: Acts = {"open_page": open_page, "choose": choose, "finish": finish}


def judge(report: Report) -> Report:
    """Return a chosen start's report with its status turned into won, refused or fault."""
    if report.fault:
        return report
    status, location, _alternatives = report.value
    if status == HTTPStatus.FOUND and location.startswith(DETAILS):
        return report
    if status == HTTPStatus.CONFLICT:
        return Report(report.value, refusal="409", seconds=report.seconds)
    return Report(report.value, fault=f"HTTP {status} {location}", seconds=report.seconds)
