"""Fixtures every test may use."""

import os
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import CommandError
from django.db import connection
from django.test import Client, TransactionTestCase
from pytest_django.plugin import DjangoDbBlocker

from deploy.local.chromium import find_chromium
from tests import signing_in
from tests.emptying import empty_tables

CHROMIUM_OPTIONS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
COMMITTING = {"transactional_db", "django_db_reset_sequences", "live_server"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the browser tests for last: once Playwright runs, its event loop stays in this thread."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Mark the finished test database with what made it (see `tests.database`)."""
    if mark := os.environ.get("NUAN_TEST_SCHEMA"):
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            name = connection.ops.quote_name(connection.settings_dict["NAME"])
            cursor.execute(f"COMMENT ON DATABASE {name} IS '{mark}'")


@pytest.fixture(scope="session", autouse=True)
def second_factor_used() -> Iterator[None]:
    """Let `force_login` sign staff in as if they had used their second factor (see `tests.signing_in`)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "force_login", signing_in.force_login)
        yield


@pytest.fixture(scope="session", autouse=True)
def own_photos(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep photos of tests apart from those of the clinic that runs here."""
    settings.PHOTOS_ROOT = tmp_path_factory.mktemp("photos")


@pytest.fixture(scope="session", autouse=True)
def empty_tables_again() -> Iterator[None]:
    """Empty the tables; once more if a page that is still saving was in the way, and Postgres chose us."""
    truncate = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def flush_patiently(case: TransactionTestCase) -> None:
        try:
            empty_tables(partial(truncate, case))
        except (CommandError, psycopg.Error):
            time.sleep(1)
            empty_tables(partial(truncate, case))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", flush_patiently)
        yield


@pytest.fixture(autouse=True)
def clean_slate(request: pytest.FixtureRequest) -> Iterator[None]:
    """Start each database test with an empty cache and no search remembered."""
    marker = request.node.get_closest_marker("django_db")
    names = set(request.fixturenames)
    committing = bool(names & COMMITTING) or bool(marker and marker.kwargs.get("transaction"))
    if not committing and marker is None and "db" not in names:
        yield
        return
    request.getfixturevalue("transactional_db" if committing else "db")
    cache.clear()
    forget_searches()
    yield
    if committing:
        cache.clear()


def forget_searches() -> None:
    """Forget what this process found for earlier searches."""
    from bookings.queries.outlook import memory

    memory.clear()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the system's Chromium; skip the test where there is none."""
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium")
    # Playwright's own loop runs in this thread; Django would take our queries for async ones.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    options = [*CHROMIUM_OPTIONS, *as_root]
    return {**browser_type_launch_args, "executable_path": path, "args": options}
