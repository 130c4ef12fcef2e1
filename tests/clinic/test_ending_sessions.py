"""Ending sessions: from another device, at once, for good, and forgotten in the end."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.db import connection
from django.test import Client, RequestFactory, override_settings

from clinic import signed_in
from clinic.models import Role, SignIn, User
from clinic.queries.sessions import find_sign_in, list_sign_ins
from clinic.services.sessions import (
    end_sign_in,
    end_sign_ins,
    forget_sign_ins,
    touch_clinical,
    touch_sign_in,
)
from tests.calendars import make_calendar
from tests.clinic.signing_in_pages import (
    OWN,
    age,
    browser_of,
    is_signed_in,
    leads_to_lock,
    sign_in_of,
)
from tests.factories import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)


@pytest.fixture
def nok() -> User:
    return StaffFactory.create()


@pytest.fixture
def hannah() -> User:
    return UserFactory.create()


def test_one_device_is_signed_out_from_another(hannah: User) -> None:
    phone, laptop = browser_of(hannah), browser_of(hannah)
    row = SignIn.objects.get(pk=phone.session[signed_in.SESSION_KEY])

    laptop.post(f"{OWN}{row.pk}/end/")

    assert not is_signed_in(phone)
    assert is_signed_in(laptop)
    row.refresh_from_db()
    assert row.why_ended == SignIn.Why.BY_THEM


def test_all_other_devices_are_signed_out_at_once(nok: User) -> None:
    here, others = browser_of(nok), [browser_of(nok) for _ in range(2)]

    here.post(f"{OWN}others/end/")

    assert is_signed_in(here)
    assert [is_signed_in(other) for other in others] == [False, False]


def test_nobody_ends_somebody_elses_session(nok: User, hannah: User) -> None:
    theirs, mine = browser_of(hannah), browser_of(nok)

    answer = mine.post(f"{OWN}{sign_in_of(hannah).pk}/end/")

    assert answer.status_code == 404
    assert is_signed_in(theirs)


def test_a_running_request_does_not_bring_an_ended_sign_in_back(nok: User) -> None:
    browser_of(nok)
    running = find_sign_in(sign_in_of(nok).pk)
    assert running is not None
    later = running.started_at + timedelta(minutes=5)
    end_sign_ins(user=nok, why=SignIn.Why.BY_OWNER, now=later)

    touch_sign_in(running, has_gone_idle=False, now=later)
    touch_clinical(running, now=later)

    row = sign_in_of(nok)
    assert (row.ended_at, row.last_active_at, row.clinical_at) == (later, running.started_at, None)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_end_a_sign_in_at_once_one_does() -> None:
    nok = StaffFactory.create()
    browser_of(nok)
    row = sign_in_of(nok)
    ended: list[bool] = []

    def end() -> None:
        ended.append(end_sign_in(row.pk, why=SignIn.Why.BY_THEM, now=NOW))
        connection.close()

    threads = [Thread(target=end) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ended) == [False, False, False, True]


def test_signing_out_ends_the_sign_in(nok: User) -> None:
    client = browser_of(nok)
    copy = Client()
    copy.cookies = client.cookies.copy()  # type: ignore[assignment]

    client.post("/account/logout/")

    assert sign_in_of(nok).why_ended == SignIn.Why.SIGNED_OUT
    assert not is_signed_in(copy)


def test_who_may_not_sign_in_any_more_is_out_at_once_and_stays_out(nok: User) -> None:
    client = browser_of(nok)
    User.objects.update(is_active=False)
    assert client.get("/desk/").status_code == 302

    User.objects.update(is_active=True)

    assert client.get("/desk/").status_code == 302


def test_a_role_that_is_taken_away_is_gone_with_the_next_request(nok: User) -> None:
    make_calendar()
    client = browser_of(nok)
    assert client.get("/desk/patients/new/").status_code == 200

    User.objects.filter(pk=nok.pk).update(roles=[Role.CLINICIAN])

    assert client.get("/desk/patients/new/").status_code == 403


def test_a_new_password_ends_all_other_sessions(nok: User) -> None:
    from allauth.account.signals import password_changed

    here, other = browser_of(nok), browser_of(nok)
    row = sign_in_of(nok)

    request = RequestFactory().post("/account/password/change/")
    request.user, request.sign_in = nok, row  # type: ignore[attr-defined]
    password_changed.send(User, request=request, user=nok)

    assert not is_signed_in(here)
    assert is_signed_in(other)
    assert SignIn.objects.exclude(pk=row.pk).get().why_ended == SignIn.Why.PASSWORD


def test_sign_ins_that_ended_long_ago_are_forgotten(nok: User) -> None:
    browser_of(nok)
    browser_of(nok)
    row = sign_in_of(nok)
    end_sign_in(row.pk, why=SignIn.Why.BY_THEM, now=row.started_at)

    assert forget_sign_ins(now=row.started_at + timedelta(days=89)) == 0
    assert forget_sign_ins(now=row.started_at + timedelta(days=90, seconds=1)) == 1
    assert SignIn.objects.count() == 1


def test_what_is_over_is_not_listed(nok: User) -> None:
    browser_of(nok)
    started = sign_in_of(nok).started_at

    assert len(list_sign_ins(nok, now=started + timedelta(minutes=29))) == 1
    assert list_sign_ins(nok, now=started + timedelta(minutes=30)) == []


@override_settings(PATIENT_IDLE=timedelta(minutes=5))
def test_the_figures_are_settings(hannah: User) -> None:
    client = browser_of(hannah)
    age(hannah, last_active_at=6)

    assert not is_signed_in(client)


def test_a_stale_proof_of_a_patient_leads_to_a_new_code(hannah: User) -> None:
    client = browser_of(hannah)
    age(hannah, proved_at=11)

    answer = client.post(f"{OWN}others/end/", headers={"referer": f"http://testserver{OWN}"})
    assert leads_to_lock(answer)
    page = client.get(answer["Location"]).content.decode()
    assert "Get a new code" in page

    answer = client.post("/account/lock/again/", {"next": OWN})
    assert answer["Location"] == "/account/login/code/?next=%2Faccount%2Fsessions%2F"
