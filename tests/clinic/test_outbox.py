"""A message and its job are written together, once, and can be withdrawn."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from clinic.models import OutboxMessage
from clinic.queries.outbox import find_latest
from clinic.services import outbox
from tests.clinic import letters

pytestmark = pytest.mark.django_db


def jobs() -> list[tuple[Any, ...]]:
    """Return queue, task, arguments and time of every waiting job."""
    waiting = ProcrastinateJob.objects.filter(status="todo").order_by("pk")
    return list(waiting.values_list("queue_name", "task_name", "args", "scheduled_at"))


@transaction.atomic
def post_and_fail() -> None:
    letters.post()
    raise RuntimeError("the booking failed")


def delete_jobs() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def test_post_writes_the_message_and_its_job() -> None:
    message = letters.post()

    assert OutboxMessage.objects.get() == message
    assert jobs() == [("mail", "clinic.tasks.send_message", {"message_id": str(message.pk)}, None)]


def test_post_stores_what_it_was_given() -> None:
    posted = letters.post(now=letters.NOW, delay=timedelta(minutes=3))

    message = OutboxMessage.objects.get(pk=posted.pk)
    assert message.facts == letters.visit_facts()
    assert (message.to, message.language) == ("hannah@example.com", "en")
    assert (message.created_at, message.send_after_at) == (
        letters.NOW,
        letters.NOW + timedelta(minutes=3),
    )


def test_post_is_one_statement() -> None:
    with CaptureQueriesContext(connection) as queries:
        letters.post()

    assert len(queries) == 1


def test_post_with_a_delay_schedules_the_job() -> None:
    now = datetime.now(UTC)

    letters.post(now=now, delay=timedelta(minutes=3))

    assert [job[3] for job in jobs()] == [now + timedelta(minutes=3)]


def test_post_twice_writes_once() -> None:
    subject = uuid.uuid4()
    letters.post(subject_id=subject)

    again = outbox.post(
        subject_type="visit",
        subject_id=subject,
        kind="booked",
        version=0,
        to="somebody@example.com",
        language="en",
        facts={},
        now=letters.NOW,
    )

    assert again is None
    assert OutboxMessage.objects.get().to == "hannah@example.com"
    assert len(jobs()) == 1


def test_post_goes_back_with_the_booking() -> None:
    with pytest.raises(RuntimeError):
        post_and_fail()

    assert not OutboxMessage.objects.exists()
    assert jobs() == []


def test_drop_withdraws_waiting_messages_of_one_subject() -> None:
    message, other = letters.post(), letters.post()

    dropped = outbox.drop(subject_type="visit", subject_id=message.subject_id)

    message.refresh_from_db()
    other.refresh_from_db()
    assert dropped == 1
    assert (message.status, other.status) == ("dropped", "waiting")


def test_drop_leaves_other_kinds_alone() -> None:
    message = letters.post("booked")

    dropped = outbox.drop(subject_type="visit", subject_id=message.subject_id, kinds=["cancelled"])

    assert dropped == 0


def test_drop_leaves_other_versions_alone() -> None:
    first = letters.post("changed", version=1)
    second = letters.post("changed", version=2, subject_id=first.subject_id)

    outbox.drop(subject_type="visit", subject_id=first.subject_id, kinds=["changed"], version=2)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == ("waiting", "dropped")


def test_drop_leaves_a_sent_message_alone() -> None:
    message = letters.post()
    OutboxMessage.objects.update(status="sent")

    assert outbox.drop(subject_type="visit", subject_id=message.subject_id) == 0


def test_a_dropped_message_that_is_needed_again_comes_back() -> None:
    message = letters.post()
    outbox.drop(subject_type="visit", subject_id=message.subject_id)

    again = letters.post(subject_id=message.subject_id)

    message.refresh_from_db()
    assert again.pk == message.pk
    assert message.status == "waiting"


def test_defer_lost_finds_a_message_whose_job_is_gone() -> None:
    message = letters.post(now=datetime.now(UTC) - timedelta(minutes=6))
    delete_jobs()

    found = outbox.defer_lost()

    assert found == 1
    assert [job[2] for job in jobs()] == [{"message_id": str(message.pk)}]


def test_defer_lost_leaves_a_message_with_a_job_alone() -> None:
    letters.post(now=datetime.now(UTC) - timedelta(minutes=6))

    assert outbox.defer_lost() == 0


def test_defer_lost_gives_a_late_message_five_minutes() -> None:
    letters.post(now=datetime.now(UTC) - timedelta(minutes=4))
    delete_jobs()

    assert outbox.defer_lost() == 0


def test_defer_ignores_messages_that_do_not_wait() -> None:
    message = letters.post()
    delete_jobs()
    OutboxMessage.objects.update(status="sent")

    outbox.defer([message.pk])

    assert jobs() == []


def test_find_latest_returns_the_newest_message_about_a_subject() -> None:
    first = letters.post("booked")
    letters.post("booked")
    newest = letters.post("moved", subject_id=first.subject_id, version=1)

    assert find_latest(subject_type="visit", subject_id=first.subject_id) == newest


def test_find_latest_returns_none_if_nothing_was_written() -> None:
    assert find_latest(subject_type="visit", subject_id=uuid.uuid4()) is None
