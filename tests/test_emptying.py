"""What the suite does between tests that commit: nothing may be left, and nothing that is needed may go."""

from datetime import UTC, datetime

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import DatabaseError, connection
from procrastinate.contrib.django.models import ProcrastinateJob

from clinic.models import SecurityEvent, User
from tests.emptying import KEPT, empty_tables

pytestmark = pytest.mark.django_db(transaction=True)


def write_something() -> None:
    """Commit rows that refer to each other, that nobody may delete, and of a table Django does not manage."""
    user = User.objects.create(email="anna@example.org", name="Anna")
    SecurityEvent.objects.create(at=datetime(2026, 11, 2, tzinfo=UTC), kind="denied", user=user)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_jobs (task_name, queue_name) VALUES ('x', 'y')")


def test_every_row_goes_and_what_migrations_wrote_stays() -> None:
    write_something()

    empty_tables(lambda: call_command("flush", interactive=False, verbosity=0))

    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor)) - set(KEPT)
        full = []
        for table in tables:
            cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")
            full += [table] if cursor.fetchone()[0] else []
    assert full == []
    assert len(tables) > 50
    assert ContentType.objects.exists()


def test_whoever_is_no_superuser_cannot_delete_what_is_kept_for_good() -> None:
    write_something()

    with pytest.raises(DatabaseError, match="Cannot update or delete"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM clinic_securityevent")

    assert SecurityEvent.objects.exists()
    assert ProcrastinateJob.objects.exists()
