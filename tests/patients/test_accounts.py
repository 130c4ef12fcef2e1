"""Patients sign in by a code, and find what was booked with their address."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic.models import OutboxMessage, User
from clinic.services.letters import SIGN_IN_CODE
from patients.services.accounts import attach_patients
from tests.factories import PatientFactory, UserFactory
from tests.patients.codes import (
    CONFIRM,
    REQUEST,
    STAFF_LOGIN,
    confirm,
    last_code,
    request_code,
    sign_in,
    signed_in_as,
)

pytestmark = pytest.mark.django_db


def test_a_patient_signs_in_with_the_code(client: Client) -> None:
    patient = PatientFactory.create(email="hannah@example.com")

    response = sign_in(client, "hannah@example.com")

    patient.refresh_from_db()
    assert response["Location"] == reverse("clinic:after-sign-in")
    assert signed_in_as(client) == str(patient.account_id)


def test_the_code_goes_to_the_address_in_the_language_of_the_page(client: Client) -> None:
    PatientFactory.create(email="hannah@example.com")

    client.post(f"/th{REQUEST}", {"email": "hannah@example.com"})

    message = OutboxMessage.objects.get()
    assert (message.kind, message.to, message.language) == (
        SIGN_IN_CODE,
        "hannah@example.com",
        "th",
    )


def test_signing_in_proves_the_address(client: Client) -> None:
    PatientFactory.create(email="hannah@example.com")

    sign_in(client, "hannah@example.com")

    user = User.objects.get()
    assert user.email_verified_at is not None
    assert EmailAddress.objects.get(user=user).verified
    assert not user.has_usable_password()


def test_asking_for_a_code_proves_nothing(client: Client) -> None:
    patient = PatientFactory.create(email="hannah@example.com")

    request_code(client, "hannah@example.com")

    patient.refresh_from_db()
    assert patient.account is None
    assert User.objects.get().email_verified_at is None


@pytest.mark.parametrize("typed", ["HANNAH@Example.com", " hannah@example.com "])
def test_letter_case_and_spaces_do_not_matter(client: Client, typed: str) -> None:
    PatientFactory.create(email="Hannah@example.com")

    sign_in(client, typed)

    assert User.objects.get().patients.count() == 1


def test_a_family_with_one_address_is_attached_together(client: Client) -> None:
    PatientFactory.create(email="home@example.com", name="Parent")
    PatientFactory.create(email="HOME@example.com", name="Child")
    PatientFactory.create(email="other@example.com", name="Stranger")

    sign_in(client, "home@example.com")

    names = User.objects.get().patients.values_list("name", flat=True)
    assert sorted(names) == ["Child", "Parent"]


def test_signing_in_again_attaches_what_was_booked_meanwhile(client: Client) -> None:
    PatientFactory.create(email="hannah@example.com")
    sign_in(client, "hannah@example.com")
    later = PatientFactory.create(email="hannah@example.com")

    sign_in(Client(), "hannah@example.com")

    later.refresh_from_db()
    assert later.account == User.objects.get()


def test_a_code_works_with_spaces_and_thai_digits(client: Client) -> None:
    PatientFactory.create(email="hannah@example.com")
    request_code(client, "hannah@example.com")
    thai = last_code().translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")).replace("-", " ")

    confirm(client, thai)

    assert signed_in_as(client) is not None


def test_a_wrong_code_is_refused(client: Client) -> None:
    PatientFactory.create(email="hannah@example.com")
    request_code(client, "hannah@example.com")

    page = confirm(client, "0000-0000" if last_code() != "0000-0000" else "1111-1111")

    assert signed_in_as(client) is None
    assert page.context["form"].errors


def test_a_code_works_once(client: Client) -> None:
    PatientFactory.create(email="hannah@example.com")
    sign_in(client, "hannah@example.com")
    code = last_code()
    client.post("/account/logout/")

    confirm(client, code)

    assert signed_in_as(client) is None


def test_a_code_belongs_to_the_browser_that_asked(client: Client) -> None:
    PatientFactory.create(email="hannah@example.com")
    request_code(client, "hannah@example.com")
    thief = Client()

    confirm(thief, last_code())

    assert signed_in_as(thief) is None


def test_a_code_ends_after_ten_minutes(client: Client) -> None:
    PatientFactory.create(email="hannah@example.com")
    request_code(client, "hannah@example.com")

    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=5), tick=True):
        confirm(client, last_code())

    assert signed_in_as(client) is None


def test_a_code_can_be_guessed_five_times(client: Client) -> None:
    PatientFactory.create(email="hannah@example.com")
    request_code(client, "hannah@example.com")
    code = last_code()
    for _guess in range(5):
        confirm(client, "not it")

    confirm(client, code)

    assert signed_in_as(client) is None


def test_one_can_start_over_with_another_address(client: Client) -> None:
    PatientFactory.create(email="hannah@example.com")
    request_code(client, "hanah@example.com")

    page = client.post("/account/logout/", {"next": REQUEST}, follow=True)
    sign_in(client, "hannah@example.com")

    assert page.redirect_chain == [(REQUEST, 302)]
    assert signed_in_as(client) is not None


def test_only_so_many_codes_are_sent_to_one_address() -> None:
    PatientFactory.create(email="hannah@example.com")

    pages = [request_code(Client(), f"hannah{alias}@example.com".upper()) for alias in ("", "+a", "+b", "+c")]

    assert [page.status_code for page in pages] == [200, 200, 200, 429]
    assert int(pages[-1]["Retry-After"]) <= 60


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", r"\\evil.example"])
def test_signing_in_leads_nowhere_else(client: Client, target: str) -> None:
    PatientFactory.create(email="hannah@example.com")
    client.post(REQUEST, {"email": "hannah@example.com", "next": target})

    response = client.post(CONFIRM, {"code": last_code(), "next": target})

    assert response["Location"] == reverse("clinic:after-sign-in")


def test_signing_in_leads_back_to_where_one_was(client: Client) -> None:
    PatientFactory.create(email="hannah@example.com")
    client.post(REQUEST, {"email": "hannah@example.com", "next": "/visits/"})

    response = client.post(CONFIRM, {"code": last_code(), "next": "/visits/"})

    assert response["Location"] == "/visits/"


def test_the_session_is_a_new_one_after_signing_in(client: Client) -> None:
    PatientFactory.create(email="hannah@example.com")
    request_code(client, "hannah@example.com")
    before = client.session.session_key

    confirm(client, last_code())

    assert client.session.session_key != before


def test_attach_patients_gives_nothing_to_a_second_account() -> None:
    first = UserFactory.create(email="home@example.com", email_verified_at=timezone.now())
    second = UserFactory.create(email="home@example.com")
    patient = PatientFactory.create(email="home@example.com")

    attached = attach_patients(user=second, email="home@example.com", now=timezone.now())

    patient.refresh_from_db()
    assert (attached, patient.account) == (0, None)
    assert first.patients.count() == 0


def test_attach_patients_leaves_other_accounts_their_people() -> None:
    owner = UserFactory.create(email="other@example.com")
    PatientFactory.create(email="home@example.com", account=owner)

    attached = attach_patients(
        user=UserFactory.create(email="home@example.com"), email="home@example.com", now=timezone.now()
    )

    assert attached == 0


@pytest.mark.parametrize("path", [REQUEST, STAFF_LOGIN, "/account/password/reset/"])
@pytest.mark.parametrize("prefix", ["", "/th"])
def test_the_pages_are_ours(client: Client, prefix: str, path: str) -> None:
    page = client.get(prefix + path)

    assert page.status_code == 200
    assert "style=" not in page.content.decode()
    assert 'id="main"' in page.content.decode()
