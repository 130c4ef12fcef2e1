"""Every page a visitor may read, in both languages, under the strict policy."""

import re

import pytest
from django.conf import settings
from django.test import Client

from clinic.models import Clinic, Role
from tests.factories import PractitionerFactory, SiteFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db

PAGES = ["/", "/sensitive-skin/", "/evidence/", "/privacy/"]
LANGUAGES = [("", "en"), ("/th", "th")]
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)|javascript:", re.IGNORECASE)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("prefix", "language"), LANGUAGES)
def test_page_answers_in_its_language(client: Client, path: str, prefix: str, language: str) -> None:
    response = client.get(prefix + path, headers={"accept-language": language})
    assert response.status_code == 200
    assert f'<html lang="{language}"' in response.content.decode()
    assert response.headers["Content-Language"] == language


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("prefix", "language"), LANGUAGES)
def test_page_has_no_inline_code_and_a_policy_that_forbids_it(
    client: Client, path: str, prefix: str, language: str
) -> None:
    response = client.get(prefix + path, headers={"accept-language": language})
    assert INLINE.search(response.content.decode()) is None
    assert "unsafe" not in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", PAGES)
def test_page_has_one_heading_one_main_and_a_way_to_it(client: Client, path: str) -> None:
    html = client.get(path, headers={"accept-language": "en"}).content.decode()
    assert len(re.findall(r"<h1\b", html)) == 1
    assert html.count('<main id="main"') == 1
    assert '<a class="skip" href="#main">' in html
    assert html.count('aria-live="polite"') == 1


def test_page_links_to_itself_in_the_other_language(client: Client) -> None:
    english = client.get("/evidence/").content.decode()
    thai = client.get("/th/evidence/").content.decode()
    assert '<a class="langtog" href="/th/evidence/" lang="th"' in english
    assert '<a class="langtog" href="/evidence/" lang="en"' in thai


def test_page_depends_on_the_persons_cookies(client: Client) -> None:
    assert "Cookie" in client.get("/privacy/").headers["Vary"]


def test_footer_shows_licences_and_the_way_to_reach_us(client: Client) -> None:
    Clinic.objects.update_or_create(pk=1, defaults={"name": "Mali Skin Clinic", "licence_number": "10102003"})
    SiteFactory.create(phone="+6621234567")
    PractitionerFactory.create(licence_number="45678", name={"en": "Dr Ploy S.", "th": "พญ.พลอย ส."})
    html = client.get("/privacy/").content.decode()
    for fact in ("Clinic licence 10102003", "Dr Ploy S. 45678", 'href="tel:+6621234567"', 'href="/privacy/"'):
        assert fact in html


def test_footer_leaves_out_people_who_have_left(client: Client) -> None:
    gone = PractitionerFactory.create(licence_number="45678")
    gone.resource.archived_at = "2026-01-01T00:00Z"
    gone.resource.save()
    assert "45678" not in client.get("/privacy/").content.decode()


def test_page_works_before_the_clinic_is_set_up(client: Client) -> None:
    assert client.get("/").status_code == 200


def test_article_in_thai_is_thai(client: Client) -> None:
    assert "ประกาศความเป็นส่วนตัว" in client.get("/th/privacy/").content.decode()


def test_article_answers_a_head_and_refuses_a_post(client: Client) -> None:
    assert client.head("/evidence/").status_code == 200
    assert client.post("/evidence/").status_code == 405


def test_page_says_when_it_is_a_demo(client: Client, settings: pytest.FixtureRequest) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    assert 'href="/demo/mailbox/"' in client.get("/privacy/").content.decode()


def test_page_does_not_speak_of_a_demo_otherwise(client: Client) -> None:
    assert "/demo/" not in client.get("/privacy/").content.decode()


def test_after_sign_in_leads_patients_to_their_visits(client: Client) -> None:
    client.force_login(UserFactory.create())
    assert client.get("/signed-in/").headers["Location"] == "/visits/"


def test_after_sign_in_leads_staff_to_the_day_in_their_language(client: Client) -> None:
    client.force_login(StaffFactory.create(roles=[Role.NURSE], language="th"))
    response = client.get("/signed-in/")
    assert response.headers["Location"] == "/desk/"
    assert response.cookies[settings.LANGUAGE_COOKIE_NAME].value == "th"


def test_after_sign_in_asks_strangers_to_sign_in(client: Client) -> None:
    assert "/account/" in client.get("/signed-in/").headers["Location"]
