"""Background jobs of the bookings app. A periodic task is passed the time it was due."""

from procrastinate.contrib.django import app

from bookings.services import holds
from clinic.jobs import UPKEEP_QUEUE


@app.periodic(cron="* * * * *")
@app.task(queue=UPKEEP_QUEUE)
def sweep_expired_holds(timestamp: int) -> None:  # noqa: ARG001
    """Mark holds whose time is over as expired; nothing waits for this, it only tidies up."""
    holds.sweep_expired_holds()
