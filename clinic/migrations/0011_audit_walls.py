"""Closer walls around the audit: a change is noted by its trigger alone, and every row has a time and a number.

`nuan_note_change` acts as its owner, so the site's role needs no right to insert changes, and has none
(clinic/services/database_walls.py). Its search path is pinned with it: such a function must not look elsewhere.
"""

from django.db import migrations

TABLES = ("clinic_readrecord", "clinic_securityevent", "clinic_changerecord", "clinic_auditcheck")

# "infinity" is a time to Postgres and to nothing else; the chain reads each table from its first number on.
BOUNDS = "".join(
    f"ALTER TABLE {table} ADD CONSTRAINT {table}_bounds CHECK (isfinite(at) AND id > 0);" for table in TABLES
)
UNBOUND = "".join(f"ALTER TABLE {table} DROP CONSTRAINT {table}_bounds;" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("clinic", "0010_sign_ins")]

    operations = [
        migrations.RunSQL(BOUNDS, UNBOUND),
        migrations.RunSQL(
            "ALTER FUNCTION nuan_note_change() SECURITY DEFINER SET search_path = public, pg_temp",
            "ALTER FUNCTION nuan_note_change() SECURITY INVOKER",
        ),
    ]
