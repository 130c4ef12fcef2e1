"""Background jobs of the clinic app: sending messages, and looking after the queue.

Every task may run twice or be killed half-way without harm. procrastinate passes a periodic task
the time it was due, by the name `timestamp`.
"""

import uuid

from django.utils import timezone
from procrastinate import JobContext, builtin_tasks
from procrastinate.contrib.django import app

from clinic.jobs import MAIL_QUEUE, SEND_MESSAGE, UPKEEP_QUEUE
from clinic.named_tasks import named
from clinic.services import audit_checks, audit_seals, delivery, limits, outbox
from clinic.services.sessions import forget_sign_ins

FINISHED_JOBS_ARE_KEPT_HOURS = 72


@app.task(name=SEND_MESSAGE, queue=MAIL_QUEUE)
@named
def send_message(message_id: str) -> None:
    """Send one message of the outbox; running it twice sends it once."""
    delivery.deliver(message_id=uuid.UUID(message_id), now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queue=UPKEEP_QUEUE, pass_context=True)
async def rescue_stalled(context: JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Give back the jobs of workers that have not shown a heartbeat for 30 seconds."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)


@app.periodic(cron="*/5 * * * *")
@app.task(queue=UPKEEP_QUEUE)
@named
def defer_lost_messages(timestamp: int) -> None:  # noqa: ARG001
    """Find messages that should have left and whose job is gone."""
    outbox.defer_lost()


@app.periodic(cron="53 3 * * *")
@app.task(queue=UPKEEP_QUEUE)
@named
def forget_old_sign_ins(timestamp: int) -> None:  # noqa: ARG001
    """Forget who was signed in where, long after it ended."""
    forget_sign_ins(now=timezone.now())


@app.periodic(cron="17 * * * *")
@app.task(queue=UPKEEP_QUEUE, pass_context=True)
async def prune_finished_jobs(context: JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Delete jobs that ended more than three days ago."""
    await builtin_tasks.remove_old_jobs(
        context,
        max_hours=FINISHED_JOBS_ARE_KEPT_HOURS,
        remove_failed=True,
        remove_cancelled=True,
        remove_aborted=True,
    )


@app.periodic(cron="* * * * *")
@app.task(queue=UPKEEP_QUEUE)
@named
def seal_audit(timestamp: int) -> None:  # noqa: ARG001
    """Seal, each minute, the rows of the audit that can be sealed."""
    audit_seals.seal_audit()


@app.periodic(cron="37 2 * * *")
@app.task(queue=UPKEEP_QUEUE)
@named
def check_audit(timestamp: int) -> None:  # noqa: ARG001
    """Work out the audit's chain anew, once a night, and send its head away with the log."""
    audit_checks.check_audit(now=timezone.now())


@app.periodic(cron="23 * * * *")
@app.task(queue=UPKEEP_QUEUE)
@named
def forget_ended_limits(timestamp: int) -> None:  # noqa: ARG001
    """Delete counters whose window has ended: strangers choose what is counted, so there may be many."""
    limits.forget_ended(now=timezone.now())
