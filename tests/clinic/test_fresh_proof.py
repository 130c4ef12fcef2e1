"""A sensitive change asks for a fresh proof; an owner ends a colleague's sessions."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from clinic.access import fresh
from clinic.access.rules import URL_RULES
from clinic.access.who import ANYONE, SIGNED_IN
from clinic.models import Role, SignIn, User
from patients.models import FormVersion
from tests.calendars import make_calendar
from tests.clinic import factors
from tests.clinic.demo_mode import demo_mode
from tests.clinic.signing_in_pages import LOCK, OWN, age, browser_of, leads_to_lock, sign_in_of
from tests.factories import PatientFactory, StaffFactory
from tests.patients.forms import send_case
from tests.routes import list_routes

pytestmark = pytest.mark.django_db

POLL = {"X-Nuan-Poll": "1"}
SOMETHING = "00000000-0000-4000-8000-000000000000"
JSON = {"Accept": "application/json"}


@pytest.fixture
def version() -> FormVersion:
    make_calendar()
    return send_case(PatientFactory.create(), "calm")


@pytest.fixture
def owner() -> User:
    return factors.make_staff(roles=[Role.OWNER])


def test_every_name_in_the_tables_is_an_address(tmp_path: Path) -> None:
    with demo_mode(tmp_path):
        names = {route.name for route in list_routes(admin=True)}
    named = {*fresh.NEEDS_FRESH_PROOF, *fresh.ALWAYS_OPEN, *fresh.POLLS, *fresh.NOT_CLINICAL}

    assert named - names == set()


def test_every_sensitive_change_asks_for_a_fresh_proof(owner: User) -> None:
    factors.give_app(owner)
    client = browser_of(owner)
    age(owner, proved_at=11, last_active_at=0)
    found = {}
    for route in list_routes(admin=True):
        for method in fresh.NEEDS_FRESH_PROOF.get(route.name, frozenset()):
            values = {name: SOMETHING if name.endswith("_id") else owner.pk for name in route.names}
            path = route.path.format(**values)
            answer = client.generic(method, path, headers={"referer": f"http://testserver{OWN}"})
            found[route.name, method] = leads_to_lock(answer) and "change=1" in answer["Location"]

    assert [what for what, is_asked in found.items() if not is_asked] == []
    assert len(found) == sum(len(methods) for methods in fresh.NEEDS_FRESH_PROOF.values())


def test_the_admin_is_no_way_round_what_the_set_up_asks() -> None:
    """Whatever it changes of the same tables, and who is called for urgent answers."""
    models = ("user", "practitioner", "productgate", "dutyshift")
    pages = {f"admin:clinic_{model}_{page}" for model in models for page in ("add", "change")}

    assert not [name for name in pages if not fresh.needs_fresh_proof(name, "POST")]
    assert fresh.needs_fresh_proof("admin:clinic_treatment_change", "POST")  # gates stand in it
    assert not fresh.needs_fresh_proof("admin:clinic_site_change", "POST")


def test_a_fresh_proof_lets_it_through(owner: User) -> None:
    other = StaffFactory.create(email="other@example.com")
    client, theirs = browser_of(owner), browser_of(other)
    assert theirs.get(OWN).status_code == 200

    client.post(f"/setup/people/{other.pk}/stop/")

    assert theirs.get(OWN).status_code == 302
    assert sign_in_of(other).why_ended == SignIn.Why.STOPPED


def test_a_stale_press_changes_nothing_and_says_so(owner: User) -> None:
    other = StaffFactory.create(email="other@example.com")
    client, theirs = browser_of(owner), browser_of(other)
    age(owner, proved_at=11)
    people = {"referer": "http://testserver/setup/people/"}

    answer = client.post(f"/setup/people/{other.pk}/stop/", headers=people, follow=True)

    assert theirs.get(OWN).status_code == 200
    assert "Nothing was changed yet. Press it once more." in answer.content.decode()
    assert 'href="/account/reauthenticate/?next=%2Fsetup%2Fpeople%2F"' in answer.content.decode()


def test_an_owner_signs_somebody_out_everywhere(owner: User) -> None:
    other = StaffFactory.create(email="other@example.com")
    client, phone, laptop = browser_of(owner), browser_of(other), browser_of(other)
    page = client.get(f"/setup/people/{other.pk}/").content.decode()
    assert page.count("<b>Unknown device") == 2

    client.post(f"/setup/people/{other.pk}/sessions/end/")

    assert [browser.get(OWN).status_code for browser in (phone, laptop)] == [302, 302]
    assert browser_of(other).get(OWN).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}, {**POLL, **JSON}])
def test_somebody_who_is_stopped_is_out_with_the_next_request_whatever_it_is(
    owner: User, headers: dict[str, str]
) -> None:
    make_calendar()
    other = StaffFactory.create(email="other@example.com")
    client, theirs = browser_of(owner), browser_of(other)

    client.post(f"/setup/people/{other.pk}/stop/")

    assert theirs.get("/desk/", headers=headers).status_code == 302


def test_only_who_is_signed_in_is_ever_asked_for_a_proof() -> None:
    names = {name for name in fresh.NEEDS_FRESH_PROOF if not name.startswith("admin:")}

    assert [name for name in names if URL_RULES[name].who == ANYONE] == []
    assert URL_RULES["session:lock"].who == SIGNED_IN
    assert settings.FRESH_PROOF.total_seconds() == settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def test_preview_requests_lead_the_window_to_the_proof(owner: User, version: Any) -> None:
    client = browser_of(owner)
    age(owner, proved_at=11)
    asks = {"HX-Request": "true", "HX-Current-URL": "http://testserver/setup/people/?a=1"}

    answer = client.post("/setup/people/invite/", headers=asks)

    assert answer.status_code == 423
    assert answer["HX-Redirect"] == f"{LOCK}?next=%2Fsetup%2Fpeople%2F%3Fa%3D1&change=1"
