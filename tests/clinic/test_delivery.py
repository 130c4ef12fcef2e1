"""Messages leave through a real mail server; a fault waits and never shows whose message it was."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.test import override_settings
from procrastinate.contrib.django.models import ProcrastinateJob

from clinic.models import OutboxMessage
from clinic.services import delivery
from clinic.services.letters import write
from tests.clinic import letters
from tests.clinic.log_capture import handled
from tests.clinic.mail_servers import HANG, mail_server

pytestmark = pytest.mark.django_db


def deliver(message: OutboxMessage, *, now: datetime | None = None) -> OutboxMessage:
    """Try to send a message once and return it as it is then."""
    delivery.deliver(message_id=message.pk, now=now or datetime.now(UTC))
    message.refresh_from_db()
    return message


def make_due(message: OutboxMessage) -> None:
    """Let a waiting message's time come."""
    OutboxMessage.objects.filter(pk=message.pk).update(send_after_at=datetime.now(UTC) - timedelta(seconds=1))


def waiting_jobs() -> int:
    return ProcrastinateJob.objects.filter(status="todo").count()


def test_deliver_sends_a_message() -> None:
    with mail_server() as server:
        message = deliver(letters.post())

    assert [mail["to"] for mail in server.received] == ["hannah@example.com"]
    assert (message.status, message.attempts, message.last_error) == ("sent", 1, "")
    assert message.sent_at is not None


def test_deliver_twice_sends_once() -> None:
    with mail_server() as server:
        message = deliver(letters.post())
        deliver(message)

    assert len(server.received) == 1


def test_deliver_sends_nothing_before_its_time() -> None:
    with mail_server() as server:
        message = deliver(letters.post(delay=timedelta(minutes=3)))

    assert server.received == []
    assert (message.status, message.attempts) == ("waiting", 0)


def test_deliver_before_its_time_leaves_a_job_for_then() -> None:
    message = letters.post(delay=timedelta(minutes=3))
    before = waiting_jobs()

    deliver(message)

    assert waiting_jobs() == before + 1
    assert ProcrastinateJob.objects.latest("pk").scheduled_at == message.send_after_at


@pytest.mark.parametrize("status", ["sent", "failed", "dropped"])
def test_deliver_sends_only_what_waits(status: str) -> None:
    message = letters.post()
    OutboxMessage.objects.update(status=status)

    with mail_server() as server:
        deliver(message)

    assert server.received == []
    assert message.status == status


def test_deliver_of_an_unknown_message_does_nothing() -> None:
    delivery.deliver(message_id=uuid.uuid4(), now=datetime.now(UTC))

    assert waiting_jobs() == 0


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({"on_data": "451 Try again"}, "SMTPDataError 451"),
        ({"on_data": "554 No"}, "SMTPDataError 554"),
        ({"on_recipient": "450 Busy: hannah@example.com"}, "SMTPRecipientsRefused"),
        ({"on_data": HANG}, "SMTPServerDisconnected"),
    ],
)
def test_deliver_waits_after_a_fault(answers: dict[str, str], error: str) -> None:
    now = datetime.now(UTC)

    with mail_server(**answers) as server:
        message = deliver(letters.post(), now=now)

    assert server.received == []
    assert (message.status, message.last_error) == ("waiting", error)
    assert message.send_after_at == now + timedelta(minutes=1)


def test_deliver_waits_when_there_is_no_server() -> None:
    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=9,
    ):
        message = deliver(letters.post())

    assert (message.status, message.last_error) == ("waiting", "ConnectionRefusedError")


def test_deliver_after_a_fault_schedules_the_next_attempt() -> None:
    with mail_server(on_data="451 Try again"):
        message = deliver(letters.post())

    assert ProcrastinateJob.objects.latest("pk").scheduled_at == message.send_after_at


def test_deliver_succeeds_when_the_server_is_well_again() -> None:
    with mail_server(on_data="451 Try again"):
        message = deliver(letters.post())
    make_due(message)

    with mail_server() as server:
        deliver(message)

    assert (message.status, message.attempts, message.last_error) == ("sent", 2, "")
    assert len(server.received) == 1


def test_deliver_gives_up_after_eight_attempts() -> None:
    message = letters.post()

    with mail_server(on_data="451 Try again"):
        for _attempt in range(7):
            deliver(message)
            make_due(message)
        after_seven = message.status
        deliver(message)

    assert (after_seven, message.status, message.attempts) == ("waiting", "failed", 8)


def test_the_waits_between_attempts_add_up_to_about_a_day() -> None:
    assert timedelta(hours=20) < sum(delivery.WAITS, timedelta()) < timedelta(hours=28)


def test_deliver_gives_up_at_once_when_the_address_is_refused() -> None:
    with mail_server(on_recipient="550 No such user"):
        message = deliver(letters.post())

    assert (message.status, message.last_error) == ("failed", "SMTPRecipientsRefused")


def test_deliver_fails_a_message_that_takes_its_worker_down_each_time() -> None:
    message = letters.post()
    OutboxMessage.objects.update(attempts=8)

    with mail_server() as server:
        deliver(message)

    assert (message.status, message.last_error) == ("failed", "NeverFinished")
    assert server.received == []


def test_a_fault_is_logged_without_the_address(caplog: pytest.LogCaptureFixture) -> None:
    with mail_server(on_recipient="450 hannah@example.com is busy"):
        message = deliver(letters.post())

    logged = handled(caplog)
    assert str(message.pk) in logged
    assert "hannah" not in logged + message.last_error


def test_deliver_drops_a_message_without_an_address() -> None:
    with mail_server() as server:
        message = deliver(letters.post(to=""))

    assert (message.status, server.received) == ("dropped", [])


def test_deliver_drops_a_message_that_is_no_longer_true() -> None:
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()

    with mail_server() as server:
        message = deliver(letters.post(facts=letters.visit_facts(expires_at=past)))

    assert (message.status, server.received) == ("dropped", [])


def test_deliver_drops_a_message_that_a_newer_one_has_overtaken() -> None:
    old = letters.post("booked")
    new = letters.post("moved", subject_id=old.subject_id, version=1)

    with mail_server() as server:
        deliver(new)
        deliver(old)

    assert (new.status, old.status) == ("sent", "dropped")
    assert len(server.received) == 1


def test_deliver_sends_two_messages_of_one_visit_in_order() -> None:
    old = letters.post("booked")
    new = letters.post("moved", subject_id=old.subject_id, version=1)

    with mail_server() as server:
        deliver(old)
        deliver(new)

    assert len(server.received) == 2


def test_a_message_withdrawn_while_it_is_being_sent_counts_as_sent() -> None:
    with override_settings(EMAIL_BACKEND="tests.clinic.mail_servers.WithdrawingBackend"):
        message = deliver(letters.post())

    assert message.status == "sent"


def test_a_fault_after_a_withdrawal_is_not_tried_again() -> None:
    message = letters.post()
    claimed = delivery._claim(message.pk)
    assert claimed is not None
    OutboxMessage.objects.update(status="dropped")

    delivery._record_fault(claimed, TimeoutError(), datetime.now(UTC))

    message.refresh_from_db()
    assert message.status == "dropped"


def test_a_killed_attempt_leaves_a_lease_and_then_at_most_one_duplicate() -> None:
    message = letters.post()

    with mail_server() as server:
        claimed = delivery._claim(message.pk)
        assert claimed is not None
        write(claimed).send()  # killed here: sent, but not marked
        deliver(message)
        during_lease = len(server.received)
        make_due(message)
        deliver(message)
        deliver(message)

    assert (during_lease, len(server.received)) == (1, 2)
    assert server.received[0]["message-id"] == server.received[1]["message-id"]
