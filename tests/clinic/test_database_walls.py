"""What the site's own database role cannot do, tried by that role itself; and which tables are watched."""

import os
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from bookings import watched as of_bookings
from clinic import watched as of_clinic
from clinic.models import Clinic
from clinic.queries import protected_rows
from clinic.queries.protected_rows import list_gaps, list_protected
from clinic.services import database_walls
from clinic.services.database_checks import check_app_role
from clinic.services.database_walls import pin_functions
from patients import watched as of_patients
from tests.audit.test_races import INSERT

pytestmark = pytest.mark.django_db(transaction=True)

WATCHED = {**of_clinic.WATCHED, **of_patients.WATCHED, **of_bookings.WATCHED}
NOT_WATCHED = {**of_clinic.NOT_WATCHED, **of_patients.NOT_WATCHED, **of_bookings.NOT_WATCHED}

IGNORE = "SELECT set_config('pgtrigger.ignore', '{pgtrigger_read_append_only_5272a}', true)"
TABLES = [
    *("clinic_readrecord", "clinic_securityevent", "clinic_changerecord", "clinic_auditseal"),
    *("clinic_auditcheck", "pghistory_context", "bookings_appointmentevent", "clinic_treatmentcardevent"),
]
REFUSED = {
    **{f"{table}: update": f"UPDATE {table} SET {{column}} = {{column}}" for table in TABLES},
    **{f"{table}: delete": f"DELETE FROM {table}" for table in TABLES},
    **{f"{table}: truncate": f"TRUNCATE {table} CASCADE" for table in TABLES},
    "ignoring the trigger": f"{IGNORE};; UPDATE clinic_readrecord SET reason = 'x'",
    "upsert": "INSERT INTO clinic_auditcheck (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET fault = ''",
    "disabling triggers": "ALTER TABLE clinic_readrecord DISABLE TRIGGER ALL",
    "dropping the stamp": "DROP TRIGGER audit_stamp ON clinic_readrecord",
    "dropping the watch": "DROP TRIGGER audit_change ON clinic_user",
    "a trigger of its own": (
        "CREATE TRIGGER zz BEFORE INSERT ON clinic_readrecord FOR EACH ROW"
        " EXECUTE FUNCTION suppress_redundant_updates_trigger()"
    ),
    "another function": (
        "CREATE OR REPLACE FUNCTION nuan_audit_stamp() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN RETURN NEW; END'"
    ),
    "playing a replica": "SET session_replication_role = replica",
    "dropping the table": "DROP TABLE clinic_readrecord",
    "a rule": "CREATE RULE zz AS ON INSERT TO clinic_readrecord DO INSTEAD NOTHING",
    "a forged change": (
        "INSERT INTO clinic_changerecord (at, table_name, row_id, operation, columns)"
        " VALUES (now(), 'clinic_user', '1', 'update', '{is_active}')"
    ),
    "becoming the owner": "SET ROLE nuan_owner",
    "a signed form: update": "UPDATE patients_formversion SET number = 9",
    "a review: update": "UPDATE patients_review SET rules = ''",
    "a consent: update": "UPDATE patients_consent SET is_given = false",
    "a reason: update": "UPDATE patients_reasonaccess SET sealed = ''",
    "a temporary table": "CREATE TEMP TABLE clinic_changerecord (LIKE public.clinic_changerecord)",
    "a temporary type": "CREATE TYPE pg_temp.int8 AS (x int)",
}


@pytest.fixture
def app() -> Iterator[psycopg.Connection]:
    """A connection of the role that serves the site, to the test database.

    Where DATABASE_URL is given, NUAN_TEST_APP_URL must be too.
    """
    address = os.environ["NUAN_TEST_APP_URL"].rpartition("/")[0]
    with psycopg.connect(f"{address}/{connection.settings_dict['NAME']}") as mine:
        yield mine
        mine.rollback()


def first_column(table: str) -> str:
    with connection.cursor() as cursor:
        return str(connection.introspection.get_table_description(cursor, table)[0].name)


def attempt(app: psycopg.Connection, statement: str) -> str:
    """Return how Postgres refuses a statement ("42501": lacks the right), "" if it does not; undone after."""
    table = statement.removeprefix("UPDATE ").split(" ")[0]
    column = first_column(table) if "{column}" in statement else ""
    try:
        for part in statement.replace("{column}", column).split(";; "):
            app.execute(part)
    except psycopg.Error as fault:
        return str(fault.sqlstate)
    finally:
        app.rollback()
    return ""


@pytest.mark.parametrize("what", REFUSED)
def test_the_sites_role_lacks_the_right(app: psycopg.Connection, what: str) -> None:
    assert attempt(app, REFUSED[what]) == "42501"


def test_the_sites_role_adds_and_reads(app: psycopg.Connection) -> None:
    app.execute(INSERT, [uuid4(), uuid4()])

    assert app.execute("SELECT count(*), min(transaction_id) > 0 FROM clinic_readrecord").fetchone() == (
        1,
        True,
    )


def test_the_sites_role_may_lock_and_delete_what_erasure_needs(app: psycopg.Connection) -> None:
    assert attempt(app, "SELECT id FROM patients_formversion FOR UPDATE") == ""
    assert attempt(app, "DELETE FROM patients_consent") == ""


@pytest.mark.parametrize("column", ["ends_at", "looked_at", "looked_by_id"])
def test_the_sites_role_may_close_what_a_reason_opened(app: psycopg.Connection, column: str) -> None:
    assert attempt(app, f"UPDATE patients_reasonaccess SET {column} = {column}") == ""
    assert attempt(app, "SELECT id FROM patients_reasonaccess FOR UPDATE") == ""


@pytest.fixture
def shadow(app: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """The role has, after all, a temporary table of the audit's name."""
    Clinic.objects.create(pk=1)
    database = connection.ops.quote_name(str(connection.settings_dict["NAME"]))
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT TEMPORARY ON DATABASE {database} TO nuan_app")
        app.execute("CREATE TEMP TABLE clinic_changerecord (LIKE public.clinic_changerecord)")
        app.execute("ALTER TABLE pg_temp.clinic_changerecord ALTER id DROP NOT NULL")
        yield app
        app.rollback()
        cursor.execute(f"REVOKE TEMPORARY ON DATABASE {database} FROM nuan_app")
        pin_functions()


def changes_noted(app: psycopg.Connection) -> list[int]:
    """Change a watched row; return how many changes stand in the role's own table, and in the audit."""
    tables = ("pg_temp.clinic_changerecord", "public.clinic_changerecord")
    before = [count_rows(app, table) for table in tables]
    app.execute("UPDATE clinic_clinic SET poem_licensed = NOT poem_licensed")
    return [count_rows(app, table) - count for table, count in zip(tables, before, strict=True)]


def count_rows(app: psycopg.Connection, table: str) -> int:
    found = app.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert found is not None
    return int(found[0])


def test_a_temporary_table_hides_no_change(shadow: psycopg.Connection) -> None:
    assert changes_noted(shadow) == [0, 1]


def test_without_its_walls_a_temporary_table_would_hide_the_change(shadow: psycopg.Connection) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER FUNCTION nuan_note_change() SECURITY INVOKER RESET search_path")
        try:
            assert changes_noted(shadow) == [1, 0]
        finally:
            shadow.rollback()
            cursor.execute("ALTER FUNCTION nuan_note_change() SECURITY DEFINER")


def test_no_gap_is_left_for_the_sites_role(app: psycopg.Connection) -> None:
    for table, refused in list_protected().items():
        for right in [*refused, "TRUNCATE", "TRIGGER"]:
            asked = app.execute("SELECT has_table_privilege(%s, %s)", [table, right])
            assert asked.fetchone() == (False,), f"{right} {table}"


@pytest.fixture
def gap() -> Iterator[None]:
    """The role may change reads after all, as if nothing had been taken from it."""
    with connection.cursor() as cursor:
        cursor.execute("GRANT UPDATE ON clinic_readrecord TO nuan_app")
        yield
        cursor.execute("REVOKE UPDATE ON clinic_readrecord FROM nuan_app")


def test_given_the_right_again_the_role_changes_what_was_read(app: psycopg.Connection, gap: None) -> None:
    app.execute(INSERT, [uuid4(), uuid4()])
    app.commit()

    assert attempt(app, "UPDATE clinic_readrecord SET reason = 'x'") == "P0001"  # the trigger alone
    assert attempt(app, REFUSED["ignoring the trigger"]) == ""


def test_a_command_gives_a_new_role_what_it_needs_and_no_more(app: psycopg.Connection, gap: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM nuan_app")
    assert attempt(app, "SELECT 1 FROM clinic_site") == "42501"

    call_command("grant_app_role")

    assert attempt(app, "SELECT 1 FROM clinic_site") == ""
    assert attempt(app, "DELETE FROM procrastinate_jobs") == ""
    assert attempt(app, REFUSED["ignoring the trigger"]) == "42501"


def test_the_check_warns_of_a_role_that_could_change_the_audit(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "UPDATE clinic_readrecord" in list_gaps()  # tests connect as the owner
    assert [warning.id for warning in check_app_role()] == ["nuan.W001"]

    monkeypatch.setattr(protected_rows, "list_protected", dict)
    assert list_gaps() == ["TEMPORARY tables"]  # an owner's right

    monkeypatch.setattr(protected_rows, "_MAY_HIDE", "SELECT false")
    assert check_app_role() == []


def tables_of_models() -> set[str]:
    models = apps.get_models(include_auto_created=True)
    return {model._meta.db_table for model in models if model._meta.managed}


def watched_in_the_database() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger"
            " WHERE tgname = 'audit_change' AND tgenabled = 'O'"
        )
        return dict(cursor.fetchall())


def test_every_table_is_watched_or_has_a_reason() -> None:
    """If this fails: add the new table to the `watched.py` of its app, to one list or to the other."""
    assert tables_of_models() == {*WATCHED, *NOT_WATCHED}
    assert not set(WATCHED) & set(NOT_WATCHED)
    assert all(NOT_WATCHED.values())


def test_the_database_watches_what_the_list_says() -> None:
    found = watched_in_the_database()

    assert set(found) == set(WATCHED)
    for table, left_out in WATCHED.items():
        assert found[table].endswith(f"nuan_note_change('{','.join(left_out)}')"), table


SECRET = {"BinaryField", "EmailField"}
PERSONAL = {"name", "contact_name", "birth_date", "phone", "email", "password", "words", "search_text"}
ABOUT_THE_CLINIC = {
    "clinic_clinic",
    "clinic_site",
    "clinic_resource",
    "bookings_closure",
    "clinic_messagewording",
}


def test_nothing_personal_or_sealed_is_copied() -> None:
    faults: list[Any] = []
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        for field in model._meta.concrete_fields if table in WATCHED else ():
            is_secret = field.get_internal_type() in SECRET or field.column in PERSONAL
            is_copied = field.column not in WATCHED[table] and table not in ABOUT_THE_CLINIC
            if is_secret and is_copied:
                faults.append((table, field.column))
    assert faults == []


def test_a_missing_watch_is_put_up_again() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER audit_change ON clinic_site")
    assert "clinic_site" not in watched_in_the_database()

    database_walls.watch("clinic_site", ())

    assert set(watched_in_the_database()) == set(WATCHED)
