"""One world for all tests of access: each of them takes back what it changed."""

import logging
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from clinic.views import errors
from tests.access.world import World
from tests.clinic.demo_mode import demo_mode


@pytest.fixture(scope="package")
def world(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Everybody and everything, in demo mode: then every address exists. Made once, in one transaction."""
    with (
        django_db_blocker.unblock(),
        demo_mode(tmp_path_factory.mktemp("mail")),
        override_settings(SECURITY_CONTACT="mailto:security@example.com"),
        transaction.atomic(),
    ):
        yield World()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def in_time(request: pytest.FixtureRequest) -> None:
    """Let nothing that a test begins with be over already, however long the tests before it took."""
    if "world" in request.fixturenames:
        request.getfixturevalue("world").stay()


@pytest.fixture
def plain_errors(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Answer errors without a page, and log none: a walk is refused ten thousand times."""
    monkeypatch.setattr(
        errors, "render", lambda _request, _page, _context=None, status=200: HttpResponse(status=status)
    )
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
