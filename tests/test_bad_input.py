"""Whatever is typed, pasted or sent, no page breaks: seeded nonsense for every address and form."""

import random
import re
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils.html import escape

from clinic import confined
from clinic.models import Role, User
from patients.pages import load_pages
from patients.versions import CURRENT
from tests.bookings.desk_lists import add_waiting, say_late
from tests.bookings.longer_visits import add_longer_type, ask_longer
from tests.bookings.pages import book_in, hold_in, token_for
from tests.calendars import make_calendar
from tests.factories import StaffFactory, UserFactory
from tests.patients.whole_records import write_whole_record
from tests.routes import Route, list_routes

pytestmark = pytest.mark.django_db

SEED = 20261122
ROUNDS = 500

NONSENSE = [
    "",
    " ",
    "a" * 10_000,
    "9" * 10_000,
    "😀👩‍👩‍👧" * 20,
    "\x00",
    "a\x00b",
    "\u202eabc\u202c\u200b\ufeff",
    "\ud800",
    "๐๘๑ ๒๓๔ ๕๖๗๘",
    "๒๕๖๙-๑๑-๒๖",
    "2569-11-26",
    "0001-01-01",
    "9999-12-31",
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00+14:00",
    "2026-02-30",
    "2026-11-26T03:30:00.000001Z",
    "2026-11-26",
    "2026-11",
    "24:00",
    "-1",
    "0",
    "1e309",
    "NaN",
    str(2**31),
    str(2**63),
    str(2**200),
    "'; DROP TABLE bookings_appointment; --",
    "%s %(x)s {x} {{ x }} {% x %}",
    "<script>alert(1)</script>",
    "a@b.c\r\nBcc: d@e.f",
    "//evil.example/",
    "https:evil.example",
    "/\\evil.example",
    "../../etc/passwd",
    "Asia/Bangkok",
    "Mars/Olympus",
    "localtime",
    "xx",
    "th",
    "[1]",
    "{}",
    "null",
    str(uuid.UUID(int=0)),
    "not-a-uuid",
    "081 234 5678",
    "+66 (0)81-234-5678 ext. 5",
    "0044 7700 900318",
    "𝟎𝟖𝟏²³½",
    "A" * 43,
]

FIELDS = [
    *("who_asked", "who", "name", "birth_day", "birth_month", "birth_year", "accept_year", "contact_name"),
    *("phone", "email", "draft", "go_on_in", "key", "stamp", "from", "reason", "seen", "next"),
    *("visit", "where", "mode", "doctor", "language", "zone", "home", "to", "month", "day", "start", "show"),
    *("revision", "keep", "decline", "add", "remove", "back", "a_privacy_notice", "a_health_data_consent"),
    *("e_burn", "b_dob_day", "b_dob_year", "x_words", "h_treatments-rows", "h_treatments-0-type", "doctor"),
    *("check", "site", "date", "time", "visit_type", "practitioner", "theme", "login", "password", "code"),
    *("same", "anyone", "holder", "ago", "first", "last", "whole", "starts", "ends", "note", "sure", "move"),
    *("column", "minutes", "at", "by", "was", "codes"),
    *("record", "use", "look", "more", "when", "tells", "say", "request", "missed", "queue"),
]
"""Every name a public page or the desk reads."""


class Browsers:
    """Browsers of everybody there is, each with real things to break, and values that are not nonsense."""

    def __init__(self) -> None:
        calendar = make_calendar(practitioners=4, rooms=4)
        self.patient = UserFactory.create(email="hannah@example.com")
        booked = self._signed_in(self.patient)
        visit = book_in(booked, calendar)
        holding = Client()
        hold_in(holding, calendar)
        staff = [self._signed_in(StaffFactory.create(roles=[role])) for role in Role.values]
        self.clients = [Client(), holding, booked, *staff]
        self.real = [
            calendar.site.slug,
            calendar.visit_type.code,
            "in_person",
            str(calendar.site.pk),
            visit.starts_at.strftime("%Y-%m-%dT%H:%MZ"),
            visit.starts_at.strftime("%Y-%m-%d"),
            "self",
            "child",
            "1",
        ]
        self.keys = [visit.reference, token_for(visit), str(visit.patient_id), "consent", "in-the-sun"]
        self.keys.append(str(ask_longer(visit, add_longer_type(calendar)).pk))
        self.keys += [str(add_waiting(calendar).pk), str(say_late(calendar).pk)]

    def _signed_in(self, user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client


def ask(dice: random.Random, browsers: Browsers, route: Route) -> Callable[[], Any]:
    """Return one request of somebody for an address, with some nonsense."""
    client = dice.choice(browsers.clients)
    values = browsers.real * 3 + NONSENSE
    keys = {
        name: dice.choice(browsers.keys if dice.random() < 0.8 else NONSENSE) or "x" for name in route.names
    }
    path = route.path.format(**{name: key.encode("utf-8", "replace").decode() for name, key in keys.items()})
    fields = dice.sample(FIELDS, dice.randint(0, len(FIELDS)))
    data = [(field, to_bytes(dice.choice(values))) for field in fields + fields[: dice.randint(0, 2)]]
    if dice.random() < 0.5:
        data += [("who_asked", b"1"), ("from", b"check")]
    sent = urlencode(data)
    method = dice.choice(["GET", "GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", *["POST"] * 6])
    headers = {"hx-request": "true"} if dice.random() < 0.2 else {}
    if method in ("GET", "HEAD"):
        return lambda: client.generic(method, path, QUERY_STRING=sent[:8000], headers=headers)
    kind = "application/x-www-form-urlencoded"
    if dice.random() < 0.2:
        kind = dice.choice(["application/json", "text/xml", "multipart/form-data; boundary=x", ""])
        sent = '{"name": "\xff\x00"}'
    return lambda: client.generic(method, path, sent, kind, headers=headers)


def to_bytes(text: str) -> bytes:
    """Return the text as a careless program sends it: lone surrogates and all."""
    return text.encode("utf-8", "surrogatepass")


KEYS_OF_RECORDS = ("patients", "review", "queue", "desk", "tablet", "time-off", "people")
"""The parts of the site whose addresses name somebody's record."""


def records_routes() -> list[Route]:
    """Return the addresses of health forms, of their review, of the queue and of the desk."""
    return [route for route in list_routes() if route.namespace in KEYS_OF_RECORDS]


def fields_of(client: Client, path: str) -> list[str]:
    """Return the names of the fields that an address shows to somebody, with those that every page reads."""
    shown = client.get(path).content.decode("utf-8", "replace")
    return [*dict.fromkeys(re.findall(r'name="([^"]+)"', shown)), *FIELDS[:5], "revision", "keep", "seen"]


@pytest.mark.parametrize("who", ["patient", "nurse", "clinician", "front_desk", "tablet"])
def test_no_nonsense_breaks_a_page_about_a_real_record(who: str, settings: Any, tmp_path: Any) -> None:
    settings.PHOTOS_ROOT = tmp_path / "photos"
    record, dice = write_whole_record(), random.Random(f"{SEED} {who}")
    client = Client(raise_request_exception=False)
    if who == "tablet":
        client.cookies[confined.COOKIE] = record.tablet_secret
    else:
        user = record.patient.account if who == "patient" else StaffFactory.create(roles=[who])
        assert user is not None
        client.force_login(user)
    slugs = [page.slug for stage in ("before", "after") for page in load_pages(CURRENT).pages_in(stage)]
    broken, understood = [], 0

    for route in records_routes():
        for _round in range(6 if "page" in route.names or "number" in route.names else 2):
            places = {**record.places, "page": dice.choice(slugs), "number": str(dice.randint(1, 104))}
            path = route.path.format(**places)
            names = fields_of(client, path)
            data = [(name, to_bytes(dice.choice(NONSENSE))) for name in names * dice.randint(1, 2)]
            status = client.post(path, urlencode(data), "application/x-www-form-urlencoded").status_code
            understood += status not in {403, 404, 405}
            broken += [(route.name, places["page"], places["number"])] if status >= 500 else []

    assert broken == []
    assert understood > 10  # some of it reaches a form


def test_no_nonsense_breaks_a_page() -> None:
    dice, browsers = random.Random(SEED), Browsers()
    routes = dice.choices(list_routes(), k=ROUNDS)

    answers = [(route, ask(dice, browsers, route)().status_code) for route in routes]

    assert [(route.name, status) for route, status in answers if status >= 500] == []
    open_ones = [status for route, status in answers if not route.names]  # the others name a row by its id
    assert open_ones.count(200) > len(open_ones) / 20


@pytest.mark.parametrize("field", ["name", "contact_name", "phone", "email", "birth_year"])
def test_details_keep_what_was_typed_and_say_what_is_wrong(field: str) -> None:
    browser = Client()
    hold_in(browser, make_calendar())
    right = {"who_asked": "1", "who": "child", "email": "a@b.example", "phone": "0812345678"}
    page = "/book/details/"

    for typed in NONSENSE:
        posted = urlencode({**right, field: to_bytes(typed)})
        answer = browser.post(page, posted, "application/x-www-form-urlencoded")
        kept = browser.session["booking"]["details"][field]
        as_sent = to_bytes(typed).decode("utf-8", "replace").replace("\0", "")
        assert (answer.status_code, kept) == (422, as_sent)
        assert escape(as_sent[:500]) in answer.content.decode() or "\r" in as_sent


def test_a_body_too_large_is_refused_kindly() -> None:
    answer = Client().post("/book/details/", {"who_asked": "1", "name": "a" * 1_200_000})

    assert answer.status_code == 400
    assert "<h1" in answer.content.decode()
