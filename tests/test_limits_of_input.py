"""What is too large, too deep or too much is refused at once, and no name becomes a header of a mail."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from clinic.models import OutboxMessage
from clinic.services.letters import write
from patients.models import Patient
from tests.bookings.pages import hold_in, press_book, type_details
from tests.calendars import make_calendar

JSON, PARTS = "application/json", "multipart/form-data; boundary=x"
DEEP = "[" * 100_000
SENT: dict[str, Callable[[Client], Any]] = {
    "large field": lambda client: client.post("/book/details/", {"name": "a" * 30_000_000}),
    "large json": lambda client: client.post("/book/", json.dumps({"a": "b" * 5_000_000}), JSON),
    "deep json": lambda client: client.post("/book/", DEEP + "]" * 100_000, JSON),
    "many fields": lambda client: client.post("/book/", dict.fromkeys(map(str, range(5_000)), "")),
    "many files": lambda client: client.post(
        "/book/", {str(n): SimpleUploadedFile(f"{n}.txt", b"x") for n in range(500)}
    ),
    "large headers": lambda client: client.get(
        "/", headers={"x-much": "a" * 200_000, "cookie": "a=b;" * 20_000}
    ),
    "large query": lambda client: client.get("/book/", {"visit": "a" * 500_000}),
    "many parts of a query": lambda client: client.get(
        "/book/?" + "&".join(f"a{n}=1" for n in range(20_000))
    ),
    "broken parts": lambda client: client.post(
        "/book/", b"--x\r\n" * 5_000, "multipart/form-data; boundary=x"
    ),
    "no boundary": lambda client: client.post("/book/", b"x", "multipart/form-data"),
    "length that lies": lambda client: client.post("/book/", b"x", JSON, CONTENT_LENGTH="-1"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("what", SENT)
def test_too_much_is_answered_at_once(what: str) -> None:
    client = Client(raise_request_exception=False)
    client.get("/")
    began = time.perf_counter()

    answer = SENT[what](client)

    assert answer.status_code < 500
    assert time.perf_counter() - began < 2


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["large field", "many fields", "many files", "many parts of a query"])
def test_what_is_too_much_is_refused(what: str) -> None:
    assert SENT[what](Client(raise_request_exception=False)).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["a\r\nBcc: x@evil.example", "a\nSubject: x", "a\x00b", "a\r\n\r\n<html>"])
def test_no_name_becomes_a_header_of_a_mail(name: str) -> None:
    client, calendar = Client(), make_calendar()
    hold_in(client, calendar)
    type_details(client, name=name)
    press_book(client)

    assert not {"\r", "\n", "\x00"} & set(Patient.objects.get().name)
    subjects = [write(message).subject for message in OutboxMessage.objects.all()]
    assert subjects
    assert not {"\r", "\n"} & set("".join(map(str, subjects)))


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["a@b.example\r\nBcc: x@evil.example", "a\n@b.example", "a\x00@b.example"])
def test_no_address_becomes_a_header_of_a_mail(email: str) -> None:
    client = Client()
    hold_in(client, make_calendar())

    answer = client.post(
        "/book/details/", {"who_asked": "1", "who": "self", "name": "Hannah", "email": email}
    )

    assert answer.status_code == 422
