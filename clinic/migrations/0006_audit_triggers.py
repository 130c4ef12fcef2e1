"""What the database itself does for the audit: it stamps rows, and notes the changes of watched tables.

These are plain triggers, not pgtrigger's: no setting of a session switches them off.
"""

from django.db import migrations

# Whatever was inserted: the transaction that a row really belongs to, and the cluster that counts them.
STAMP = """
CREATE FUNCTION nuan_audit_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.transaction_id := pg_current_xact_id()::text::int8;
    NEW.era := (SELECT system_identifier FROM pg_control_system());
    RETURN NEW;
END $$;
CREATE TRIGGER audit_stamp BEFORE INSERT ON clinic_readrecord
    FOR EACH ROW EXECUTE FUNCTION nuan_audit_stamp();
CREATE TRIGGER audit_stamp BEFORE INSERT ON clinic_securityevent
    FOR EACH ROW EXECUTE FUNCTION nuan_audit_stamp();
CREATE TRIGGER audit_stamp BEFORE INSERT ON clinic_changerecord
    FOR EACH ROW EXECUTE FUNCTION nuan_audit_stamp();
"""
UNSTAMP = "DROP FUNCTION nuan_audit_stamp CASCADE;"

# That somebody signed in is a security event, not a change. The argument: the columns whose values are left out, with commas between.
NOTE = """
CREATE FUNCTION nuan_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    left_out text[] := string_to_array(TG_ARGV[0], ',');
    was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    now_is jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    changed text[];
    asked jsonb := nullif(current_setting('pghistory.context_metadata', true), '')::jsonb;
BEGIN
    SELECT array_agg(key ORDER BY key) INTO changed FROM jsonb_each(coalesce(now_is, was)) AS column_of(key, value)
    WHERE TG_OP <> 'UPDATE' OR (value IS DISTINCT FROM was -> key AND key <> 'last_login');
    IF changed IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO clinic_changerecord (at, transaction_id, era, table_name, row_id, operation, columns,
                                     before, after, actor_id, origin, request_id)
    SELECT clock_timestamp(), 0, 0, TG_TABLE_NAME,
           coalesce(coalesce(now_is, was) ->> 'id', coalesce(now_is, was) ->> (
               SELECT a.attname FROM pg_index AS i
                 JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
                WHERE i.indrelid = TG_RELID AND i.indisprimary)),
           lower(TG_OP), changed,
           (SELECT jsonb_object_agg(key, value) FROM jsonb_each(was) AS column_of(key, value)
            WHERE key = ANY(changed) AND key <> ALL(left_out)),
           (SELECT jsonb_object_agg(key, value) FROM jsonb_each(now_is) AS column_of(key, value)
            WHERE key = ANY(changed) AND key <> ALL(left_out)),
           (asked ->> 'user')::int8,
           left(coalesce(asked ->> 'url', asked ->> 'task', asked ->> 'command', ''), 200),
           left(coalesce(asked ->> 'request', ''), 40);
    RETURN NULL;
END $$;
"""

# As pghistory's own, but what was once said of a context stays: the app's role may not update it.
ATTACH = """
CREATE OR REPLACE FUNCTION _pgh_attach_context() RETURNS pghistory_context.id%TYPE LANGUAGE plpgsql AS $$
DECLARE
    context_id uuid := nullif(current_setting('pghistory.context_id', true), '')::uuid;
    context_metadata jsonb := nullif(current_setting('pghistory.context_metadata', true), '')::jsonb;
BEGIN
    IF context_id IS NULL OR context_metadata IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO pghistory_context (id, metadata, created_at, updated_at)
    VALUES (context_id, context_metadata, now(), now()) ON CONFLICT DO NOTHING;
    RETURN context_id;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("clinic", "0005_audit_chain"), ("pghistory", "0007_auto_20250421_0444")]

    operations = [
        migrations.RunSQL(STAMP, UNSTAMP),
        migrations.RunSQL(NOTE, "DROP FUNCTION nuan_note_change CASCADE;"),
        migrations.RunSQL(ATTACH, migrations.RunSQL.noop),
    ]
