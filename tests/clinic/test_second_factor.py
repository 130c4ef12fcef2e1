"""No page of the staff's opens before the second factor was used in this session."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from clinic import second_factor
from clinic.access import rules
from clinic.access.rule import needs_second_factor
from clinic.access.who import ANYONE
from clinic.demo.views import sign_in
from clinic.models import SignIn, User
from clinic.services.second_factors import reset_factors
from clinic.views import second_step
from tests.clinic import factors
from tests.clinic.demo_mode import demo_mode
from tests.factories import StaffFactory, UserFactory
from tests.patients.codes import signed_in_as
from tests.signing_in import without_second_factor

pytestmark = pytest.mark.django_db

STAFF_PAGES = ["board:day", "board:week", "people:search", "setup:home", "review:alerts", "admin:index"]


@pytest.fixture
def owner() -> User:
    return factors.make_staff(roles=["owner", "clinician"])


@pytest.mark.parametrize("page", STAFF_PAGES)
def test_staff_without_a_factor_are_led_to_enrol(client: Client, owner: User, page: str) -> None:
    without_second_factor(client, owner)

    response = client.get(reverse(page))

    assert response["Location"] == f"{factors.INDEX}?next={reverse(page)}"


@pytest.mark.parametrize("page", STAFF_PAGES)
def test_staff_who_have_not_used_their_factor_are_led_to_it(client: Client, owner: User, page: str) -> None:
    factors.give_app(owner)
    without_second_factor(client, owner)

    response = client.get(reverse(page))

    assert response["Location"] == f"{factors.AGAIN}?next={reverse(page)}"


@pytest.mark.parametrize("page", ["board:day", "setup:home"])
def test_without_the_guard_a_page_would_open(
    client: Client, owner: User, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_step, "needs_second_factor", lambda _rule, _user: False)
    without_second_factor(client, owner)

    assert client.get(reverse(page)).status_code == 200


def test_every_address_of_staff_waits_for_the_factor(owner: User) -> None:
    open_without = second_factor.ENROLMENT | second_factor.SECOND_STEP | second_factor.ALWAYS
    for name, rule in rules.URL_RULES.items():
        needed = needs_second_factor(rule, owner)
        assert needed is (rule.who != ANYONE), name
    assert all(not name.startswith(("board", "setup", "review", "people", "desk")) for name in open_without)


@pytest.mark.parametrize(
    "headers",
    [
        {"accept": "application/json"},
        {"sec-fetch-mode": "cors"},
        {"sec-fetch-mode": "same-origin", "x-nuan-poll": "1"},
    ],
)
def test_a_script_is_refused(client: Client, owner: User, headers: dict[str, str]) -> None:
    without_second_factor(client, owner)

    assert client.get(reverse("board:changes"), headers=headers).status_code == 403


def test_htmx_takes_the_whole_window_there(client: Client, owner: User) -> None:
    without_second_factor(client, owner)

    response = client.get(reverse("people:search"), headers={"hx-request": "true"})

    assert (response.status_code, response["HX-Redirect"]) == (403, factors.INDEX)


def test_a_form_is_not_carried_out(client: Client, owner: User) -> None:
    without_second_factor(client, owner)

    response = client.post(reverse("setup:staff-add"), {"name": "New"})

    assert response["Location"] == factors.INDEX
    assert User.objects.count() == 1


def test_a_patient_needs_no_factor(client: Client) -> None:
    client.force_login(UserFactory.create())

    assert client.get(reverse("bookings:my-visits")).status_code == 200


def test_staff_open_not_even_their_own_visits_without(client: Client, owner: User) -> None:
    without_second_factor(client, owner)

    assert client.get(reverse("bookings:my-visits"))["Location"].startswith(factors.INDEX)


def test_signing_out_is_always_possible(client: Client, owner: User) -> None:
    without_second_factor(client, owner)

    client.post(reverse("account_logout"))

    assert signed_in_as(client) is None


def test_who_has_a_factor_adds_none_by_the_password_alone(client: Client, owner: User) -> None:
    factors.type_password(client)
    factors.give_app(owner)

    for name in second_factor.ENROLMENT - second_factor.SECOND_STEP:
        assert client.get(reverse(name))["Location"].startswith(factors.AGAIN), name


def test_somebody_without_a_password_enrols_nothing(client: Client) -> None:
    user = User.objects.create_user("hannah@example.com", roles=["front_desk"])
    without_second_factor(client, user)

    response = client.get(factors.INDEX)

    assert response["Location"] == factors.LOGIN
    assert signed_in_as(client) is None


def test_the_mark_of_somebody_else_does_not_count(client: Client, owner: User) -> None:
    client.force_login(StaffFactory.create())
    mark = client.session[second_factor.MARK]
    without_second_factor(client, owner)
    session = client.session
    session[second_factor.MARK] = mark
    session.save()

    assert client.get(reverse("board:day")).status_code == 302


def test_a_mark_from_before_a_reset_does_not_count(client: Client, owner: User) -> None:
    other = StaffFactory.create(roles=["owner"])
    client.force_login(owner)
    assert client.get(reverse("board:day")).status_code == 200

    reset_factors(user=owner, by=other, now=timezone.now() + timedelta(seconds=1))

    SignIn.objects.update(ended_at=None, why_ended="")  # a reset ends the sessions as well
    assert client.get(reverse("board:day"))["Location"].startswith(factors.INDEX)


def test_asking_costs_no_query_once_it_is_complete(
    client: Client, owner: User, rf: Any, django_assert_num_queries: Any
) -> None:
    client.force_login(owner)
    request = rf.get("/desk/")
    request.user, request.session = owner, client.session
    request.session.get("warm")

    with django_assert_num_queries(0):
        assert second_factor.is_complete(request)
        assert second_factor.completed_at(request) is not None


def test_is_last_factor_counts_no_recovery_codes(owner: User) -> None:
    factors.give_app(owner)
    factors.give_recovery_codes(owner)
    app = Authenticator.objects.get(user=owner, type=Authenticator.Type.TOTP)

    assert second_factor.is_last_factor(app)
    factors.give_passkey(owner)
    assert not second_factor.is_last_factor(app)


def test_one_press_in_the_demo_counts_as_the_second_step_too(client: Client, tmp_path: Path) -> None:
    UserFactory.create(email="owner@demo.nuan.example", roles=["owner"])

    with demo_mode(tmp_path):
        client.post("/demo/sign-in/owner/")

        assert client.get(reverse("board:day")).status_code == 200


def test_the_door_marks_nobody_outside_the_demo(rf: RequestFactory, client: Client) -> None:
    UserFactory.create(email="owner@demo.nuan.example", roles=["owner"])
    request = rf.post("/")
    request.session = client.session

    sign_in(request, role="owner")

    assert not settings.DEMO
    assert second_factor.MARK not in request.session


def test_only_what_uses_a_factor_marks_a_session() -> None:
    """The demo's door, behind its own condition; a factor on the way in; a factor in an open session."""
    called = [
        f"{path.relative_to(settings.BASE_DIR)}"
        for app in ("bookings", "clinic", "patients")
        for path in sorted((settings.BASE_DIR / app).rglob("*.py"))
        if "mark_complete(" in path.read_text() and path.name != "second_factor.py"
    ]

    assert called == ["clinic/demo/views.py", "clinic/signals.py", "patients/accounts.py"]
