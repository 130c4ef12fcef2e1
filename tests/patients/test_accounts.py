"""Patients sign in by code, staff by password; nobody learns who is known here."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clinic.models import OutboxMessage, User
from clinic.services.letters import SIGN_IN_CODE
from clinic.tokens import derive_code
from patients.services.accounts import attach_patients
from tests.factories import PatientFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db

REQUEST = "/account/login/code/"
CONFIRM = "/account/login/code/confirm/"
STAFF_LOGIN = "/account/login/"
PASSWORD = "a long pass phrase"


def request_code(client: Client, email: str) -> Any:
    """Ask for a code and return the page that is shown next."""
    return client.post(REQUEST, {"email": email}, follow=True)


def last_code() -> str:
    """Return the code that the last message carries."""
    message = OutboxMessage.objects.filter(kind=SIGN_IN_CODE).latest("created_at")
    return derive_code(SIGN_IN_CODE, message.subject_id)


def confirm(client: Client, code: str) -> Any:
    return client.post(CONFIRM, {"code": code})


def sign_in(client: Client, email: str) -> Any:
    """Sign in by code, start to end."""
    request_code(client, email)
    return confirm(client, last_code())


def signed_in_as(client: Client) -> str | None:
    """Return the id of whoever is signed in."""
    return client.session.get("_auth_user_id")


def plain(page: HttpResponse, email: str) -> str:
    """Return a page without what differs by chance or because it was typed."""
    text = page.content.decode().replace(email, "EMAIL")
    return re.sub(r'(csrfmiddlewaretoken" value=|nonce=)"[^"]+"', "", text)


@pytest.fixture
def staff() -> User:
    user = StaffFactory.create(email="nok@example.com")
    user.set_password(PASSWORD)
    user.save()
    return user


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

    assert [bool(page.context["form"].errors) for page in pages] == [False, False, False, True]


def test_a_known_and_an_unknown_address_get_the_same_page() -> None:
    PatientFactory.create(email="hannah@example.com")

    known = request_code(Client(), "hannah@example.com")
    unknown = request_code(Client(), "nobody@example.com")

    assert plain(known, "hannah@example.com") == plain(unknown, "nobody@example.com")
    assert known.redirect_chain == unknown.redirect_chain
    assert known.status_code == unknown.status_code


def test_an_unknown_address_is_written_nowhere_and_gets_nothing(client: Client) -> None:
    request_code(client, "nobody@example.com")

    assert OutboxMessage.objects.get().to == ""
    assert "nobody" not in str(OutboxMessage.objects.values())
    assert not User.objects.exists()


def test_a_known_and_an_unknown_address_write_the_same() -> None:
    UserFactory.create(email="hannah@example.com")

    assert writes_for("hannah@example.com") == writes_for("nobody@example.com")


def writes_for(email: str) -> list[str]:
    """Return what asking for a code writes: one line a statement, without values."""
    with CaptureQueriesContext(connection) as queries:
        request_code(Client(), email)
    statements = [query["sql"].strip() for query in queries]
    return [
        " ".join(statement.split()[:3])
        for statement in statements
        if statement.startswith(("INSERT", "UPDATE", "DELETE", "WITH"))
    ]


def test_a_wrong_code_for_an_unknown_address_looks_the_same() -> None:
    PatientFactory.create(email="hannah@example.com")
    pages = []
    for email in ("hannah@example.com", "nobody@example.com"):
        client = Client()
        request_code(client, email)
        pages.append(plain(confirm(client, "not it"), email))

    assert pages[0] == pages[1]


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


def test_a_closed_account_gets_no_code_and_no_second_account(client: Client) -> None:
    PatientFactory.create(email="hannah@example.com")
    UserFactory.create(email="hannah@example.com", is_active=False)

    request_code(client, "hannah@example.com")

    assert OutboxMessage.objects.get().to == ""
    assert User.objects.count() == 1


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


@pytest.mark.parametrize(
    "path", ["/account/2fa/", "/account/2fa/totp/activate/", "/account/password/change/"]
)
def test_staff_reach_their_second_factor(client: Client, staff: User, path: str) -> None:
    client.post(STAFF_LOGIN, {"login": "nok@example.com", "password": PASSWORD})

    page = client.get(path, follow=True)

    assert page.status_code == 200
    assert 'id="main"' in page.content.decode()
