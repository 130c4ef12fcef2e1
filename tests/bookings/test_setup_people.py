"""The owner's pages of people: sign-ins and roles, and whom patients see."""

import time
import uuid
from functools import partial
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from bookings.services import staff
from clinic.models import OutboxMessage, Practitioner, Role, User
from clinic.services import letters
from clinic.services.meanwhile import NotAccepted
from clinic.stamps import stamp_fields
from tests.bookings.pages import book_for
from tests.bookings.setup_pages import hidden, owner_in, texts
from tests.calendars import Calendar, make_calendar
from tests.factories import PractitionerFactory, StaffFactory, UserFactory, VisitTypeFactory
from tests.photos.pictures import encoded, noise
from tests.race.together import all_at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client: Client) -> User:
    return owner_in(client)


def staff_data(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Nok",
        "email": "Nok@Example.com",
        "phone": "",
        "language": "th",
        "roles": ["front_desk"],
        **changes,
    }


def member_data(client: Client, user: User, **changes: Any) -> dict[str, Any]:
    """Return what the page of a member of staff posts if only some fields are changed."""
    page = client.get(f"/setup/people/{user.pk}/").content.decode()
    facts = staff.facts_of_staff(user) | {"phone": "", "seen": hidden(page, "seen")}
    return {**facts, **changes}


def test_somebody_is_invited_once_and_chooses_their_own_password(client: Client, owner: User) -> None:
    data = staff_data(key=str(uuid.uuid4()))

    answers = [client.post("/setup/people/invite/", data) for _press in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    user = User.objects.get(email="nok@example.com")
    message = OutboxMessage.objects.get()
    assert not user.has_usable_password()
    assert (message.kind, message.to, message.language) == ("staff_invitation", "nok@example.com", "th")
    mail = letters.write(message)
    link = next(word for word in str(mail.body).split() if "/password/reset/key/" in word)
    form = client.get(link.removeprefix("http://127.0.0.1:8000"), follow=True)
    assert form.status_code == 200


def test_no_page_asks_for_a_password(client: Client, owner: User) -> None:
    for path in ("/setup/people/invite/", f"/setup/people/{owner.pk}/"):
        assert 'type="password"' not in client.get(path).content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"roles": []}, "Choose what they may do"),
        ({"roles": ["king"]}, "king is not one of"),
        ({"email": "nobody"}, "Enter an email in the format"),
        ({"email": "taken@example.com"}, "This address already signs in as someone else."),
        ({"name": "\x00"}, "Enter the name"),
        ({"phone": "+1"}, "phone number"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    client: Client, owner: User, change: dict[str, Any], words: str
) -> None:
    UserFactory.create(email="Taken@example.com")

    answer = client.post("/setup/people/invite/", staff_data(key=str(uuid.uuid4()), **change))

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not OutboxMessage.objects.exists()


def test_roles_add_up_and_hold_from_the_next_click(client: Client, owner: User) -> None:
    nok = StaffFactory.create()
    browser = Client()
    browser.force_login(nok)
    assert browser.get("/setup/").status_code == 403

    client.post(f"/setup/people/{nok.pk}/", member_data(client, nok, roles=["front_desk", "owner"]))

    assert browser.get("/setup/").status_code == 200


def test_stopping_sign_in_ends_every_session_for_good(client: Client, owner: User) -> None:
    nok = StaffFactory.create()
    browser = Client()
    browser.force_login(nok)

    client.post(f"/setup/people/{nok.pk}/stop/")
    assert browser.get("/desk/").status_code == 302

    client.post(f"/setup/people/{nok.pk}/allow/")
    nok.refresh_from_db()
    assert nok.is_active
    assert browser.get("/desk/").status_code == 302
    assert OutboxMessage.objects.get().kind == "staff_invitation"


def test_somebody_is_invited_again_unless_they_may_not_sign_in(client: Client, owner: User) -> None:
    nok = StaffFactory.create()
    client.post(f"/setup/people/{nok.pk}/invite/")
    User.objects.filter(pk=nok.pk).update(is_active=False)

    page = client.post(f"/setup/people/{nok.pk}/invite/", follow=True).content.decode()

    assert OutboxMessage.objects.count() == 1
    assert "Let them sign in first." in page


def test_the_only_owner_stays_one(client: Client, owner: User) -> None:
    StaffFactory.create(roles=[Role.OWNER], is_active=False)

    demoted = client.post(f"/setup/people/{owner.pk}/", member_data(client, owner, roles=["nurse"]))
    stopped = client.post(f"/setup/people/{owner.pk}/stop/", follow=True)

    owner.refresh_from_db()
    assert demoted.status_code == 422
    assert "This is the only owner" in demoted.content.decode()
    assert "This is the only owner" in stopped.content.decode()
    assert owner.has_role(Role.OWNER)


def test_one_of_two_owners_may_step_back(client: Client, owner: User) -> None:
    StaffFactory.create(roles=[Role.OWNER])

    client.post(f"/setup/people/{owner.pk}/", member_data(client, owner, roles=["nurse"]))

    owner.refresh_from_db()
    assert owner.roles == ["nurse"]


def test_the_later_of_two_who_edit_a_person_is_told(client: Client, owner: User) -> None:
    nok = StaffFactory.create()
    data = member_data(client, nok, name="Nok K.")
    User.objects.filter(pk=nok.pk).update(roles=["front_desk", "nurse"])

    page = client.post(f"/setup/people/{nok.pk}/", data).content.decode()

    assert "Roles: Front desk, Nurse" in page
    assert 'value="Nok K."' in page
    assert page.count("checked") == 2


def test_a_patient_is_no_member_of_staff(client: Client, owner: User) -> None:
    patient = UserFactory.create()

    assert client.get(f"/setup/people/{patient.pk}/").status_code == 404
    assert client.post(f"/setup/people/{patient.pk}/stop/").status_code == 404


def demote_each_other() -> list[User]:
    """Let two owners take the role from each other at one moment; return who is an owner then."""
    User.objects.all().delete()
    one, other = (StaffFactory.create(roles=[Role.OWNER], email=f"{name}@example.com") for name in "ab")

    def demote(user: User, by: User) -> None:
        facts = staff.facts_of_staff(user)
        seen = stamp_fields(facts)
        staff.change_staff(user_id=user.pk, facts={**facts, "roles": ["nurse"]}, seen=seen, by=by)

    outcomes = all_at_once([partial(demote, one, other), partial(demote, other, one)])
    assert all(outcome.won or isinstance(outcome.error, NotAccepted) for outcome in outcomes)
    return list(User.objects.filter(roles__contains=[Role.OWNER]))


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_demote_each_other_leave_one() -> None:
    for _round in range(4):
        assert len(demote_each_other()) == 1
    assert connection.is_usable()


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_on_owners_none_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    def read_only(by: User, *, and_user: int | None = None) -> list[int]:
        owners = list(User.objects.filter(roles__contains=[Role.OWNER]).values_list("pk", flat=True))
        time.sleep(0.1)
        return owners

    monkeypatch.setattr(staff, "_lock_owners", read_only)

    assert demote_each_other() == []


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
    assert person.photo.name.startswith("practitioners/")
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


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_many(
    client: Client, owner: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_calendar(practitioners=count)
    for person in Practitioner.objects.order_by("pk"):
        person.user = StaffFactory.create()
        person.save()
    client.get("/setup/people/")

    with django_assert_num_queries(10):
        client.get("/setup/people/")
