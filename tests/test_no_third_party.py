"""The site asks no other server for anything, and no page lets a browser ask one."""

import ast
import re
from pathlib import Path

import pytest
from django.test import Client

from clinic.models import Role
from tests.factories import StaffFactory

ROOT = Path(__file__).resolve().parents[1]
LOADS = re.compile(
    r"<(?:script|img|link|iframe|source|video|audio|embed|object|form)\b[^>]*(?:https?:)?//", re.I
)
NAMED = re.compile(r"(?:url\(|@import)[\"'\s]*(?:https?:)?//")

CLIENTS = {
    "urllib.request",
    "http.client",
    "requests",
    "httpx",
    "aiohttp",
    "socket",
    "ftplib",
    "smtplib",
    "urllib3",
}


def imported(source: str) -> set[str]:
    """Return the modules that a source imports."""
    nodes = list(ast.walk(ast.parse(source)))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    from_ = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    deep = {f"{node.module}.{alias.name}" for node in nodes if isinstance(node, ast.ImportFrom)
            for alias in node.names}  # fmt: skip
    return plain | from_ | deep


def calls_out(source: str) -> set[str]:
    """Return by what a source could ask another server."""
    return {
        name for name in imported(source) if any(name == one or name.startswith(f"{one}.") for one in CLIENTS)
    }


def test_the_site_asks_no_other_server() -> None:
    sources = [path for app in ("bookings", "patients", "clinic") for path in (ROOT / app).rglob("*.py")]
    found = {
        path.relative_to(ROOT).as_posix(): calls_out(path.read_text(encoding="utf-8")) for path in sources
    }

    # Faults of a mail server have their classes there; Django's own backend sends.
    assert {path: names for path, names in found.items() if names} == {
        "clinic/services/delivery.py": {"smtplib"},
    }


def test_a_client_of_other_servers_is_seen() -> None:
    assert calls_out("from urllib.request import urlopen") >= {"urllib.request"}
    assert calls_out("import requests.sessions") == {"requests.sessions"}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/media/", "/media/practitioners/a.jpg", "/.git/HEAD", "/.env"])
def test_no_file_lies_open(path: str) -> None:
    assert Client().get(path).status_code == 404


@pytest.mark.django_db
def test_the_admin_takes_no_photo_unread() -> None:
    """The set-up page makes each photo anew; the admin would keep the file, its name and its place data."""
    owner = Client()
    owner.force_login(StaffFactory.create(roles=[Role.OWNER], is_superuser=True))

    page = owner.get("/admin/clinic/practitioner/add/").content.decode()

    assert 'name="licence_number"' in page
    assert 'type="file"' not in page


def list_others() -> list[str]:
    """Return the templates and stylesheets that would make a browser ask another server."""
    pages = [
        path for path in (ROOT / "templates").rglob("*.html") if "mail" not in str(path.relative_to(ROOT))
    ]
    sheets = list((ROOT / "clinic" / "static").rglob("*.css"))
    wrong = [path for path in pages if LOADS.search(path.read_text(encoding="utf-8"))]
    return [str(path) for path in wrong + [s for s in sheets if NAMED.search(s.read_text(encoding="utf-8"))]]


def test_no_page_names_another_server() -> None:
    assert list_others() == []


def test_a_page_that_does_is_seen() -> None:
    assert LOADS.search('<script src="//cdn.example/a.js">')
    assert NAMED.search("@import 'https://fonts.example/a.css'")
