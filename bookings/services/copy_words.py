"""The readable page of a copy: its parts as headings, and what each entry says as lines of label and text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clinic import times

TITLES: Mapping[str, str | Promise] = {
    "person": _("You"),
    "account": _("Your account"),
    "visits": _("Visits"),
    "queue": _("Waiting without a visit"),
    "forms": _("Health forms you sent"),
    "draft": _("Health form, not sent"),
    "corrections": _("What a doctor or nurse noted otherwise"),
    "reviews": _("Who read your forms"),
    "photos": _("Photos"),
    "consents": _("What you agreed to"),
    "messages": _("Messages"),
    "mails": _("Emails we sent"),
    "requests": _("What was asked of the front desk"),
    "urgent": _("Urgent answers"),
    "identity_checks": _("When we asked who you are"),
    "your_requests": _("What you asked about your data"),
    "opened_by": _("Who opened your record"),
}

LABELS: Mapping[str, str | Promise] = {
    "name": _("Name"),
    "birth_date": _("Date of birth"),
    "email": _("Email"),
    "phone": _("Phone"),
    "contact_name": _("Contact person"),
    "language": _("Language"),
    "time_zone": _("Time zone"),
    "created_at": _("Since"),
    "last_sign_in_at": _("Last sign-in"),
    "reference": _("Reference"),
    "kind": _("What"),
    "site": _("Where"),
    "practitioner": _("With"),
    "starts_at": _("From"),
    "ends_at": _("Until"),
    "status": _("Status"),
    "cancel_reason": _("Reason"),
    "booked_at": _("Booked"),
    "day": _("Day"),
    "came_at": _("Came"),
    "outcome": _("Outcome"),
    "number": _("Version"),
    "sent_at": _("Sent"),
    "started_at": _("Begun"),
    "changed_at": _("Changed"),
    "words": _("About"),
    "clinic_says": _("Noted"),
    "decision": _("Decision"),
    "form": _("Version"),
    "by": _("By"),
    "at": _("When"),
    "given": _("Agreed"),
    "file": _("File"),
    "view": _("View"),
    "uploaded_at": _("Added"),
    "taken_out_at": _("Taken out"),
    "asked_again_because": _("A new one was asked for because"),
    "from": _("From"),
    "text": _("Text"),
    "to": _("To"),
    "asked_at": _("Asked"),
    "closed_at": _("Done"),
    "severity": _("How urgent"),
    "raised_at": _("When"),
    "taken_on_at": _("Read by a doctor"),
    "reason": _("Reason"),
    "what": _("What"),
}
"""What is shown of an entry, and how it is called; codes that tell a reader nothing are in data.json."""


@dataclass(frozen=True)
class Entry:
    """One thing: its lines, each a label and what it says; of a photo, the file to show."""

    lines: Sequence[tuple[str, str]]
    picture: str = ""


@dataclass(frozen=True)
class Section:
    """One part of the page."""

    title: str
    entries: Sequence[Entry]


def make_sections(data: Mapping[str, Any]) -> list[Section]:
    """Return the parts of a copy that hold anything, in the active language."""
    zone = ZoneInfo(data["zone"])
    return [
        Section(str(title), [_entry(part, each, zone) for each in found])
        for part, title in TITLES.items()
        if (found := _as_list(data.get(part)))
    ]


def _as_list(value: Any) -> list[Mapping[str, Any]]:
    return value if isinstance(value, list) else [value] if value else []


def _entry(part: str, entry: Mapping[str, Any], zone: ZoneInfo) -> Entry:
    lines = [
        (str(LABELS[name]), _say(value, zone))
        for name, value in entry.items()
        if name in LABELS and not _is_empty(value)
    ]
    lines += [
        (answer["words"], ", ".join(answer["answer_words"]))
        for answer in entry.get("answers") or ()
        if answer["answer_words"]
    ]
    return Entry(lines, entry["file"] if part == "photos" else "")


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [])


def _say(value: Any, zone: ZoneInfo) -> str:
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    text = str(value)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    language = get_language() or "en"
    if len(text) == len("2026-01-31"):
        return times.format_date(date.fromisoformat(text), language)
    return times.format_when(moment, zone, language) if moment.tzinfo else text
