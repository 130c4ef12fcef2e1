"""Reading back what Django's file-based mail backend wrote: one file a message."""

import email
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

END_OF_MESSAGE = b"\n" + b"-" * 79 + b"\n"
SHOWN_AT_MOST = 200


@dataclass(frozen=True)
class MailedMessage:
    """A message as it left. `name` is its file's; `sent_at` is aware; an absent part is ""."""

    name: str
    to: str
    subject: str
    sent_at: datetime | None
    text: str
    html: str
    calendar: str


def list_messages(folder: Path) -> list[MailedMessage]:
    """Return the newest messages in `folder`, newest first, 200 at most."""
    return [_read(path) for path in _list_files(folder)[:SHOWN_AT_MOST]]


def find_message(folder: Path, name: str) -> MailedMessage | None:
    """Return the message of that name; names are compared, never made into a path."""
    return next((_read(path) for path in _list_files(folder) if path.stem == name), None)


def _list_files(folder: Path) -> list[Path]:
    """Return the files of messages, newest first."""
    files = [path for path in folder.glob("*.log") if path.is_file() and not path.is_symlink()]
    return sorted(files, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)


def _read(path: Path) -> MailedMessage:
    source = path.read_bytes().split(END_OF_MESSAGE)[0]
    message = email.message_from_bytes(source, policy=default)
    date = message["date"]
    return MailedMessage(
        name=path.stem,
        to=str(message["to"] or ""),
        subject=str(message["subject"] or ""),
        sent_at=date.datetime if date else None,
        text=_part(message, "text/plain"),
        html=_part(message, "text/html"),
        calendar=_part(message, "text/calendar"),
    )


def _part(message: EmailMessage, content_type: str) -> str:
    """Return the first part of a type, decoded."""
    for part in message.walk():
        if part.get_content_type() == content_type:
            return str(part.get_content())
    return ""
