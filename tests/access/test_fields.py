"""What pages show, beyond the walk: leaks that would be seen, errors, pieces of pages, mails, the admin."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory
from django.urls import reverse

from bookings.views import visits as visit_pages
from clinic.access.admin import ADMIN_RULES
from clinic.access.fields import Field, may_see
from clinic.access.objects import Kind
from clinic.access.rules import URL_RULES
from clinic.models import OutboxMessage
from clinic.services import letters
from tests.access.canaries import canary
from tests.access.objects import Thing
from tests.access.shown import Shown, list_in_addresses, list_shown, read
from tests.access.walk import ALLOWED, Step, due, found, list_faults, list_leaks, steps_of
from tests.access.world import ANONYMOUS, PEOPLE, STAFF_ROLES, World
from tests.routes import Route, list_routes

pytestmark = pytest.mark.django_db

ASK_FOR_PIECES = ["patient A", "guardian", "front desk", "clinician", "owner"]


def route_of(name: str) -> Route:
    """Return an address by its name."""
    return next(route for route in list_routes(admin=True) if route.name == name)


def shown_to(world: World, who: str, name: str, thing: Thing | None = None) -> set[Shown]:
    """Return what a page of Anna, or of nobody, shows to somebody."""
    things = world.things(URL_RULES[name].about if name in URL_RULES else Kind(""))
    return list_shown(read(world.ask(who, "GET", route_of(name), thing or things[0])))


@pytest.mark.parametrize(
    ("who", "name", "fields"),
    [
        ("clinician", "review:form", {Field.CONTACT, Field.ANSWERS, Field.REVIEW, Field.TO_PATIENT}),
        ("patient A", "patients:messages", {Field.TO_PATIENT}),
        ("front desk", "board:panel", {Field.CONTACT, Field.DESK_NOTES}),
    ],
)
def test_what_may_be_seen_is_seen(world: World, who: str, name: str, fields: set[Field]) -> None:
    assert shown_to(world, who, name) >= {Shown(field, "anna") for field in fields}


@pytest.mark.parametrize(
    ("who", "name", "fields"),
    [
        ("clinician", "review:form", {Field.FLAGS, Field.SCORES, Field.PRIVATE}),
        ("nurse", "review:photo", {Field.PHOTOS}),
        ("patient A", "patients:photo", {Field.PHOTOS}),
    ],
)
def test_signs_are_seen_where_they_belong(world: World, who: str, name: str, fields: set[Field]) -> None:
    assert shown_to(world, who, name) >= {Shown(field, "") for field in fields}


def test_the_owner_sees_how_to_reach_staff_and_why_records_were_opened(world: World) -> None:
    staff = shown_to(world, "owner", "setup:people")
    reads = shown_to(world, "owner", "admin:clinic_readrecord_changelist")

    assert {each.field for each in staff} == {Field.STAFF_CONTACT}
    assert {each.field for each in reads} <= {Field.READERS, Field.STAFF_CONTACT, Field.CONTACT}


def test_a_page_that_shows_too_much_is_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    words = canary(Field.ANSWERS, "Anna")
    monkeypatch.setattr(visit_pages, "render", lambda *_page, **_more: HttpResponse(words))

    faults = list_faults(
        world, steps_of(world, [route_of("bookings:visit")], ["patient A", "nurse"], ["GET"])
    )

    assert "patient A GET bookings:visit Anna: shows ANSWERS of anna" in faults
    assert "nurse GET bookings:visit Anna: shows ANSWERS of anna" in faults


@pytest.mark.parametrize(
    "leak",
    [
        lambda name: HttpResponseRedirect(f"/visits/?name={name}"),
        lambda name: HttpResponse(f'<a href="/visits/?name={name}">'),
        lambda name: HttpResponse(headers={"X-Name": name}),
    ],
)
def test_a_name_in_an_address_is_seen(world: World, monkeypatch: pytest.MonkeyPatch, leak: Any) -> None:
    answer = leak(canary(Field.CONTACT, "Anna"))
    monkeypatch.setattr(visit_pages, "render", lambda *_page, **_more: answer)

    faults = list_faults(world, steps_of(world, [route_of("bookings:visit")], ["patient A"], ["GET"]))

    assert any("an address says" in fault for fault in faults)
    assert (
        list_in_addresses(read(HttpResponse(f'<a href="mailto:{canary(Field.CONTACT, "Anna")}@x.org">')))
        == []
    )


@pytest.mark.parametrize("who", PEOPLE)
def test_pages_of_errors_show_nothing_of_anybody(world: World, who: str) -> None:
    other = world.record_of("Lena")
    paths = {
        "/setup/import/": {200, 302, 403},
        f"/form/{other.twin.pk}/": {302, 404},
        f"/review/forms/{other.patient.pk}/": {302, 403, 404},
        "/visit/BCDFGHJ/": {404},
        f"/tablet/{other.tablet.pk}/form/": {410},
        "/visits/?x=%00": {400},
    }
    for path, statuses in paths.items():
        answer = world.browser(who).get(path)
        assert answer.status_code in statuses
        assert answer.status_code == 200 or list_shown(read(answer)) == set(), path
    assert list_shown(read(world.browser(who, checks_tokens=True).post("/desk/late/"))) == set()


def test_pieces_of_pages_show_no_more_than_pages(world: World) -> None:
    leaks = []
    for step in steps_of(world, list_routes(), ASK_FOR_PIECES, ["GET"]):
        if due(step) == ALLOWED and step.thing.whose in {"", "Anna", "Lena"}:
            answer = world.ask(*step, headers={"hx-request": "true"})
            leaks += [f"{step}: {leak}" for leak in list_leaks(world, step, answer)]

    assert leaks == []


def test_mails_say_nothing_but_contacts_and_those_to_whom_they_belong(world: World) -> None:
    told = []
    for message in OutboxMessage.objects.exclude(to=""):
        mail = letters.write(message)
        body = str(mail.message())
        parts = [part.get_payload(decode=True) for part in mail.message().walk() if not part.is_multipart()]
        page = read(HttpResponse(body.encode() + b"".join(bytes(part or b"") for part in parts)))
        told += [(message.to, each) for each in list_shown(page)]

    assert {each.field for _to, each in told} == {Field.CONTACT, Field.STAFF_CONTACT}
    assert {to for to, each in told if each.whose not in to.lower()} == set()


@pytest.mark.parametrize("who", [*STAFF_ROLES, "patient A", ANONYMOUS])
def test_the_admin_shows_what_its_table_says(world: World, who: str) -> None:
    faults = []
    for model, its_admin in admin.site._registry.items():
        label = model._meta.label_lower
        request = RequestFactory().get("/admin/")
        request.user = world.users["owner"] or AnonymousUser()
        rows = its_admin.get_queryset(request).order_by("pk")
        rule = ADMIN_RULES.get(label)
        may = bool(rule and not rule.view.isdisjoint(STAFF_ROLES.get(who, [])))
        pages = [reverse(f"admin:{label.replace('.', '_')}_changelist")]
        pages += [reverse(f"admin:{label.replace('.', '_')}_change", args=[row.pk]) for row in rows[:2]]
        for path in pages:
            answer = world.browser(who).get(path)
            if (found(answer) == ALLOWED) != may:
                faults.append(f"{path}: {answer.status_code}")
            fields = rule.shows if rule else frozenset()
            roles = frozenset(STAFF_ROLES.get(who, []))
            faults += [
                f"{path} shows {each}"
                for each in list_shown(read(answer))
                if not (each.field in fields and may_see(each.field, roles))
            ]

    assert faults == []


def test_every_model_of_the_admin_has_a_row(world: World) -> None:
    models = {model._meta.label_lower: model for model in admin.site._registry}

    assert {
        label for label in ADMIN_RULES if label in models and not models[label]._default_manager.exists()
    } == set()


def test_a_step_is_named_so_that_it_can_be_taken_again() -> None:
    step = Step("nurse", "GET", Route("review:form", "review", "/", ()), Thing({}, "Anna"))

    assert str(step) == "nurse GET review:form Anna"


def test_the_desk_sees_messages_to_patients_and_the_owner_those_to_staff_too(world: World) -> None:
    """Whether the desk sees more, the test of the admin's table says."""
    page = route_of("admin:clinic_outboxmessage_changelist")
    shown = {
        who: {each.field for each in list_shown(read(world.ask(who, "GET", page, Thing({}))))}
        for who in ("front desk", "owner")
    }

    assert shown == {"front desk": {Field.CONTACT}, "owner": {Field.CONTACT, Field.STAFF_CONTACT}}
