"""Every request has a number of its own, which nobody else chooses."""

import re

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from clinic import request_ids
from clinic.request_ids import RequestIdMiddleware, working_on


def test_each_request_is_answered_under_its_own_number() -> None:
    seen: list[str] = []

    def view(_request: HttpRequest) -> HttpResponse:
        seen.append(request_ids.current())
        return HttpResponse()

    asked = RequestFactory().get("/", headers={"x-request-id": "theirs"})
    answers = [RequestIdMiddleware(view)(asked) for _ in range(2)]

    assert [answer[request_ids.HEADER] for answer in answers] == seen
    assert len(set(seen)) == 2
    assert all(re.fullmatch(r"[0-9a-f]{32}", number) for number in seen)


def test_between_requests_there_is_none() -> None:
    assert request_ids.current() == ""


def test_a_block_gives_back_the_number_before() -> None:
    with working_on("job-1"):
        with pytest.raises(ValueError), working_on("job-2"):
            raise ValueError
        assert request_ids.current() == "job-1"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/healthz", "/nowhere/", "/static/nothing.css", "/visit/%00/"])
def test_every_answer_says_it(path: str) -> None:
    assert re.fullmatch(r"[0-9a-f]{32}", Client().get(path)[request_ids.HEADER])
