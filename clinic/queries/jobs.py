"""What the job queue says of itself."""

from django.db import DatabaseError, connection


def get_worker_state() -> str:
    """Return "ok" if a worker has shown a heartbeat within 90 seconds of database time, else "down".

    Procrastinate workers write a heartbeat every 10 seconds.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT 1 FROM procrastinate_workers"
                " WHERE last_heartbeat > clock_timestamp() - interval '90 seconds')"
            )
            row = cursor.fetchone()
    except DatabaseError:
        return "unknown"
    return "ok" if row and row[0] else "down"
