"""Every address x everybody x every method: what the rule table says, and nothing is changed on the way."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone

from bookings.models import Appointment
from bookings.queries.visits import get_visit_by_reference
from bookings.views import visits as visit_pages
from clinic.access.rules import NAMESPACE_RULES, URL_RULES
from clinic.access.who import ANYONE, SIGNED_IN
from clinic.models import Role, User
from clinic.tokens import derive_token
from tests import rows
from tests.bookings.desk_lists import add_waiting, say_late
from tests.bookings.longer_visits import patient_of
from tests.bookings.pages import book_in, token_for
from tests.calendars import make_calendar
from tests.clinic.demo_mode import demo_mode
from tests.factories import StaffFactory, UserFactory
from tests.patients.health_records import ask_for_change
from tests.routes import Route, list_routes

pytestmark = pytest.mark.django_db

SAFE = ["GET", "HEAD", "OPTIONS"]
UNSAFE = ["POST", "DELETE"]
OUTSIDERS = ["stranger", "patient", "other patient"]
PEOPLE = [*OUTSIDERS, *Role.values]

OPEN_TO_NOBODY = {
    # allauth brings these along; nobody signs up, keeps several addresses, or sets a password here
    *("account_signup", "account_email", "account_email_verification_sent", "account_confirm_email"),
    "account_set_password",
}
SIGNS_OUT = {"session:again", "session:hand-over"}
"""They end the session of who may, and lead to the page that begins the next one."""

VISIT_PAGES = ["", "confirm/", "move/", "cancel/", "calendar.ics"]


class World:
    """A clinic with one patient's visit, and one session of everybody."""

    def __init__(self) -> None:
        self.browsers: dict[tuple[Any, ...], Client] = {}
        self.calendar = make_calendar(practitioners=2, rooms=2)
        owner = UserFactory.create(email="hannah.w@example.com")
        self.users: dict[str, User | None] = {
            "stranger": None,
            "patient": owner,
            "other patient": UserFactory.create(),
            **{role: StaffFactory.create(roles=[role]) for role in Role.values},
        }
        self.sessions = {who: self._sign_in(user) for who, user in self.users.items() if user}
        self.visit = self._book(owner)
        self.request = ask_for_change(patient_of(self.visit))
        self.waiting = add_waiting(self.calendar)
        self.said = say_late(self.calendar, day=self.visit.starts_at.date())

    def _sign_in(self, user: User) -> str:
        client = Client()
        client.force_login(user)
        return client.cookies[settings.SESSION_COOKIE_NAME].value

    def _book(self, user: User) -> Appointment:
        client = Client()
        client.force_login(user)
        return book_in(client, self.calendar)

    def browser(self, who: str, *, checks_tokens: bool = False) -> Client:
        """Return a browser in which somebody is signed in, and nothing else has happened.

        Browsers are used again, because making one reads every static file's name.
        """
        known = (checks_tokens, *settings.MIDDLEWARE)
        if known not in self.browsers:
            self.browsers[known] = Client(enforce_csrf_checks=checks_tokens, raise_request_exception=False)
        client = self.browsers[known]
        client.cookies.clear()
        if who in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[who]
        return client

    def path_of(self, route: Route) -> str:
        """Return an address with real things in its places."""
        values = {"key": self.visit.reference, "reference": self.visit.reference, "role": "owner"}
        values |= {"request_id": str(self.request.pk)}
        values |= {"patient_id": str(self.visit.patient_id), "page": "consent", "token": "A" * 43}
        values |= {"walk_in_id": str(self.waiting.pk), "said_id": str(self.said.pk)}
        values |= {"uidb36": "1", "name": "message", "app_label": "clinic", "url": "nowhere"}
        values |= {"pass_id": str(self.visit.pk), "view": "front", "page": "photos", "token": "nothing"}
        values |= {"language": "en", "kind": "booked"}
        ids = dict.fromkeys(("pk", "object_id", "content_type_id", "number"), str(self.calendar.site.pk))
        ids |= dict.fromkeys(("version_id", "alert_id", "patient_id", "photo_id"), str(self.visit.pk))
        ids |= dict.fromkeys(
            ("pass_id", "batch_id", "merge_id", "message_id", "other_id", "access_id"), str(self.visit.pk)
        )
        ids |= {"sign_in_id": str(self.visit.pk), "computer_id": str(self.visit.pk)}
        return route.path.format(**(ids | values))

    def ask(self, who: str, method: str, route: Route) -> Any:
        """Send one request, and take back whatever it changed."""
        with transaction.atomic():
            answer = self.browser(who).generic(method, self.path_of(route))
            transaction.set_rollback(True)
        return answer


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Everybody, in demo mode: then every address exists."""
    with demo_mode(tmp_path):
        yield World()


def due(route: Route, who: str) -> str:
    """Return what the rule table says: "allowed", "sign in" or "forbidden"."""
    rule = URL_RULES.get(route.name) or NAMESPACE_RULES.get(route.namespace)
    if rule == ANYONE or (rule == SIGNED_IN and who != "stranger") or (rule and who in rule):
        return "allowed"
    return "sign in" if who == "stranger" and rule else "forbidden"


def found(answer: Any) -> str:
    """Return how an answer treats whoever asked."""
    if answer.status_code >= 500:
        return "broken"
    if (
        answer.status_code == 302
        and "/account/login/" in answer["Location"]
        and "next=" in answer["Location"]
    ):
        return "sign in"
    return "forbidden" if answer.status_code == 403 else "allowed"


def list_faults(world: World, method: str, routes: list[Route]) -> list[str]:
    """Return where an answer is not what the rule table says; the admin's tests judge staff there."""
    faults = []
    for route in routes:
        for who in OUTSIDERS if route.namespace == "admin" else PEOPLE:
            said, expected = found(world.ask(who, method, route)), due(route, who)
            if said == "sign in" and route.name in SIGNS_OUT and who != "stranger":
                said = "allowed"
            if said != expected:
                faults.append(f"{who} {method} {route.name}: {said}, not {expected}")
    return faults


def test_every_address_has_a_rule_and_every_rule_an_address(world: World) -> None:
    names = {route.name for route in list_routes()}

    assert names - set(URL_RULES) == OPEN_TO_NOBODY
    assert set(URL_RULES) - names == set()


@pytest.mark.parametrize("method", [*SAFE, *UNSAFE])
def test_everybody_gets_what_the_rules_say(world: World, method: str) -> None:
    routes = list_routes(admin=method in {"GET", "POST"})

    assert list_faults(world, method, routes) == []


def test_the_walk_sees_a_missing_guard(world: World) -> None:
    unguarded = [name for name in settings.MIDDLEWARE if "AccessMiddleware" not in name]

    with override_settings(MIDDLEWARE=unguarded):
        faults = list_faults(world, "GET", list_routes())

    assert any("other patient GET desk:day-list: allowed, not forbidden" in fault for fault in faults)


@pytest.mark.parametrize("who", PEOPLE)
def test_looking_changes_nothing(world: World, who: str, monkeypatch: pytest.MonkeyPatch) -> None:
    reads = "clinic_readrecord"  # that somebody looked is written down
    monkeypatch.setattr(rows, "COUNTERS", {*rows.COUNTERS, "django_session", "nuan_cache", reads})

    with rows.nothing_written():
        for route in list_routes(admin=who == Role.OWNER):
            for method in ["GET"] if route.namespace == "admin" else SAFE:
                world.browser(who).generic(method, world.path_of(route))


@pytest.mark.parametrize("who", PEOPLE)
def test_a_refusal_changes_nothing(world: World, who: str) -> None:
    with rows.nothing_written():
        for route in list_routes(admin=True):
            if due(route, who) != "allowed":
                for method in ["POST"] if route.namespace == "admin" else UNSAFE:
                    world.browser(who).generic(method, world.path_of(route))


def test_no_form_works_without_its_token(world: World) -> None:
    with rows.nothing_written():
        answers = {
            (who, route.name): world.browser(who, checks_tokens=True).post(world.path_of(route))
            for route in list_routes(admin=True)
            for who in ("stranger", Role.OWNER)
        }

    assert {names: answer.status_code for names, answer in answers.items() if answer.status_code != 403} == {}


@pytest.mark.parametrize("page", VISIT_PAGES)
@pytest.mark.parametrize("who", [who for who in PEOPLE if who != "patient"])
def test_nobody_reaches_a_visit_by_its_reference(world: World, who: str, page: str) -> None:
    for reference in (world.visit.reference, world.visit.reference.lower(), str(world.visit.pk)):
        assert statuses(world, who, reference, page) <= {404, 405}


def test_the_visit_check_sees_a_missing_guard(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        visit_pages,
        "get_visit_for",
        lambda _visitor, key, now: get_visit_by_reference(key),
    )

    assert 200 in statuses(world, "other patient", world.visit.reference, "")


@pytest.mark.parametrize("page", VISIT_PAGES)
def test_a_link_that_is_not_ours_opens_nothing(world: World, page: str) -> None:
    token = token_for(world.visit)
    link = world.visit.links.latest("expires_at")
    others = [token.swapcase(), token[:-1] + ("A" if token[-1] != "A" else "B"), token + "A", link.token_hash]
    others += [
        derive_token("feed", link.pk),
        derive_token("", link.pk),
        token[:42],
        token.replace(token[0], "%00"),
    ]

    assert set().union(*(statuses(world, "stranger", other, page) for other in others)) <= {400, 404, 405}


@pytest.mark.parametrize("field", ["revoked_at", "expires_at"])
def test_a_link_that_is_over_opens_nothing(world: World, field: str) -> None:
    token = token_for(world.visit)
    assert 200 in statuses(world, "stranger", token, "")

    world.visit.links.update(**{field: timezone.now()})

    for page in VISIT_PAGES:
        assert statuses(world, "stranger", token, page) <= {404, 405}


def statuses(world: World, who: str, key: str, page: str) -> set[int]:
    """Return how a visit's page answers somebody, by GET and by POST."""
    with rows.nothing_written():
        path = f"/visit/{key}/{page}"
        return {world.browser(who).generic(method, path).status_code for method in ("GET", "POST")}
