"""Which language somebody meets first, and how a choice is kept."""

import pytest
from django.conf import settings
from django.test import Client

pytestmark = pytest.mark.django_db

COOKIE = settings.LANGUAGE_COOKIE_NAME
THAI = {"accept-language": "th-TH,th;q=0.9,en;q=0.5"}


def test_first_visit_goes_to_thai_if_the_browser_prefers_it(client: Client) -> None:
    response = client.get("/?from=line", headers=THAI)
    assert (response.status_code, response.headers["Location"]) == (302, "/th/?from=line")
    assert response.headers["Cache-Control"] == "no-store"
    assert {"Accept-Language", "Cookie"} <= {name.strip() for name in response.headers["Vary"].split(",")}


@pytest.mark.parametrize(
    "languages", ["en", "en-GB,th;q=0.4", "de", "", "th;q=0.2,en;q=0.9", "*", "x" * 5000]
)
def test_first_visit_stays_english_otherwise(client: Client, languages: str) -> None:
    response = client.get("/", headers={"accept-language": languages})
    assert (response.status_code, response.headers["Content-Language"]) == (200, "en")


def test_a_choice_of_english_is_kept_from_then_on(client: Client) -> None:
    client.cookies[COOKIE] = "en"
    assert client.get("/", headers=THAI).status_code == 200


def test_only_the_first_page_moves_anyone(client: Client) -> None:
    assert client.get("/evidence/", headers=THAI).status_code == 200


def test_a_link_inside_the_site_never_moves_anyone(client: Client) -> None:
    inside = {**THAI, "referer": "http://testserver/th/", "host": "testserver"}
    assert client.get("/", headers=inside).status_code == 200


def test_a_link_from_elsewhere_is_a_first_visit(client: Client) -> None:
    outside = {**THAI, "referer": "http://elsewhere.example/", "host": "testserver"}
    assert client.get("/", headers=outside).status_code == 302


def test_a_post_is_never_moved(client: Client) -> None:
    assert client.post("/", headers=THAI).status_code == 405


def test_crossing_to_the_other_language_is_remembered(client: Client) -> None:
    response = client.get("/", headers={"referer": "http://testserver/th/", "host": "testserver"})
    assert response.cookies[COOKIE].value == "en"


@pytest.mark.parametrize("referrer", ["http://testserver/evidence/", "http://elsewhere.example/th/", ""])
def test_staying_in_a_language_sets_no_cookie(client: Client, referrer: str) -> None:
    response = client.get("/privacy/", headers={"referer": referrer, "host": "testserver"})
    assert COOKIE not in response.cookies


def test_pages_without_a_thai_address_follow_the_cookie(client: Client) -> None:
    client.cookies[COOKIE] = "th"
    assert client.get("/desk/nowhere/").headers["Content-Language"] == "th"


def test_a_cookie_with_an_unknown_language_is_english(client: Client) -> None:
    client.cookies[COOKIE] = "xx"
    assert client.get("/desk/nowhere/").headers["Content-Language"] == "en"
