"""A real mail server on loopback that behaves well or badly, as a test asks."""

import asyncio
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core.mail import EmailMessage as OutgoingMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.test import override_settings

from clinic.models import OutboxMessage

HANG = "hang"
KEEP_AND_HANG = "keep and hang"


@dataclass
class MailServer:
    """What the server received, and how it answers: an SMTP reply, or by not answering in time.

    `busiest` is how many messages it kept waiting at once.
    """

    on_recipient: str = "250 OK"
    on_data: str = "250 OK"
    received: list[EmailMessage] = field(default_factory=list)
    busy: int = 0
    busiest: int = 0

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Answer RCPT TO."""
        envelope.rcpt_tos.append(address)
        return self.on_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep what was sent, unless it is refused, and answer."""
        if self.on_data == KEEP_AND_HANG or self.on_data.startswith("2"):
            content = envelope.original_content or b""
            self.received.append(message_from_bytes(content, policy=default))
        if self.on_data in {HANG, KEEP_AND_HANG}:
            self.busy += 1
            self.busiest = max(self.busiest, self.busy)
            await asyncio.sleep(3)
            self.busy -= 1
            return "451 Too slow"
        return self.on_data


class WithdrawingBackend(BaseEmailBackend):
    """Takes a message while somebody withdraws it."""

    def send_messages(self, email_messages: Sequence[OutgoingMessage]) -> int:
        """Accept every message."""
        OutboxMessage.objects.update(status=OutboxMessage.Status.DROPPED)
        return len(email_messages)


def find_free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def mail_server(*, on_recipient: str = "250 OK", on_data: str = "250 OK") -> Iterator[MailServer]:
    """Run a mail server on a free port of loopback, and let Django send through it."""
    handler = MailServer(on_recipient, on_data)
    port = find_free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        with override_settings(
            EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=port,
            EMAIL_TIMEOUT=1,
        ):
            yield handler
    finally:
        controller.stop()
