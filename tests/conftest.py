"""Fixtures every test may use."""

import os
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Mark the finished test database with what made it (see `tests.database`)."""
    if mark := os.environ.get("NUAN_TEST_SCHEMA"):
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            name = connection.ops.quote_name(connection.settings_dict["NAME"])
            cursor.execute(f"COMMENT ON DATABASE {name} IS '{mark}'")


@pytest.fixture(autouse=True)
def clean_slate(request: pytest.FixtureRequest) -> Iterator[None]:
    """Start each database test with an empty cache, and leave no job behind.

    procrastinate's tables are unmanaged, so Django's flush after a transactional test misses them.
    """
    marker = request.node.get_closest_marker("django_db")
    names = set(request.fixturenames)
    if marker is None and not names & {"db", "transactional_db", "live_server"}:
        yield
        return
    committed = bool(marker and marker.kwargs.get("transaction"))
    committed = committed or bool(names & {"transactional_db", "live_server"})
    request.getfixturevalue("transactional_db" if committed else "db")
    cache.clear()
    yield
    if committed:
        cache.clear()
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")
