"""The owner's pages of practitioners: what patients see of them, and what they do."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from clinic.models import Practitioner, User
from tests.bookings.pages import book_for
from tests.bookings.setup_pages import hidden, owner_in, texts
from tests.calendars import Calendar, make_calendar
from tests.factories import PractitionerFactory, VisitTypeFactory
from tests.photos.pictures import encoded, noise

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client: Client) -> User:
    return owner_in(client)


@pytest.fixture
def calendar(owner: User) -> Calendar:
    return make_calendar()


def profile_data(client: Client, person: Practitioner | None, **changes: Any) -> dict[str, Any]:
    """Return what the page of a practitioner posts if only some fields are changed."""
    path = f"/setup/practitioners/{person.pk}/" if person else "/setup/practitioners/add/"
    page = client.get(path).content.decode()
    data: dict[str, Any] = {
        **texts("name", person.name["en"] if person else "Dr Ploy S."),
        **texts("title", "Dermatologist"),
        "about_en": "",
        "about_th": "",
        "kind": "doctor",
        "calendar_name": person.resource.name if person else "",
        "licence_number": "",
        "languages": ["th", "en"],
        "visit_types": [kind.pk for kind in person.visit_types.all()] if person else [],
        "user_id": "",
        "key" if person is None else "seen": hidden(page, "seen" if person else "key"),
    }
    return {**data, **changes}


def test_a_practitioner_is_added_once_with_a_photo_made_anew(
    client: Client, owner: User, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    kind = VisitTypeFactory.create()
    data = profile_data(client, None, visit_types=[kind.pk], user_id=owner.pk)

    for _press in range(2):
        photo = SimpleUploadedFile("../../x.php", encoded(noise(64, 64), "JPEG"), "image/jpeg")
        answer = client.post("/setup/practitioners/add/", {**data, "photo": photo})
        assert answer.status_code == 302

    person = Practitioner.objects.get()
    assert (person.resource.name, person.resource.kind) == ("Dr Ploy S.", "doctor")
    assert (list(person.visit_types.all()), person.user) == ([kind], owner)
    assert str(person.photo.name).startswith("practitioners/")
    assert person.photo.read()[:2] == b"\xff\xd8"


def test_a_file_that_is_no_photo_is_refused(client: Client, owner: User) -> None:
    data = profile_data(client, None, photo=SimpleUploadedFile("x.jpg", b"<?php", "image/jpeg"))

    answer = client.post("/setup/practitioners/add/", data)

    assert answer.status_code == 422
    assert "This file is not a photo we can open" in answer.content.decode()
    assert not Practitioner.objects.exists()


def test_a_practitioner_is_changed(client: Client, calendar: Calendar) -> None:
    person = calendar.practitioners[0]

    answer = client.post(
        f"/setup/practitioners/{person.pk}/", profile_data(client, person, licence_number="12345")
    )

    person.refresh_from_db()
    assert (answer.status_code, person.licence_number) == (302, "12345")


@pytest.mark.parametrize("change", [{"visit_types": []}, {"kind": "nurse"}])
def test_what_booked_visits_need_of_a_person_stays(
    client: Client, calendar: Calendar, change: dict[str, Any]
) -> None:
    visit = book_for(calendar)
    person = calendar.practitioners[0]

    answer = client.post(f"/setup/practitioners/{person.pk}/", profile_data(client, person, **change))

    assert answer.status_code == 409
    assert visit.reference in answer.content.decode()
    assert "Save all the same" not in answer.content.decode()
    assert person.visit_types.exists()
    person.resource.refresh_from_db()
    assert person.resource.kind == "doctor"


def test_a_visit_type_without_visits_is_taken_away(client: Client, calendar: Calendar) -> None:
    book_for(calendar)
    person = calendar.practitioners[0]
    other = VisitTypeFactory.create(code="OTHER")
    person.visit_types.add(other)

    kept = profile_data(client, person, visit_types=[calendar.visit_type.pk])
    assert client.post(f"/setup/practitioners/{person.pk}/", kept).status_code == 302
    assert list(person.visit_types.all()) == [calendar.visit_type]


def test_a_sign_in_belongs_to_one_practitioner(client: Client, calendar: Calendar, owner: User) -> None:
    PractitionerFactory.create(user=owner)
    person = calendar.practitioners[0]

    answer = client.post(f"/setup/practitioners/{person.pk}/", profile_data(client, person, user_id=owner.pk))

    assert answer.status_code == 422
    assert "This sign-in belongs to another practitioner." in answer.content.decode()
