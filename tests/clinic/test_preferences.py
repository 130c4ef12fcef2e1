"""Language and colours: kept, and never a way to another site."""

import pytest
from django.conf import settings
from django.test import Client

from clinic.context import THEME_COOKIE
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "javascript:alert(1)",
    "http:///evil.example",
    "",
    "\x00",
]


def test_theme_is_kept_and_shown(client: Client) -> None:
    response = client.post("/theme/", {"theme": "dark", "next": "/privacy/"})
    assert (response.status_code, response.headers["Location"]) == (302, "/privacy/")
    assert 'data-bs-theme="dark"' in client.get("/privacy/").content.decode()


def test_theme_of_the_device_forgets_the_choice(client: Client) -> None:
    client.post("/theme/", {"theme": "dark"})
    client.post("/theme/", {"theme": ""})
    assert "data-bs-theme" not in client.get("/privacy/").content.decode()


def test_theme_cookie_of_another_hand_is_ignored(client: Client) -> None:
    client.cookies[THEME_COOKIE] = '"><script>'
    assert "data-bs-theme" not in client.get("/privacy/").content.decode()


@pytest.mark.parametrize("address", ELSEWHERE)
@pytest.mark.parametrize("path", ["/theme/", "/language/"])
def test_preferences_never_lead_to_another_site(client: Client, path: str, address: str) -> None:
    response = client.post(path, {"theme": "dark", "language": "en", "next": address})
    assert (response.status_code, response.headers["Location"]) == (302, "/")


def test_language_is_kept_and_leads_to_the_same_page(client: Client) -> None:
    response = client.post("/language/", {"language": "th", "next": "/evidence/?a=1"})
    assert response.headers["Location"] == "/th/evidence/?a=1"
    assert response.cookies[settings.LANGUAGE_COOKIE_NAME].value == "th"


def test_language_unknown_changes_nothing(client: Client) -> None:
    response = client.post("/language/", {"language": "xx", "next": "/evidence/"})
    assert response.headers["Location"] == "/evidence/"
    assert settings.LANGUAGE_COOKIE_NAME not in response.cookies


def test_language_of_staff_is_kept_with_the_user(client: Client) -> None:
    nok = StaffFactory.create(language="en")
    client.force_login(nok)
    assert client.post("/language/", {"language": "th", "next": "/desk/"}).headers["Location"] == "/desk/"
    nok.refresh_from_db()
    assert nok.language == "th"


@pytest.mark.parametrize("path", ["/theme/", "/language/"])
def test_preferences_change_only_by_post_with_the_forms_secret(path: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.get(path).status_code == 405
    assert strict.post(path, {"theme": "dark"}).status_code == 403
