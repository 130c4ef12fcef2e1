"""The demo's doors: open in demo mode only, never on real data, and no way out of the mail folder."""

import importlib
import os
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.urls import NoReverseMatch, reverse

from clinic.demo import guard, mail_files
from clinic.demo.views import ROLES
from clinic.models import Clinic
from clinic.services import letters as clinic_letters
from tests.clinic import letters
from tests.clinic.demo_mode import demo_mode, reload_urls
from tests.factories import PatientFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Path]:
    """Demo mode, with a mail folder of its own."""
    with demo_mode(tmp_path):
        yield tmp_path


@pytest.fixture
def mail(demo: Path) -> mail_files.MailedMessage:
    """One message that was sent."""
    clinic_letters.write(letters.post()).send()
    (message,) = mail_files.list_messages(demo)
    return message


def make_people() -> None:
    for role in ROLES:
        roles = {"desk": ["front_desk"], "nurse": ["nurse"], "clinician": ["clinician"], "owner": ["owner"]}
        UserFactory.create(email=role.email, roles=roles.get(role.slug, []))


@pytest.mark.parametrize("path", ["/demo/", "/demo/mailbox/", "/demo/mailbox/x/", "/demo/sign-in/owner/"])
def test_the_demos_pages_do_not_exist_otherwise(client: Client, path: str) -> None:
    reload_urls()

    assert not settings.DEMO
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


def test_the_demos_names_do_not_exist_otherwise() -> None:
    reload_urls()

    with pytest.raises(NoReverseMatch):
        reverse("demo:index")


@pytest.mark.parametrize("slug", [role.slug for role in ROLES])
def test_one_press_signs_in(demo: Path, client: Client, slug: str) -> None:
    make_people()

    response = client.post(f"/demo/sign-in/{slug}/")

    assert response["Location"] == reverse("clinic:after-sign-in")
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize("slug", [role.slug for role in ROLES])
def test_the_page_offers_each_role_by_post(demo: Path, client: Client, slug: str) -> None:
    make_people()

    page = client.get("/demo/").content.decode()

    assert f'method="post" action="/demo/sign-in/{slug}/"' in page


def test_opening_the_link_signs_nobody_in(demo: Path, client: Client) -> None:
    make_people()

    response = client.get("/demo/sign-in/owner/")

    assert response.status_code == 405
    assert "_auth_user_id" not in client.session


def test_signing_in_needs_the_forms_token(demo: Path) -> None:
    make_people()

    response = Client(enforce_csrf_checks=True).post("/demo/sign-in/owner/")

    assert response.status_code == 403


def test_nobody_else_can_be_signed_in(demo: Path, client: Client) -> None:
    StaffFactory.create(email="real@example.com")

    assert client.post("/demo/sign-in/real@example.com/").status_code == 404


def test_an_empty_demo_says_how_to_load_it(demo: Path, client: Client) -> None:
    page = client.get("/demo/").content.decode()

    assert "manage.py seed_demo" in page


def test_the_mailbox_is_empty_at_first(demo: Path, client: Client) -> None:
    page = client.get("/demo/mailbox/")

    assert page.status_code == 200
    assert page.context["mails"] == []


def test_the_mailbox_works_before_its_folder_exists(demo: Path, client: Client) -> None:
    demo.rmdir()

    assert client.get("/demo/mailbox/").status_code == 200


def test_the_mailbox_shows_the_newest_first(demo: Path, client: Client) -> None:
    for number, kind in enumerate(["booked", "cancelled"]):
        clinic_letters.write(letters.post(kind)).send()
        newest = max(demo.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        os.utime(newest, (1_000_000 + number, 1_000_000 + number))

    mails = client.get("/demo/mailbox/").context["mails"]

    assert ["cancelled" in mail.subject for mail in mails] == [True, False]


def test_a_message_shows_its_parts(mail: mail_files.MailedMessage, client: Client) -> None:
    page = client.get(f"/demo/mailbox/{mail.name}/").content.decode()

    assert mail.subject in page
    assert "hannah@example.com" in page
    assert "BCDF2345" in page
    assert f'src="/demo/mailbox/{mail.name}/html/"' in page
    assert f"/demo/mailbox/{mail.name}/appointment.ics" in page


def test_the_links_of_the_text_can_be_followed(mail: mail_files.MailedMessage, client: Client) -> None:
    page = client.get(f"/demo/mailbox/{mail.name}/").content.decode()

    assert f'<a href="{settings.BASE_URL}/visit/' in page


def test_the_messages_frame_is_sandboxed(mail: mail_files.MailedMessage, client: Client) -> None:
    page = client.get(f"/demo/mailbox/{mail.name}/")

    assert 'sandbox="allow-top-navigation-by-user-activation"' in page.content.decode()
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert "unsafe-inline" not in page["Content-Security-Policy"]


def test_the_messages_html_may_have_style_and_nothing_else(
    mail: mail_files.MailedMessage, client: Client
) -> None:
    page = client.get(f"/demo/mailbox/{mail.name}/html/")

    policy = page["Content-Security-Policy"]
    assert sorted(part.strip() for part in policy.split(";") if part.strip()) == [
        "base-uri 'none'",
        "default-src 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        "sandbox allow-top-navigation-by-user-activation",
        "style-src 'unsafe-inline'",
    ]
    assert page["X-Frame-Options"] == "SAMEORIGIN"


def test_the_messages_links_open_in_the_whole_window(mail: mail_files.MailedMessage, client: Client) -> None:
    page = client.get(f"/demo/mailbox/{mail.name}/html/").content.decode()

    assert '<base target="_top">' in page


def test_the_calendar_file_can_be_downloaded(mail: mail_files.MailedMessage, client: Client) -> None:
    file = client.get(f"/demo/mailbox/{mail.name}/appointment.ics")

    assert file["Content-Type"] == "text/calendar; charset=utf-8"
    assert file["Content-Disposition"] == 'attachment; filename="appointment.ics"'
    assert file.content.startswith(b"BEGIN:VCALENDAR")


def test_a_message_without_a_calendar_file_hands_out_none(demo: Path, client: Client) -> None:
    clinic_letters.write(letters.post("sign_in_code", facts={})).send()
    (mail,) = mail_files.list_messages(demo)

    assert client.get(f"/demo/mailbox/{mail.name}/appointment.ics").status_code == 404


@pytest.mark.parametrize(
    "name", ["../secret", "..%2Fsecret", "%2e%2e%2fsecret", "/etc/passwd", "secret", "*", "."]
)
def test_there_is_no_way_out_of_the_folder(demo: Path, client: Client, name: str) -> None:
    (demo / "mail").mkdir()
    (demo / "secret.log").write_text("Subject: secret\n\nsecret")

    with override_settings(NUAN_MAIL_DIR=demo / "mail"):
        response = client.get(f"/demo/mailbox/{name}/html/")

    assert response.status_code == 404


def test_a_link_in_the_folder_is_not_followed(demo: Path) -> None:
    (demo / "secret").write_text("Subject: secret\n\nsecret")
    (demo / "link.log").symlink_to(demo / "secret")

    assert mail_files.list_messages(demo) == []


def test_a_broken_file_does_not_break_the_mailbox(demo: Path, client: Client) -> None:
    (demo / "broken.log").write_bytes(b"\xff\xfe not a mail at all\n\n")

    assert client.get("/demo/mailbox/").status_code == 200


def test_the_guard_lets_an_empty_database_pass(demo: Path) -> None:
    guard.refuse_demo_on_real_data()


def test_the_guard_lets_the_demos_own_data_pass(demo: Path) -> None:
    Clinic.objects.create(pk=1, is_demo=True)
    PatientFactory.create(is_demo=True)
    make_people()

    guard.refuse_demo_on_real_data()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Clinic.objects.create(pk=1), "a clinic"),
        (PatientFactory.create, "patients"),
        (StaffFactory.create, "accounts"),
    ],
)
def test_the_guard_refuses_real_data(demo: Path, make: Any, words: str) -> None:
    make()

    with pytest.raises(guard.NotADemoDatabase, match=words):
        guard.refuse_demo_on_real_data()


def test_real_data_are_no_matter_without_the_demo() -> None:
    PatientFactory.create()

    guard.refuse_demo_on_real_data()


@pytest.mark.parametrize("command", ["check_demo", "seed_demo"])
def test_the_commands_refuse_real_data(demo: Path, command: str) -> None:
    PatientFactory.create()

    with pytest.raises(CommandError, match="did not make"):
        call_command(command, stdout=StringIO())


def test_the_server_refuses_real_data(demo: Path) -> None:
    PatientFactory.create()

    with pytest.raises(guard.NotADemoDatabase):
        importlib.reload(importlib.import_module("clinic.wsgi"))
