"""Background jobs of the bookings app. A periodic task is passed the time it was due."""

from django.utils import timezone
from procrastinate.contrib.django import app

from bookings.services import holds, import_batches
from clinic.jobs import UPKEEP_QUEUE
from clinic.named_tasks import named


@app.periodic(cron="* * * * *")
@app.task(queue=UPKEEP_QUEUE)
@named
def sweep_expired_holds(timestamp: int) -> None:  # noqa: ARG001
    """Mark holds whose time is over as expired; nothing waits for this, it only tidies up."""
    holds.sweep_expired_holds()


@app.periodic(cron="23 3 * * *")
@app.task(queue=UPKEEP_QUEUE)
@named
def sweep_import_files(timestamp: int) -> None:  # noqa: ARG001
    """Delete, once a day, the files that have waited for more than a day to be imported."""
    import_batches.sweep_files(now=timezone.now())
