"""Background jobs of the bookings app. A periodic task is passed the time it was due."""

import uuid

from django.utils import timezone
from procrastinate.contrib.django import app

from bookings.services import holds, import_batches, own_copies, retention
from clinic.jobs import BUILD_COPY, UPKEEP_QUEUE
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


@app.task(name=BUILD_COPY, queue=UPKEEP_QUEUE)
@named
def build_copy(export_id: str) -> None:
    """Make the file of a copy of somebody's data; running it twice makes it once."""
    own_copies.build_copy(export_id=uuid.UUID(export_id), now=timezone.now())


@app.periodic(cron="*/10 * * * *")
@app.task(queue=UPKEEP_QUEUE)
@named
def end_copies(timestamp: int) -> None:  # noqa: ARG001
    """Destroy copies whose three days are over, and make those again whose job was lost."""
    own_copies.end_copies(now=timezone.now())


@app.periodic(cron="53 2 * * *")
@app.task(queue=UPKEEP_QUEUE)
@named
def keep_retention_table(timestamp: int) -> None:  # noqa: ARG001
    """Take, every night, what was kept long enough."""
    retention.apply_retention(now=timezone.now())
