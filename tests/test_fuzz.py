"""What `make fuzz` sends and counts, on a small scale; the whole of it is a command of its own."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse

from clinic.models import Role
from tests.calendars import make_calendar
from tests.clinic.demo_mode import demo_mode
from tests.factories import StaffFactory, UserFactory
from tests.fuzz import run
from tests.fuzz.pages import read_page
from tests.fuzz.requests import draw
from tests.fuzz.visitors import ROLES, Visitor
from tests.routes import list_routes

pytestmark = pytest.mark.django_db

FORM = """
<a href="/a/?b=1#c">a</a> <a href="https://elsewhere.example/">b</a>
<form id="f" method="post" action="/go/">
<input name="name" required><input type="checkbox" name="yes" value="1">
<select name="who"><option value="">-</option><option value="me">Me</option></select>
<input type="file" name="photo"></form>
<button form="f" name="press" value="now">Go</button>
"""


@pytest.fixture
def demo_clinic(tmp_path: Path) -> Iterator[None]:
    """A small clinic with the people whom the demo signs in."""
    with demo_mode(tmp_path):
        make_calendar()
        UserFactory.create(email="patient@demo.nuan.example")
        roles = {
            "desk": Role.FRONT_DESK,
            "nurse": Role.NURSE,
            "clinician": Role.CLINICIAN,
            "owner": Role.OWNER,
        }
        for name, role in roles.items():
            StaffFactory.create(email=f"{name}@demo.nuan.example", roles=[role])
        yield


def test_a_page_is_read_as_a_person_would_fill_it_in() -> None:
    page = read_page("/here/", FORM)

    assert page.links == ["/a/?b=1"]
    (form,) = page.forms
    assert (form.action, form.method, form.files) == ("/go/", "POST", ["photo"])
    assert form.fields == [("name", "Hannah"), ("yes", "1"), ("who", "me"), ("press", "now")]


def test_one_seed_draws_the_same_requests(demo_clinic: None) -> None:
    def drawn() -> list[str]:
        visitors, dice = run.look_around("7", pages=5), random.Random(7)
        asked = [draw(dice, dice.choice(visitors), visitors, list_routes()) for _request in range(50)]
        return [f"{each.method} {each.path}" for each in asked]

    assert drawn() == drawn()


def test_everybody_is_who_they_say(demo_clinic: None) -> None:
    for role in ROLES:
        visitor = Visitor(role)
        visitor.sign_in()

        assert (SESSION_KEY in visitor.client.session) == (role != "stranger")
        assert not visitor.is_signed_out


def test_no_spoiled_request_breaks_a_page(demo_clinic: None) -> None:
    tally = run.Tally()

    for _go in run.fuzz(tally, requests=250, seed="20261126", pages=25):
        pass

    assert (tally.requests, tally.server_errors, tally.faults) == (250, 0, {})
    assert tally.understood > 25
    assert len(tally.names) > 40


def test_a_page_that_breaks_is_counted_and_shown(demo_clinic: None, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = [*settings.MIDDLEWARE, "tests.test_fuzz.break_posts"]
    monkeypatch.setattr(settings, "MIDDLEWARE", broken)
    tally = run.Tally()

    for _go in run.fuzz(tally, requests=30, seed="1", pages=3):
        pass

    assert tally.server_errors > 0
    assert any("RuntimeError: broken on purpose" in fault for fault in tally.faults.values())


def break_posts(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Break what the fuzzer posts, but not the demo's doors."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and not request.path.startswith("/demo/"):
            raise RuntimeError("broken on purpose")
        return answer(request)

    return middleware
