"""What people see when something goes wrong."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.checks import ERROR, run_checks
from django.db import connection
from django.test import Client, RequestFactory, override_settings

from clinic.models import Clinic
from clinic.queries.places import last_known
from clinic.views.errors import server_error, too_many
from tests.factories import SiteFactory, UserFactory

NOW = datetime(2026, 11, 9, 5, 0, tzinfo=UTC)


def test_error_pages_are_ones_django_can_call() -> None:
    assert [problem for problem in run_checks() if problem.level >= ERROR] == []


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "first", "second"), [("/nope/", "en", "th"), ("/th/nope/", "th", "en")])
def test_not_found_is_kind_in_both_languages(client: Client, address: str, first: str, second: str) -> None:
    SiteFactory.create(phone="+6621234567")
    response = client.get(address)
    html = response.content.decode()
    assert response.status_code == 404
    assert f'<html lang="{first}"' in html
    assert f'<div class="other" lang="{second}">' in html
    assert "tel:+6621234567" in html


@pytest.mark.django_db
def test_forbidden_page_says_why_and_how_to_go_on(client: Client) -> None:
    client.force_login(UserFactory.create())
    response = client.get("/desk/")
    assert response.status_code == 403
    assert "sign-in does not cover this page" in response.content.decode()


@pytest.mark.django_db
def test_form_without_its_secret_gets_its_own_page() -> None:
    response = Client(enforce_csrf_checks=True).post("/theme/", {"theme": "dark"})
    assert response.status_code == 403
    assert "Nothing was changed" in response.content.decode()


@pytest.mark.django_db
def test_strange_request_gets_a_page(client: Client) -> None:
    response = client.get("/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert "couldn’t read that request" in response.content.decode()


@pytest.mark.django_db
def test_fault_of_ours_gets_a_page_in_both_languages() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE clinic_treatmentcard RENAME TO gone")
    response = Client(raise_request_exception=False).get("/")
    html = response.content.decode()
    assert (response.status_code, response.headers["Cache-Control"]) == (500, "no-store")
    assert "Sorry, something went wrong" in html
    assert "ขออภัย" in html


def test_fault_page_needs_no_database() -> None:
    # Outside a database test any query fails, so this page asks none.
    assert server_error(RequestFactory().get("/")).status_code == 500
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        connection.ensure_connection()


@pytest.mark.django_db
def test_fault_page_shows_the_last_phone_number_it_read(client: Client) -> None:
    Clinic.objects.update_or_create(pk=1, defaults={"phone": "+6621234567"})
    client.get("/privacy/")
    assert str(last_known.phone) == "+6621234567"
    assert b"tel:+6621234567" in server_error(RequestFactory().get("/")).content


@pytest.mark.django_db
def test_too_many_says_when_to_come_back() -> None:
    request = RequestFactory().get("/")
    response = too_many(request, until=NOW + timedelta(seconds=90), now=NOW, words="Please wait a little.")
    html = response.content.decode()
    assert (response.status_code, response.headers["Retry-After"]) == (429, "90")
    assert "Please wait a little." in html
    assert "try again in 2 minutes" in html


@pytest.mark.django_db
def test_too_many_never_says_zero() -> None:
    response = too_many(RequestFactory().get("/"), until=NOW, now=NOW)
    assert response.headers["Retry-After"] == "1"
    assert "try again in 1 minute" in response.content.decode()


@pytest.mark.django_db
@override_settings(ACCOUNT_RATE_LIMITS={"login": "2/m/ip", "reset_password": "2/m/ip"})
@pytest.mark.parametrize("path", ["/account/login/", "/th/account/login/", "/account/password/reset/"])
def test_limits_on_signing_in_are_kind_and_say_when_they_end(client: Client, path: str) -> None:
    posted = {"login": "a@b.example", "email": "a@b.example", "password": "x"}

    answers = [client.post(path, posted) for _try in range(3)]

    assert answers[-1].status_code == 429
    assert answers[-1].headers["Retry-After"] == "60"
    assert "<h1" in answers[-1].content.decode()
