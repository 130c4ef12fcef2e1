"""The database's clock cannot be moved, so holds are moved instead."""

from django.db import connection

from bookings.models import Appointment


def expire(hold: Appointment, *, seconds_ago: float = 1.0) -> None:
    """Let a hold have ended some seconds ago (negative: ahead), by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH ends AS (SELECT clock_timestamp() - %s * interval '1 second' AS at), claims AS ("
            " UPDATE bookings_allocation SET expires_at = ends.at FROM ends WHERE appointment_id = %s)"
            " UPDATE bookings_appointment SET hold_expires_at = ends.at FROM ends WHERE id = %s",
            [seconds_ago, hold.pk, hold.pk],
        )


def seconds_left(hold: Appointment) -> float:
    """Return how long a hold still lasts by its allocations and the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM min(expires_at) - clock_timestamp())::float8"
            "  FROM bookings_allocation WHERE appointment_id = %s",
            [hold.pk],
        )
        return float(cursor.fetchone()[0])
