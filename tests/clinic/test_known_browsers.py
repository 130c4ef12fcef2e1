"""A browser that an account knows: signed, nameless, and good for nothing else."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from clinic import known_browsers

ME, OTHER = "nok@example.com", "ploy@example.com"


def request_with(rf: RequestFactory, answer: HttpResponse | None = None) -> HttpRequest:
    """Return a request of the browser that got `answer`."""
    request = rf.get("/")
    if answer is not None:
        request.COOKIES[known_browsers.COOKIE] = answer.cookies[known_browsers.COOKIE].value
    return request


def remembered(rf: RequestFactory, *accounts: str) -> HttpRequest:
    """Return a request of a browser that these accounts know."""
    request = request_with(rf)
    for account in accounts:
        answer = HttpResponse()
        known_browsers.remember(request, answer, account)
        request = request_with(rf, answer)
    return request


def test_only_a_browser_that_was_signed_in_with_is_known(rf: RequestFactory) -> None:
    request = remembered(rf, ME)

    assert known_browsers.name_of(request, ME)
    assert known_browsers.name_of(request, OTHER) == known_browsers.name_of(request_with(rf), ME) == ""


def test_a_shared_desk_is_known_to_everybody_who_used_it(rf: RequestFactory) -> None:
    request = remembered(rf, ME, OTHER, ME)

    assert known_browsers.name_of(request, ME) == known_browsers.name_of(request, OTHER) != ""


def test_one_browser_is_known_to_so_many(rf: RequestFactory) -> None:
    request = remembered(rf, ME, *(f"{number}@example.com" for number in range(known_browsers.MOST_ACCOUNTS)))

    assert known_browsers.name_of(request, ME) == ""


@pytest.mark.parametrize("value", ["", "x", "WyJhIixbXV0:1abc:forged", "a:b:c:d"])
def test_a_forged_cookie_is_none(rf: RequestFactory, value: str) -> None:
    request = rf.get("/")
    request.COOKIES[known_browsers.COOKIE] = value

    assert known_browsers.name_of(request, ME) == ""


def test_a_cookie_ends(rf: RequestFactory) -> None:
    request = remembered(rf, ME)

    with time_machine.travel(timezone.now() + known_browsers.LIFETIME + timedelta(seconds=2)):
        assert known_browsers.name_of(request, ME) == ""


def test_the_cookie_names_nobody_and_no_script_reads_it(rf: RequestFactory, settings: Any) -> None:
    answer = HttpResponse()
    known_browsers.remember(rf.get("/"), answer, ME)

    cookie = answer.cookies[known_browsers.COOKIE]
    assert b"nok" not in signing.b64_decode(cookie.value.partition(":")[0].encode())
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
