"""The jobs that a worker runs, run by real workers; one of them is killed while it sends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob

from clinic import tasks
from clinic.models import OutboxMessage
from tests.clinic import letters
from tests.clinic.mail_servers import HANG, KEEP_AND_HANG, MailServer, mail_server

pytestmark = pytest.mark.django_db(transaction=True)


def run_worker(queues: list[str] | None = None) -> None:
    """Work off these queues; every queue, as the worker that is started without naming one.

    A worker also starts the periodic tasks that are due. It stops once it finds no job, also while one that
    still runs is about to make another: so workers follow each other until none is due.
    """
    connector = cast("DjangoConnector", app.connector).get_worker_connector()
    worker = app.with_connector(connector)
    worker.run_worker(queues=queues, wait=False, install_signal_handlers=False, listen_notify=False)
    while has_due_job(queues):
        worker.run_worker(queues=queues, wait=False, install_signal_handlers=False, listen_notify=False)


def has_due_job(queues: list[str] | None) -> bool:
    """Say whether a job in one of these queues (None: any) waits for a worker."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE status = 'todo'"
            " AND coalesce(scheduled_at, now()) <= now()"
            " AND (%(queues)s::text[] IS NULL OR queue_name = ANY(%(queues)s::text[])))",
            {"queues": queues},
        )
        return bool(cursor.fetchone()[0])


def execute(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def kill_worker_of_every_job() -> None:
    """Leave every job as a worker leaves it that was killed a minute ago."""
    execute(
        "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat)"
        " VALUES (now() - interval '1 minute') RETURNING id)"
        " UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM dead)"
    )


def make_due() -> None:
    """Let the time of every waiting message come."""
    due = datetime.now(UTC) - timedelta(seconds=1)
    OutboxMessage.objects.filter(status="waiting").update(send_after_at=due)


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def test_a_worker_sends_what_was_posted() -> None:
    letters.post()

    with mail_server() as server:
        run_worker()

    assert [mail["to"] for mail in server.received] == ["hannah@example.com"]
    assert OutboxMessage.objects.get().status == "sent"


def test_a_worker_leaves_a_delayed_message_alone() -> None:
    letters.post(delay=timedelta(minutes=3))

    with mail_server() as server:
        run_worker()

    assert server.received == []
    assert OutboxMessage.objects.get().status == "waiting"


def test_a_mail_server_that_hangs_does_not_hold_up_the_queue() -> None:
    for _message in range(3):
        letters.post()

    with mail_server(on_data=HANG) as server:
        run_worker(queues=["mail"])

    assert server.busiest == 3


def test_rescue_stalled_gives_back_the_job_of_a_dead_worker() -> None:
    letters.post()
    kill_worker_of_every_job()
    tasks.rescue_stalled.configure().defer(timestamp=0)

    with mail_server() as server:
        run_worker()

    assert len(server.received) == 1


def test_without_rescue_the_job_of_a_dead_worker_stays_where_it_is() -> None:
    letters.post()
    kill_worker_of_every_job()

    with mail_server() as server:
        run_worker(queues=["mail"])

    assert server.received == []


def test_rescue_stalled_leaves_a_living_worker_its_job() -> None:
    letters.post()
    kill_worker_of_every_job()
    execute("UPDATE procrastinate_workers SET last_heartbeat = now()")
    tasks.rescue_stalled.configure().defer(timestamp=0)

    with mail_server() as server:
        run_worker()

    assert server.received == []


def test_defer_lost_messages_sends_a_message_without_a_job() -> None:
    letters.post(now=datetime.now(UTC) - timedelta(minutes=6))
    execute("DELETE FROM procrastinate_jobs")
    tasks.defer_lost_messages.configure().defer(timestamp=0)

    with mail_server() as server:
        run_worker()

    assert len(server.received) == 1


def test_prune_finished_jobs_forgets_what_ended_days_ago() -> None:
    letters.post()
    with mail_server():
        run_worker()
    execute("UPDATE procrastinate_events SET at = at - interval '73 hours'")
    letters.post(delay=timedelta(hours=1))
    tasks.prune_finished_jobs.configure().defer(timestamp=0)

    run_worker()

    left = ProcrastinateJob.objects.filter(task_name="clinic.tasks.send_message")
    assert [job.status for job in left] == ["todo"]


def test_prune_finished_jobs_keeps_what_ended_lately() -> None:
    letters.post()
    with mail_server():
        run_worker()
    tasks.prune_finished_jobs.configure().defer(timestamp=0)

    run_worker()

    assert ProcrastinateJob.objects.filter(task_name="clinic.tasks.send_message").exists()


def test_the_upkeep_runs_by_itself() -> None:
    periodic = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}

    assert periodic["clinic.tasks.rescue_stalled"] == "* * * * *"
    assert periodic["clinic.tasks.defer_lost_messages"] == "*/5 * * * *"
    assert periodic["clinic.tasks.prune_finished_jobs"] == "17 * * * *"


@contextmanager
def worker_process(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run the worker as it is run for real, against the test database and a mail server's port."""
    database = connection.settings_dict
    where = f"{quote(str(database['HOST']), safe='')}:{database['PORT'] or 5432}"
    who = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}"
    environment = os.environ | {
        "DATABASE_URL": f"postgres://{who}@{where}/{database['NAME']}",
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "SECRET_KEY": settings.SECRET_KEY,
        "NUAN_DEMO": "0",
    }
    command = [sys.executable, "manage.py", "procrastinate", "worker"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def kill_mid_send(server: MailServer) -> None:
    """Start a worker and kill it when the mail server has the mail but has not said so."""
    with worker_process(settings.EMAIL_PORT) as worker:
        wait_until(lambda: len(server.received) == 1)
        worker.send_signal(signal.SIGKILL)


def test_a_worker_killed_while_sending_costs_one_duplicate_and_no_message() -> None:
    message = letters.post()

    with mail_server(on_data=KEEP_AND_HANG) as server:
        kill_mid_send(server)
        server.on_data = "250 OK"
        execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
        make_due()
        tasks.rescue_stalled.configure().defer(timestamp=0)
        run_worker()
        run_worker()

    message.refresh_from_db()
    assert message.status == "sent"
    assert len(server.received) == 2
    assert len({mail["message-id"] for mail in server.received}) == 1
