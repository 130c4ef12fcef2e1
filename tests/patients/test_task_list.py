"""The form's list of parts: which visit it is for, in both zones, and by when to send it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from clinic.times import format_clock, format_day
from patients.models import Patient
from patients.queries import next_visits
from patients.queries.next_visits import NextVisit
from tests.factories import SiteFactory
from tests.patients.form_pages import AGREED, keep_answers, path_of, sign_in
from tests.patients.forms import send_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient(client: Client) -> Patient:
    return sign_in(client)


def visit_in(monkeypatch: pytest.MonkeyPatch, ahead: timedelta, way: str = "in_person") -> NextVisit:
    """Let the patient have a visit with Dr Ploy."""
    starts_at = timezone.now() + ahead
    visit = NextVisit(starts_at, SiteFactory.create(), "First consultation", way, "", "Dr Ploy", ())
    monkeypatch.setattr(next_visits, "_tellers", [lambda _patient, _now: visit])
    return visit


def read(client: Client, patient: Patient) -> str:
    return " ".join(client.get(path_of(patient)).content.decode().split())


def test_the_list_says_for_which_visit_in_both_zones_and_by_when(
    client: Client, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = visit_in(monkeypatch, timedelta(days=6))

    page = read(client, patient)

    local = visit.starts_at.astimezone(visit.zone)
    due = format_day(local.date() - timedelta(days=2), "en", today=timezone.now().date())
    assert f"{format_clock(visit.starts_at, visit.zone, 'en')} Bangkok time (" in page
    assert "For your visit with <bdi>Dr Ploy</bdi> on " in page
    assert "in London)." in page
    assert f"Please send it by <b>{due}</b>." in page
    assert "It takes about 8 minutes." in page


def test_a_video_visit_leads_with_the_patients_own_time(
    client: Client, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit_in(monkeypatch, timedelta(days=6), "video")

    assert " London time (" in read(client, patient)


def test_close_to_the_visit_it_is_due_before_it(
    client: Client, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit_in(monkeypatch, timedelta(hours=20))

    page = read(client, patient)

    assert "Please send it before your visit." in page
    assert "Please send it by" not in page


@pytest.mark.parametrize("answers", [{"a_health_data_consent": False}, AGREED])
def test_who_said_no_or_has_sent_it_is_not_asked_to_send_it(
    client: Client, patient: Patient, monkeypatch: pytest.MonkeyPatch, answers: dict[str, Any]
) -> None:
    visit_in(monkeypatch, timedelta(days=6))
    if answers is AGREED:
        send_case(patient)
    else:
        keep_answers(patient, **answers)

    page = read(client, patient)

    assert "with <bdi>Dr Ploy</bdi> on " in page
    assert "Please send it" not in page


def test_without_a_visit_there_is_no_day(client: Client, patient: Patient) -> None:
    page = read(client, patient)

    assert "It takes about 8 minutes." in page
    assert "for-visit" not in page
