"""Taking the history of visits away, which the site's own role may not delete a row of.

A function of the owner's does it (migration `0006_forget_visits`). It takes nothing but the history of who is
erased, and of times that were held and never booked.
"""

from collections.abc import Collection
from uuid import UUID

import pgtrigger
from django.db import connection

HISTORY = "bookings.AppointmentEvent:append_only"


def forget_history(visits: Collection[UUID]) -> int:
    """Delete what django-pghistory kept of these visits, and return how many rows; others' stay as they are.

    Of somebody who is being erased it goes once they are (`Patient.erased_at`), in the same transaction.
    """
    with pgtrigger.ignore(HISTORY), connection.cursor() as cursor:
        cursor.execute("SELECT nuan_forget_visits(%s::uuid[])", [list(visits)])
        return int(cursor.fetchone()[0])
