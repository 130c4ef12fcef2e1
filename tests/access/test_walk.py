"""Every address x everybody x every method x real things of two sites: what the table says, nothing more."""

from itertools import permutations, product
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from django.utils import timezone

from bookings.queries.visits import get_visit_by_reference
from bookings.views import visits as visit_pages
from clinic.access import objects as kinds
from clinic.access.objects import Reach
from clinic.access.rules import URL_RULES
from clinic.models import Site
from clinic.views import pages
from patients.models import Patient
from patients.queries.care_team import Access, is_on_care_team
from tests.access.objects import Thing
from tests.access.walk import ALLOWED, METHODS, REFUSED, Step, due, found, list_faults, steps_of
from tests.access.world import (
    ANONYMOUS,
    CARE_TEAM,
    PEOPLE,
    STAFF_ROLES,
    TABLET,
    World,
    count_writes,
    tables_written,
    taken_back,
)
from tests.patients.care_team import give_reason
from tests.routes import Route, list_routes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_errors")]

OPEN_TO_NOBODY = {
    # allauth brings these along; nobody signs up, keeps several addresses, or sets a password here
    *("account_signup", "account_email", "account_email_verification_sent", "account_confirm_email"),
    "account_set_password",
}

COMPARED = {"people:compare", "people:apart"}
"""Any two patients may be compared."""


def routes_of(*names: str) -> list[Route]:
    """Return the addresses of these names."""
    return [route for route in list_routes() if route.name in names]


def test_every_address_has_a_rule_and_every_rule_an_address(world: World) -> None:
    names = {route.name for route in list_routes()}

    assert names - set(URL_RULES) == OPEN_TO_NOBODY
    assert set(URL_RULES) - names == set()


def test_an_address_names_what_its_rule_is_about(world: World) -> None:
    named = {route.name: set(route.names) for route in list_routes() if route.name in URL_RULES}

    assert {name for name, names in named.items() if names != set(URL_RULES[name].about.arguments)} == set()


def test_everything_that_can_be_named_is_there_twice_and_once_in_vain(world: World) -> None:
    used = {rule.about for rule in URL_RULES.values()} - {kinds.NONE}
    things = {kind.name: [thing.real for thing in world.things(kind)] for kind in used}

    assert {name for name, real in things.items() if real.count(True) < 2 or real.count(False) != 1} == set()


@pytest.mark.parametrize("method", METHODS)
def test_everybody_gets_what_the_table_says(world: World, method: str) -> None:
    steps = [
        step
        for step in steps_of(world, list_routes(), [*PEOPLE, TABLET], METHODS)
        if step.method == method  # the things of a step go by the place of its method among all
    ]

    assert list_faults(world, steps) == []
    assert len(steps) > 2000


def test_what_does_not_belong_together_opens_nothing(world: World) -> None:
    opened, routes = [], set()
    for route in routes_of(*(name for name in URL_RULES if name not in COMPARED)):
        if not any(name.endswith("_id") for name in route.names[1:]):
            continue  # a page, a view and a language belong to everybody
        first, second = route.names
        real = [thing for thing in world.things(URL_RULES[route.name].about) if thing.real]
        for (one, other), who in product(permutations(real, 2), [*PEOPLE, TABLET]):
            mixed = Thing({first: one.values[first], second: other.values[second]})
            before = count_writes()
            answers = {found(world.ask(who, method, route, mixed)) for method in ("GET", "POST")}
            did = tables_written(before) - {"django_session", *REFUSED}  # reading is written down, too
            opened += [(who, route.name)] if ALLOWED in answers and did else []
            routes.add(route.name)

    assert opened == []
    assert routes >= {"patients:photo", "patients:photo-remove", "tablet:photo", "people:take-back"}


def test_the_walk_sees_a_missing_middleware(world: World) -> None:
    unguarded = [name for name in settings.MIDDLEWARE if "AccessMiddleware" not in name]

    with override_settings(MIDDLEWARE=unguarded):
        faults = list_faults(world, steps_of(world, routes_of("desk:day-list"), PEOPLE, ["GET"]))

    assert any("patient B GET desk:day-list" in fault for fault in faults)


def test_the_walk_sees_an_address_without_a_rule(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clinic.access.rules.URL_RULES", {**URL_RULES, "desk:day-list": None})

    route = routes_of("desk:day-list")[0]

    assert due(Step("owner", "GET", route, Thing({}))) == "forbidden"
    assert found(world.ask("owner", "GET", route, Thing({}))) == "forbidden"


@pytest.mark.parametrize(
    ("place", "anybodys", "fault"),
    [
        (
            "bookings.views.visits.get_visit_for",
            lambda _visitor, key, now: get_visit_by_reference(key),
            "patient B GET bookings:visit Anna",
        ),
        (
            "patients.views.mounts.get_patient_for",
            lambda _user, patient_id: Patient.objects.get(pk=patient_id),
            "guardian GET patients:health-form Bert",
        ),
    ],
)
def test_the_walk_sees_a_missing_question_whose_it_is(
    world: World, monkeypatch: pytest.MonkeyPatch, place: str, anybodys: Any, fault: str
) -> None:
    monkeypatch.setattr(place, anybodys)

    steps = steps_of(world, routes_of("bookings:visit", "patients:health-form"), PEOPLE, ["GET"])

    assert any(line.startswith(fault) for line in list_faults(world, steps))


def routes_of_records() -> list[Route]:
    """Return the addresses that the care team opens."""
    return routes_of(*(name for name, rule in URL_RULES.items() if rule.about.reach == Reach.CARE_TEAM))


def test_a_reason_opens_one_record_and_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    outside = world.user("other clinician")
    steps = list(steps_of(world, routes_of_records(), ["other clinician"], ["GET", "POST"]))

    with taken_back():
        give_reason(outside, world.record_of("Anna").patient, timezone.now())
        monkeypatch.setitem(CARE_TEAM, "other clinician", frozenset({"Anna"}))
        faults = list_faults(world, steps)

    assert faults == []
    assert {due(step) for step in steps if step.thing.whose == "Anna"} == {ALLOWED, "wrong method"}


def test_the_walk_sees_a_missing_care_team(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("patients.middleware.find_access", lambda *_who: Access())

    faults = list_faults(
        world, steps_of(world, routes_of("review:form"), ["nurse", "other clinician"], ["GET"])
    )

    assert any(line.startswith("other clinician GET review:form Anna: shows ANSWERS") for line in faults)
    assert any(line.startswith("nurse GET review:form Bert: shows ANSWERS") for line in faults)


def test_the_world_is_cared_for_as_it_says(world: World) -> None:
    now = timezone.now()
    for who in STAFF_ROLES:
        team = {it.whose for it in world.records if is_on_care_team(world.user(who), it.patient.pk, now)}
        assert team == CARE_TEAM.get(who, frozenset()), who


def test_the_walk_sees_looking_that_changes_something(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_article", lambda request, *_page: writing(request))

    faults = list_faults(world, steps_of(world, routes_of("clinic:privacy"), [ANONYMOUS], ["GET"]))

    assert faults == ["anonymous GET clinic:privacy {}: wrote ['clinic_site']"]


def test_the_walk_sees_a_refusal_that_changes_something(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visit_pages, "link_gone", lambda request: writing(request, status=404))

    faults = list_faults(world, steps_of(world, routes_of("bookings:visit"), ["patient B"], ["GET"]))

    assert "patient B GET bookings:visit Anna: wrote ['clinic_changerecord', 'clinic_site']" in faults


def writing(request: Any, status: int = 200) -> Any:
    """Answer, and write a row that no page should."""
    from django.http import HttpResponse

    Site.objects.update(order=7)
    return HttpResponse(status=status)


def test_no_form_works_without_its_token(world: World) -> None:
    answers = {}
    for route in list_routes(admin=True):
        rule = URL_RULES.get(route.name)
        thing = world.things(rule.about)[0] if rule else Thing(dict.fromkeys(route.names, "1"))
        for who in (ANONYMOUS, "owner"):
            browser = world.browser(who, checks_tokens=True)
            answers[who, route.name] = browser.post(route.path.format(**thing.values)).status_code

    assert {names: status for names, status in answers.items() if status != 403} == {}


def test_only_the_care_team_is_told_that_there_is_a_record(world: World) -> None:
    told = {rule.about.name for rule in URL_RULES.values() if rule.about.refusal == 403}

    assert told == {rule.about.name for rule in URL_RULES.values() if rule.about.reach == Reach.CARE_TEAM} - {
        kinds.NEXT_VERSION.name
    }
