"""What the database itself keeps up: the triggers of watched tables, and what the site's role may not do.

Both are put up after every `migrate`, by the role that owns the tables; what stands already is left alone.
"""

from collections.abc import Mapping

from django.apps import AppConfig
from django.conf import settings
from django.db import connection
from django.db.models.signals import post_migrate

from clinic.queries.protected_rows import list_changing, list_protected

_READY = "SELECT to_regclass(%s) IS NOT NULL AND to_regproc('nuan_note_change') IS NOT NULL"
_STANDS = """
SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = 'audit_change' AND tgrelid = %s::regclass
"""

FUNCTIONS = ("nuan_audit_stamp", "nuan_note_change", "_pgh_attach_context")
_LOOSE = "SELECT EXISTS (SELECT FROM pg_proc WHERE oid = to_regproc(%s) AND proconfig IS NULL)"


def watch_after_migrating(config: AppConfig, tables: Mapping[str, tuple[str, ...]]) -> None:
    """See to the triggers of an app's watched tables, and to the limits of the site's role, after `migrate`.

    `tables` are those of its module `watched`.
    """

    def put_up(**facts: object) -> None:
        if "plan" in facts:  # a migration, not a test that empties its tables
            for table, left_out in tables.items():
                watch(table, left_out)
            pin_functions()
            limit_app_role()

    post_migrate.connect(put_up, sender=config, weak=False, dispatch_uid=f"{config.label}-walls")


def watch(table: str, left_out: tuple[str, ...]) -> None:
    """Make the trigger that notes every change of a table's rows, unless it stands already."""
    call = f"nuan_note_change('{','.join(left_out)}')"
    with connection.cursor() as cursor:
        cursor.execute(_READY, [table])
        if not cursor.fetchone()[0]:
            return
        cursor.execute(_STANDS, [table])
        stands = cursor.fetchone()
        if stands is None or not stands[0].endswith(call):
            cursor.execute(
                f"CREATE OR REPLACE TRIGGER audit_change AFTER INSERT OR UPDATE OR DELETE ON {table}"
                f" FOR EACH ROW EXECUTE FUNCTION {call}"
            )


def pin_functions() -> None:
    """Let the audit's own triggers write into the site's tables, whatever else a session calls by their name.

    Without, Postgres looks among a session's temporary tables first.
    """
    with connection.cursor() as cursor:
        for name in FUNCTIONS:
            cursor.execute(_LOOSE, [name])
            if cursor.fetchone()[0]:
                cursor.execute(f"ALTER FUNCTION {name}() SET search_path = public, pg_temp")


def limit_app_role() -> None:
    """Take from the site's role what it must not do to rows that are kept for good, if there is such a role.

    A row that may be deleted, for erasure, but never changed can still be locked: its key may be "changed".
    Nor does the role make temporary tables: one of a table's name would take what a trigger writes there.
    """
    role = settings.NUAN_APP_ROLE
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user <> %s FROM pg_roles WHERE rolname = %s", [role, role])
        if cursor.fetchone() != (True,):
            return
        quoted, changing = connection.ops.quote_name(role), list_changing()
        database = connection.ops.quote_name(str(connection.settings_dict["NAME"]))
        cursor.execute(f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC, {quoted}")
        for table, refused in list_protected().items():
            cursor.execute("SELECT to_regclass(%s)", [table])
            if cursor.fetchone()[0] is None:
                continue
            cursor.execute(f"REVOKE {', '.join(sorted(refused))}, TRUNCATE, TRIGGER ON {table} FROM {quoted}")
            if refused == {"UPDATE"}:
                columns = ", ".join(changing.get(table, ["id"]))
                cursor.execute(f"GRANT UPDATE ({columns}) ON {table} TO {quoted}")


def grant_app_role() -> None:
    """Give the site's role, made after the tables were, what it needs to run the site, and no more.

    :raises django.db.Error: if there is no such role, or whoever asks does not own the tables.
    """
    role = connection.ops.quote_name(settings.NUAN_APP_ROLE)
    tables = "SELECT, INSERT, UPDATE, DELETE ON"
    rights = [
        f"GRANT {tables} ALL TABLES IN SCHEMA public TO {role}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role}",
        f"ALTER DEFAULT PRIVILEGES GRANT {tables} TABLES TO {role}",
        f"ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT ON SEQUENCES TO {role}",
        f"ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO {role}",
    ]
    with connection.cursor() as cursor:
        for statement in rights:
            cursor.execute(statement)
    limit_app_role()
