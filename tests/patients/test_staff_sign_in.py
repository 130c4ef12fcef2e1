"""Staff sign in by password, never by code; nobody else has a password."""

import pytest
from django.test import Client
from django.urls import reverse

from clinic.models import OutboxMessage, User
from tests.factories import PatientFactory, StaffFactory, UserFactory
from tests.patients.codes import STAFF_LOGIN, confirm, last_code, request_code, signed_in_as

pytestmark = pytest.mark.django_db

PASSWORD = "a long pass phrase"


@pytest.fixture
def staff() -> User:
    user = StaffFactory.create(email="nok@example.com")
    user.set_password(PASSWORD)
    user.save()
    return user


def test_staff_get_no_code(client: Client, staff: User) -> None:
    page = request_code(client, "nok@example.com")

    assert OutboxMessage.objects.get().to == ""
    assert page.status_code == 200


def test_staff_who_are_patients_too_get_no_code(client: Client, staff: User) -> None:
    PatientFactory.create(email="nok@example.com")

    request_code(client, "nok@example.com")

    assert OutboxMessage.objects.get().to == ""


def test_who_becomes_staff_meanwhile_is_refused(client: Client) -> None:
    PatientFactory.create(email="hannah@example.com")
    request_code(client, "hannah@example.com")
    User.objects.update(roles=["owner"])

    response = confirm(client, last_code())

    assert response["Location"] == STAFF_LOGIN
    assert signed_in_as(client) is None


def test_staff_sign_in_with_a_password(client: Client, staff: User) -> None:
    response = client.post(STAFF_LOGIN, {"login": "nok@example.com", "password": PASSWORD})

    assert response["Location"] == reverse("clinic:after-sign-in")
    assert signed_in_as(client) == str(staff.pk)


def test_a_wrong_password_is_refused(client: Client, staff: User) -> None:
    client.post(STAFF_LOGIN, {"login": "nok@example.com", "password": "something else"})

    assert signed_in_as(client) is None


def test_a_patient_with_a_password_is_refused(client: Client) -> None:
    User.objects.create_user("hannah@example.com", PASSWORD)

    page = client.post(STAFF_LOGIN, {"login": "hannah@example.com", "password": PASSWORD})

    assert signed_in_as(client) is None
    assert page.context["form"].errors


def test_a_password_attaches_nobody(client: Client, staff: User) -> None:
    patient = PatientFactory.create(email="nok@example.com")

    client.post(STAFF_LOGIN, {"login": "nok@example.com", "password": PASSWORD})

    patient.refresh_from_db()
    assert patient.account is None


def test_staff_are_sent_a_link_for_a_new_password(client: Client, staff: User) -> None:
    client.post("/account/password/reset/", {"email": "nok@example.com"})

    message = OutboxMessage.objects.get()
    assert (message.kind, message.to) == ("password_reset", "nok@example.com")


@pytest.mark.parametrize("email", ["hannah@example.com", "nobody@example.com"])
def test_nobody_else_is_sent_a_link_for_a_new_password(client: Client, email: str) -> None:
    UserFactory.create(email="hannah@example.com")

    response = client.post("/account/password/reset/", {"email": email})

    assert response["Location"] == "/account/password/reset/done/"
    assert OutboxMessage.objects.get().to == ""


def test_nobody_signs_up(client: Client) -> None:
    response = client.post("/account/signup/", {"email": "new@example.com", "password1": PASSWORD})

    assert response.status_code == 403
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "path", ["/account/2fa/", "/account/2fa/totp/activate/", "/account/password/change/"]
)
def test_staff_reach_their_second_factor(client: Client, staff: User, path: str) -> None:
    client.post(STAFF_LOGIN, {"login": "nok@example.com", "password": PASSWORD})

    page = client.get(path, follow=True)

    assert page.status_code == 200
    assert 'id="main"' in page.content.decode()
