"""The owner's pages of people: sign-ins and roles, and whom patients see."""

import time
import uuid
from functools import partial
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from bookings.services import staff
from clinic.models import OutboxMessage, Practitioner, Role, User
from clinic.services import letters
from clinic.services.meanwhile import NotAccepted
from clinic.services.second_factors import reset_factors
from clinic.stamps import stamp_fields
from tests.bookings.setup_pages import hidden, owner_in
from tests.calendars import make_calendar
from tests.clinic import factors
from tests.factories import StaffFactory, UserFactory
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
        time.sleep(0.5)
        return owners

    monkeypatch.setattr(staff, "_lock_owners", read_only)

    assert demote_each_other() == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_many(
    client: Client, owner: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_calendar(practitioners=count)
    for person in Practitioner.objects.order_by("pk"):
        person.user = StaffFactory.create()
        person.save()
    client.get("/setup/people/")

    with django_assert_num_queries(11):
        client.get("/setup/people/")


def test_an_owner_takes_the_second_step_of_a_colleague_away(client: Client, owner: User) -> None:
    colleague = factors.make_staff(email="nok@example.com")
    factors.give_app(colleague)
    factors.give_recovery_codes(colleague)
    page = client.get(f"/setup/people/{colleague.pk}/").content.decode()

    client.post(f"/setup/people/{colleague.pk}/second-step/")

    assert f'action="/setup/people/{colleague.pk}/second-step/"' in page
    assert not Authenticator.objects.filter(user=colleague).exists()
    assert OutboxMessage.objects.get().to == "nok@example.com"
    assert "/second-step/" not in client.get(f"/setup/people/{colleague.pk}/").content.decode()


def test_nobody_takes_their_own_second_step_away(client: Client, owner: User) -> None:
    factors.give_app(owner)
    page = client.get(f"/setup/people/{owner.pk}/").content.decode()

    client.post(f"/setup/people/{owner.pk}/second-step/")

    assert "/second-step/" not in page
    assert Authenticator.objects.filter(user=owner).exists()


def test_who_is_no_owner_any_more_takes_nothing_away(owner: User) -> None:
    colleague = factors.make_staff(email="nok@example.com")
    factors.give_app(colleague)
    User.objects.filter(pk=owner.pk).update(roles=["front_desk"])

    with pytest.raises(NotAccepted):
        reset_factors(user=colleague, by=owner, now=timezone.now())

    assert Authenticator.objects.filter(user=colleague).exists()
    assert not OutboxMessage.objects.exists()
