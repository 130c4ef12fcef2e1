"""What the database tells of the site's health: numbers only."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True)
class Gauge:
    """One number, or one for each value of a label. `sql` gives the number, or the value and the number.

    It is left out while `table` does not exist: a new version may be started before its migrations.
    """

    name: str
    words: str
    sql: str
    label: str = ""
    table: str = "django_session"


GAUGES = (
    Gauge(
        "nuan_jobs",
        "Jobs in the queue, by status.",
        "SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status",
        "status",
    ),
    Gauge(
        "nuan_oldest_due_job_seconds",
        "How long the oldest job that is due waits for a worker.",
        "SELECT coalesce(extract(epoch FROM clock_timestamp() - min(coalesce(j.scheduled_at, e.at))), 0)"
        " FROM procrastinate_jobs j"
        " LEFT JOIN LATERAL (SELECT min(at) AS at FROM procrastinate_events WHERE job_id = j.id) e ON true"
        " WHERE j.status = 'todo' AND coalesce(j.scheduled_at, e.at) <= clock_timestamp()",
    ),
    Gauge(
        "nuan_worker_silence_seconds",
        "Seconds since the last sign of life of any worker; -1 if there is none.",
        "SELECT coalesce(extract(epoch FROM clock_timestamp() - max(last_heartbeat)), -1)::float8"
        " FROM procrastinate_workers",
    ),
    Gauge(
        "nuan_messages",
        "Messages of the outbox, by status.",
        "SELECT status, count(*) FROM clinic_outboxmessage GROUP BY status",
        "status",
    ),
    Gauge(
        "nuan_oldest_unsent_message_seconds",
        "How long the oldest message that has failed at least once is on its way.",
        "SELECT coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)"
        " FROM clinic_outboxmessage WHERE status = 'waiting' AND attempts > 0",
    ),
    Gauge(
        "nuan_sessions",
        "Sessions that are not over.",
        "SELECT count(*) FROM django_session WHERE expire_date > clock_timestamp()",
    ),
    Gauge(
        "nuan_audit_unsealed_seconds",
        "Seconds since the audit was last sealed.",
        "SELECT coalesce(extract(epoch FROM clock_timestamp() - max(sealed_at)), 0) FROM clinic_auditseal",
        table="clinic_auditseal",
    ),
    Gauge(
        "nuan_audit_broken",
        "Whether the last verification found a fault in the chain of the audit.",
        "SELECT count(*) FROM (SELECT fault FROM clinic_auditcheck ORDER BY at DESC LIMIT 1) newest"
        " WHERE fault <> ''",
        table="clinic_auditcheck",
    ),
)


def list_gauges() -> Iterator[tuple[Gauge, list[tuple[str, float]]]]:
    """Yield each gauge with its numbers, by the value of its label ("" without one).

    :raises django.db.Error: if the database cannot be asked.
    """
    with connection.cursor() as cursor:
        for gauge in GAUGES:
            cursor.execute("SELECT to_regclass(%s) IS NULL", [gauge.table])
            if cursor.fetchone()[0]:
                continue
            cursor.execute(gauge.sql)
            rows = cursor.fetchall()
            yield gauge, [(str(row[0]) if gauge.label else "", float(row[-1])) for row in rows]
