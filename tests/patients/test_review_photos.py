"""Photos on a clinician's page: by view, through time, and only what was sent; what the page costs."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from clinic.models import Role, User
from patients.models import FormVersion, Patient, Photo
from patients.services import reviews
from tests.factories import PatientFactory, SiteFactory, StaffFactory
from tests.patients.forms import NOW, save, send, send_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient() -> Patient:
    SiteFactory.create()
    return PatientFactory.create()


@pytest.fixture
def version(patient: Patient) -> FormVersion:
    return send_case(patient, "vo-02")


@pytest.fixture
def doctor(client: Client) -> User:
    user = StaffFactory.create(roles=[Role.CLINICIAN], name="Dr Ploy")
    client.force_login(user)
    return user


def read(client: Client, version: FormVersion, **query: Any) -> str:
    answer = client.get(f"/review/forms/{version.pk}/", query)
    assert answer.status_code == 200
    return answer.content.decode()


def send_newer(version: FormVersion, **changes: Any) -> FormVersion:
    """Send a newer version of a form with some answers changed."""
    draft = save(version.patient, 10**6, **changes)
    return send(version.patient, draft.revision)


def test_photos_stand_by_view_through_time(client: Client, version: FormVersion, doctor: User) -> None:
    for days in (30, 2):
        add_photo(version.patient, uploaded_at=NOW - timedelta(days=days))

    page = read(client, version)

    front = page.partition("<figcaption>Front")[2].partition("</figure>")[0]
    assert front.index("1 Nov") < front.index("29 Nov")
    assert "Skipped. Take at the visit" in page


def test_only_photos_that_were_sent_are_shown_and_those_of_the_clinic(
    client: Client, version: FormVersion, doctor: User
) -> None:
    add_photo(version.patient, view="close_up", uploaded_at=NOW + timedelta(days=1))
    add_photo(version.patient, view="eczema_area", removed_at=NOW - timedelta(minutes=1))
    add_photo(version.patient, view="left_profile", uploaded_at=NOW + timedelta(days=1), by_clinic=True)
    add_photo(version.patient, view="right_profile", removed_at=NOW + timedelta(days=1))

    page = read(client, version)

    shown = {
        view
        for view in ("Close-up", "Eczema area", "Left side", "Right side")
        if f"<figcaption>{view}<" in page
    }
    assert shown == {"Left side", "Right side"}


def test_a_form_without_photos_says_what_to_do(client: Client, version: FormVersion, doctor: User) -> None:
    assert "No photos. Take at the visit" in read(client, version)


def add_photo(patient: Patient, **changes: Any) -> Photo:
    values = {"view": "front", "width": 900, "height": 1200, "size": 1, "brightness": 120, "sharpness": 50}
    return Photo.objects.create(patient=patient, **({**values, "uploaded_at": NOW} | changes))


def test_three_versions_and_twelve_photos_take_fourteen_queries_at_most(
    client: Client,
    version: FormVersion,
    doctor: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    send_newer(version, f_itch_nrs=4)
    third = send_newer(version, f_itch_nrs=9)
    for view in ("front", "left_45", "right_45"):
        for days in range(4):
            add_photo(version.patient, view=view, uploaded_at=NOW - timedelta(days=days))
    reviews.correct_answer(version=third, key="k_hsv", value="never", reason="", by=doctor, now=NOW)
    read(client, third)

    with django_assert_max_num_queries(14):
        read(client, third)
