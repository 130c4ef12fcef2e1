"""A guardian's account learns nothing that a young person said in private, by any address and in any message.

Two worlds differ only in what the young person answered alone. Whatever a guardian opens or presses must come
out the same in both: so no word, no missing button and no other status tells the two apart.
"""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from clinic.access.rules import rule_for
from clinic.access.who import ANYONE, SIGNED_IN
from clinic.models import OutboxMessage, Role, User
from patients.models import Patient, Review
from patients.pages import PRIVATE
from patients.queries.guardians import is_guardian
from patients.queries.health_forms import open_draft
from patients.services import reviews
from patients.services.contacts import Contacts, write_contacts
from patients.services.private_links import make_private_link, token_of
from patients.views import mounts
from tests.bookings.longer_visits import patient_of
from tests.bookings.pages import book_for
from tests.calendars import make_calendar
from tests.factories import PatientFactory, StaffFactory, UserFactory
from tests.patients.form_pages import answers_before, keep_answers, path_of
from tests.routes import Route, list_routes

pytestmark = pytest.mark.django_db

CHANGING = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"  # ids of rows
    r"|\b\d{8}T\d{6}Z"  # when a calendar file was written
    r"|[\w-]{43,}"  # tokens
    r"|\b\d{1,2}:\d{2}(?::\d{2})?\b"  # the minute it was
    r"|(?:\w{4}-){5}\w{4}"  # the password of a copy
)
MAY_OPEN = {ANYONE, SIGNED_IN}
ELSEWHERE = ("account_", "mfa_", "session:", "tablet:", "demo:", "clinic:")
"""Addresses that name nobody's record, or belong to a tablet that was handed to the young person."""

TELLS = {"l_selfharm": "yes", "d_pregnant": "yes"}
TELLS_NOTHING = {"l_selfharm": "no", "d_pregnant": "no"}
KEEPS_IT_FOR_THE_DOCTOR = {"doctor": "1"}


@pytest.fixture
def child(client: Client) -> Patient:
    """A child of 15 with a visit, whose parent's account has filled in what a parent is asked."""
    parent: User = UserFactory.create()
    client.force_login(parent)
    visit = book_for(make_calendar(), account=parent, booked_for="child", birth_date=date(2011, 5, 14))
    child = patient_of(visit)
    given = answers_before() | {"b_dob": "2011-05-14", "a_completing_for": "parent_guardian"}
    given |= {"b_guardian_consent": "yes", "b_guardian_name": "H", "x_guardian_signature": "H"}
    keep_answers(child, **{key: value for key, value in given.items() if key not in PRIVATE})
    return child


def live_through(client: Client, child: Patient, said: dict[str, str], only: str = "") -> dict[str, Any]:
    """Let the young person answer alone, the parent send, a doctor write; return what the parent gets.

    All of it is taken back again.
    """
    with transaction.atomic():
        assert child.account is not None
        client.force_login(child.account)  # whatever the world before has ended
        address = f"/private/{token_of(make_private_link(patient=child, now=timezone.now()))}/"
        assert Client().post(address, said).status_code == 200
        before_sending = walk(client, child, only="patients:")
        client.post(path_of(child, "check"), {"revision": open_draft(child).revision})
        _read_and_write(child, said)
        found = {
            **{f"before {name}": answer for name, answer in before_sending.items()},
            **{f"after {name}": answer for name, answer in walk(client, child, only=only).items()},
            "mails": _mails_to(child),
        }
        transaction.set_rollback(True)
    return found


def guardians_routes() -> list[Route]:
    """Return the addresses that the rules let a guardian's account open."""
    rules = {name: rule_for(name, "") for name in (route.name for route in list_routes())}
    return [
        route
        for route in list_routes()
        if (rule := rules[route.name]) and rule.who in MAY_OPEN and not route.name.startswith(ELSEWHERE)
    ]


def walk(client: Client, child: Patient, *, only: str) -> dict[str, Any]:
    """Open and press everything as the parent, each press taken back; return what came back, by address."""
    visit = child.appointments.get()
    slugs = ["last-two-weeks", "for-you-alone", "only-for-you", "in-the-sun"]
    found = {}
    for route in (route for route in guardians_routes() if route.name.startswith(only)):
        values = dict.fromkeys(route.names, str(child.pk)) | {"key": visit.reference, "view": "front"}
        for slug in slugs if "page" in route.names else [""]:
            for method in ("GET", "POST"):
                with transaction.atomic():
                    answer = client.generic(method, route.path.format(**values | {"page": slug}))
                    found[f"{method} {route.name} {slug}"] = _without_ids(answer)
                    transaction.set_rollback(True)
    return found


def _without_ids(answer: Any) -> tuple[int, str, str]:
    content = b"" if answer.streaming else answer.content
    return (
        answer.status_code,
        CHANGING.sub("", answer.get("Location", "")),
        CHANGING.sub("", content.decode("utf-8", "replace")),
    )


def _read_and_write(child: Patient, said: dict[str, str]) -> None:
    version = child.versions.get()
    doctor = StaffFactory.create(roles=[Role.CLINICIAN], name="Dr Ploy")
    about: dict[str, Any] = {"version": version, "now": timezone.now()}
    value = "no" if said.get("d_pregnant") == "yes" else "yes"
    reviews.correct_answer(**about, key="d_pregnant", value=value, reason="asked", by=doctor)
    reviews.sign_review(
        **about,
        reviewer=doctor,
        decision=Review.Decision.GOES_AHEAD,
        message="See you",
        notes="",
        judged={},
        asked=None,
    )


def _mails_to(child: Patient) -> list[tuple[str, str]]:
    assert child.account is not None
    own = OutboxMessage.objects.filter(to__in=[child.email, child.account.email]).order_by(
        "created_at", "kind"
    )
    return [(message.kind, CHANGING.sub("", str(message.facts))) for message in own]


def _differing(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    return [name for name in one if one[name] != other[name]]


def test_nothing_a_guardian_gets_tells_what_was_said_in_private(client: Client, child: Patient) -> None:
    worlds = (TELLS_NOTHING, TELLS, KEEPS_IT_FOR_THE_DOCTOR)

    quiet, told, kept = (live_through(client, child, said) for said in worlds)

    assert len(quiet) > 100
    assert quiet["after GET patients:messages "][0] == 200
    assert _differing(quiet, told) == []
    assert _differing(quiet, kept) == []


def test_the_comparison_sees_what_a_missing_guard_would_tell(
    client: Client, child: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: taken for a grown-up's, the same account would be shown all of it."""
    monkeypatch.setattr(mounts, "is_guardian", lambda *_facts: False)

    quiet, told = (live_through(client, child, said, "patients:") for said in (TELLS_NOTHING, TELLS))

    assert {
        "before GET patients:health-form ",
        "before GET patients:check-form ",
        "before GET patients:form-page last-two-weeks",
    } <= set(_differing(quiet, told))


TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("booked_for", "born", "made", "is_one"),
    [
        ("child", date(2011, 5, 14), TODAY, True),
        ("child", date(2006, 11, 26), TODAY, False),  # twenty today: grown up when the record was made
        ("child", date(2006, 11, 27), TODAY, True),
        ("child", date(2005, 5, 14), date(2021, 1, 1), True),  # a child then: the account stays a parent's
        ("other", date(1990, 5, 14), TODAY, False),
        ("other", None, TODAY, True),
        ("self", date(2011, 5, 14), TODAY, False),
    ],
)
def test_whose_account_it_was_decides(booked_for: str, born: date | None, made: date, is_one: bool) -> None:
    patient = PatientFactory.create(booked_for=booked_for, birth_date=born)
    patient.created_at = timezone.now().replace(year=made.year, month=made.month, day=made.day)

    assert is_guardian(patient, {}, TODAY) is is_one


@pytest.mark.parametrize("booked_for", ["child", "other", "self"])
def test_a_private_link_says_for_good_that_somebody_else_reads(booked_for: str) -> None:
    patient = PatientFactory.create(booked_for=booked_for, birth_date=date(1990, 5, 14))
    before = is_guardian(patient, {}, TODAY)

    make_private_link(patient=patient, now=timezone.now())

    assert (before, is_guardian(patient, {}, TODAY)) == (False, True)


def test_a_contact_person_who_is_taken_out_leaves_their_account_a_guardians(child: Patient) -> None:
    contacts = Contacts("Lily", child.birth_date, None, child.email, "", "en", "")

    write_contacts(patient=child, contacts=contacts)
    with_account = is_guardian(Patient.objects.get(pk=child.pk), {}, TODAY)
    child.account = None
    write_contacts(patient=child, contacts=contacts)

    assert with_account
    assert child.booked_for == Patient.Booker.SELF


def test_two_years_later_a_guardian_still_reaches_no_private_page(client: Client, child: Patient) -> None:
    grown = timezone.now().date() - timedelta(days=366 * 21)
    Patient.objects.filter(pk=child.pk).update(
        birth_date=grown, created_at=timezone.now() - timedelta(days=366 * 3)
    )
    keep_answers(child, b_dob=grown.isoformat())

    assert client.get(path_of(child, "last-two-weeks")).status_code == 404


def test_who_writes_to_a_child_is_told_that_a_parent_reads_it(client: Client, child: Patient) -> None:
    doctor = StaffFactory.create(roles=[Role.CLINICIAN])
    Client().post(
        f"/private/{token_of(make_private_link(patient=child, now=timezone.now()))}/", TELLS_NOTHING
    )
    client.post(path_of(child, "check"), {"revision": open_draft(child).revision})
    client.force_login(doctor)
    address = f"/review/forms/{child.versions.get().pk}/"
    typed = {"decision": "goes_ahead", "message": "Hello"}

    page = client.get(address).content.decode()
    refused = client.post(f"{address}sign/", typed)
    silent = client.post(f"{address}sign/", {"decision": "ask", "message": ""})
    signed = client.post(f"{address}sign/", typed | {"guardian_reads": "on"})

    assert "A parent or guardian reads this account." in page
    assert refused.status_code == 422
    assert "A parent or guardian reads this. Check it and tick the box" in refused.content.decode()
    assert "tick the box" not in silent.content.decode()
    assert signed.status_code == 302
    assert child.messages.count() == 1
