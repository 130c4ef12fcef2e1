"""What programs look for: whom to tell of a hole, and what a search engine may read."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.safe_headers import PUBLIC

pytestmark = pytest.mark.django_db


def test_security_contact_is_as_the_standard_asks(settings: Any) -> None:
    settings.SECURITY_CONTACT, settings.BASE_URL = "mailto:security@mali.example", "https://mali.example"

    answer = Client().get("/.well-known/security.txt")

    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    expires = datetime.strptime(fields["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert fields["Contact"] == "mailto:security@mali.example"
    assert fields["Canonical"] == "https://mali.example/.well-known/security.txt"
    assert timedelta(days=150) < expires - datetime.now(UTC) < timedelta(days=365)


def test_security_contact_is_missing_while_nobody_is_named() -> None:
    assert Client().get("/.well-known/security.txt").status_code == 404


def may_read(path: str, robots: str) -> bool:
    """Say what a search engine makes of it: the longest rule that fits counts (RFC 9309)."""
    rules = re.findall(r"^(Allow|Disallow): (\S+)$", robots, re.MULTILINE)
    fitting = [(len(rule), kind == "Allow") for kind, rule in rules
               if re.match(re.escape(rule).replace(r"\$", "$"), path)]  # fmt: skip
    return bool(max(fitting)[1])


@pytest.mark.parametrize("prefix", ["", "/th"])
def test_search_engines_may_read_public_pages_only(prefix: str) -> None:
    robots = Client().get("/robots.txt").content.decode()
    public = [reverse(name) for name in PUBLIC if not name.startswith("notices:")]

    assert [path for path in public if not may_read(prefix + path, robots)] == []
    for path in ("/visit/abc/", "/book/", "/visits/", "/desk/", "/admin/", "/form/x/", "/account/login/"):
        assert not may_read(prefix + path, robots)
