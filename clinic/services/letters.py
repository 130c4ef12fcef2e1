"""Turning a message of the outbox into an e-mail: text, HTML, and a calendar file for a visit.

What a message needs and the database must not hold (the token of a link, a code) is derived here
again from its id. Nothing that a patient typed gets into a header, except the address it goes to.
"""

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.mime.text import MIMEText
from email.utils import parseaddr
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from phonenumber_field.phonenumber import PhoneNumber

from clinic import times
from clinic.calendar_files import Method, make_calendar_file
from clinic.languages import text_in
from clinic.message_words import NOTICE_SLOTS, VISIT_SLOTS, Slots
from clinic.models import Clinic, OutboxMessage, User, VisitMode
from clinic.queries import places
from clinic.queries.message_wordings import find_wording
from clinic.services.notices import NOTICES, WORDED_NOTICES
from clinic.services.own_words import OwnWords, own_words
from clinic.tokens import derive_code, derive_token

logger = logging.getLogger(__name__)

SIGN_IN_CODE = "sign_in_code"
PASSWORD_RESET = "password_reset"  # noqa: S105 (the name of a kind of message)
STAFF_INVITATION = "staff_invitation"

VISIT_SUBJECTS = {
    "booked": _("Your appointment on %(when)s"),
    "moved": _("Your appointment is now on %(when)s"),
    "changed": _("Your appointment on %(when)s has changed"),
    "cancelled": _("Your appointment on %(when)s is cancelled"),
}
LATE = "late:"
"""How the kinds of messages begin that tell how late a visit will start; the minutes follow."""

MODES = {
    VisitMode.VIDEO: _("Video call"),
    VisitMode.PHONE: _("Phone call"),
}


def slots_of(kind: str) -> Slots | None:
    """Return which texts of a kind of message a clinic may word itself; None if it may not."""
    if kind in VISIT_SUBJECTS:
        return VISIT_SLOTS
    return NOTICE_SLOTS if kind in WORDED_NOTICES else None


@dataclass(frozen=True)
class Letter:
    """What one kind of message says: its subject and what its templates need."""

    subject: str
    context: dict[str, Any]


Writer = Callable[[OutboxMessage], Letter]

_writers: dict[str, Writer] = {}


def written_by(kind: str, writer: Writer) -> None:
    """Let `writer` say what messages of a kind say; an app that owns their words says so when it starts."""
    _writers[kind] = writer


def write(message: OutboxMessage) -> EmailMultiAlternatives:
    """Return the e-mail of a message, in its language, ready to send.

    Its Message-ID follows from the message: a mail program that gets it twice shows it once.
    """
    with translation.override(message.language):
        letter, clinic = letter_of(message), places.get_clinic()
        try:
            own = _own_words_of(message, letter, clinic)
            return compose(message, letter, clinic, own)
        except Exception as fault:  # noqa: BLE001 (no words of the clinic's may keep a message from leaving)
            facts = {"message_id": message.pk, "fault": type(fault).__name__}
            logger.warning("message leaves with default words", extra=facts)
            return compose(message, letter, clinic, OwnWords())


def _own_words_of(message: OutboxMessage, letter: Letter, clinic: Clinic) -> OwnWords:
    """Return the clinic's words in use for a message, filled in; those that are not in order are left out."""
    slots = slots_of(message.kind)
    wording = find_wording(message.kind) if slots else None
    if slots is None or wording is None:
        return OwnWords()
    return own_words(wording.texts_in(message.language), slots, values_of(letter, clinic))


def values_of(letter: Letter, clinic: Clinic) -> Mapping[str, str]:
    """Return what each placeholder stands for in a letter."""
    facts = letter.context
    values = {"clinic": clinic.name, "link": facts.get("visit_link") or facts.get("link") or ""}
    if "time" in facts:
        values |= {
            "time": facts["time"].when,
            "place": str(facts["mode_words"] or facts["site_name"]),
            **{name: facts[name] for name in ("practitioner", "phone", "reference")},
        }
        if facts["kind"] == "cancelled":
            values["link"] = facts["book_link"]
    return values


def compose(message: OutboxMessage, letter: Letter, clinic: Clinic, own: OwnWords) -> EmailMultiAlternatives:
    """Return the e-mail of a letter with these words of the clinic; the language is the active one."""
    subject = " ".join((own.subject or letter.subject).split())
    context = letter.context | {
        "subject": subject,
        "own": own,
        "clinic_name": clinic.name,
        "language": message.language,
    }
    template = "notice" if message.kind in NOTICES else message.kind.partition(":")[0]
    email = EmailMultiAlternatives(
        subject=subject,
        body=_tidy(render_to_string(f"messages/{template}.txt", context)),
        to=[message.to],
        reply_to=[clinic.email] if clinic.email else None,
        headers={"Message-ID": _message_id(message), "Auto-Submitted": "auto-generated"},
    )
    html = render_to_string(f"messages/{template}.html", context)
    email.attach_alternative(html, "text/html")
    if message.kind in VISIT_SUBJECTS:
        email.attach(_calendar_part(message))
    return email


def _tidy(text: str) -> str:
    """Leave one blank line where templates leave several."""
    return re.sub(r"\n{3,}", "\n\n", text.strip()) + "\n"


def _message_id(message: OutboxMessage) -> str:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{message.pk}@{domain}>"


def letter_of(message: OutboxMessage) -> Letter:
    """Return what a message says by default, in the active language, and what its templates need."""
    if message.kind == SIGN_IN_CODE:
        code = derive_code(SIGN_IN_CODE, message.subject_id)
        return Letter(gettext("Your sign-in code"), {"code": code})
    if message.kind == PASSWORD_RESET:
        return Letter(gettext("Choose a new password"), {"link": _reset_link(message)})
    if message.kind in _writers:
        return _writers[message.kind](message)
    if message.kind == STAFF_INVITATION:
        return Letter(gettext("Your staff account"), {"link": _reset_link(message)})
    if message.kind in NOTICES:
        notice = NOTICES[message.kind]
        link = settings.BASE_URL + reverse(notice.page)
        return Letter(str(notice.subject), {"notice": notice, "link": link})
    return _late_letter(message) if message.kind.startswith(LATE) else _visit_letter(message)


def _late_letter(message: OutboxMessage) -> Letter:
    """Return what a message says of a visit that will start later; its kind ends with the minutes."""
    letter = _visit_letter(message)
    expected = _both_times(message.facts, message.facts["expected_at"], message)
    more = {"expected": expected, "may_video": message.facts["may_video"]}
    return Letter(
        gettext("We are running late: about %(when)s") % {"when": expected.when}, letter.context | more
    )


def _visit_letter(message: OutboxMessage) -> Letter:
    facts = message.facts
    both = _both_times(facts, facts["starts_at"], message)
    context: dict[str, Any] = {
        "kind": message.kind,
        "reference": facts["reference"],
        "time": both,
        "old_time": None,
        "practitioner": text_in(facts["practitioner"]),
        "mode_words": MODES.get(facts["mode"]),
        "site_name": text_in(facts["site_name"]),
        "address": text_in(facts["address"]),
        "map_url": facts["map_url"],
        "phone": PhoneNumber.from_string(facts["phone"]).as_international,
        "phone_link": facts["phone"],
        "minutes": _minutes_between(facts["starts_at"], facts["ends_at"]),
    }
    if "old_starts_at" in facts:
        context["old_time"] = _both_times(facts, facts["old_starts_at"], message)
    token = derive_token("visit", UUID(facts["link_id"]), stored=facts.get("link_hash", ""))
    for name in ("visit", "move-visit", "cancel-visit"):
        path = reverse(f"bookings:{name}", kwargs={"key": token})
        context[f"{name.removesuffix('-visit')}_link"] = settings.BASE_URL + path
    context["book_link"] = settings.BASE_URL + reverse("bookings:choose-time")
    subject = VISIT_SUBJECTS.get(message.kind, "%(when)s")
    return Letter(str(subject) % {"when": both.when}, context)


def _minutes_between(starts_at: str, ends_at: str) -> int:
    return int((datetime.fromisoformat(ends_at) - datetime.fromisoformat(starts_at)).total_seconds()) // 60


def _both_times(facts: dict[str, Any], instant: str, message: OutboxMessage) -> times.BothTimes:
    """Return an instant as the clinic and the patient know it; at the clinic its time leads."""
    here = (ZoneInfo(facts["site_zone"]), text_in(facts["city"]))
    zone = ZoneInfo(facts["patient_zone"] or facts["site_zone"])
    there = here if zone == here[0] else (zone, times.city_of(zone, message.language))
    lead, other = (here, there) if facts["mode"] == VisitMode.IN_PERSON else (there, here)
    return times.format_both(
        datetime.fromisoformat(instant),
        lead_zone=lead[0],
        lead_city=lead[1],
        other_zone=other[0],
        other_city=other[1],
        language=message.language,
        now=message.created_at,
    )


def _calendar_part(message: OutboxMessage) -> MIMEText:
    """Return the visit as an attachment that calendars open, with the method in its type."""
    method: Method = "CANCEL" if message.kind == "cancelled" else "REQUEST"
    file = make_calendar_file(message.facts, method=method, attendee=message.to)
    part = MIMEText(file.decode(), "calendar", "utf-8")
    part.set_param("method", method)
    part.add_header("Content-Disposition", "attachment", filename="appointment.ics")
    return part


def _reset_link(message: OutboxMessage) -> str:
    """Return the link that lets one member of staff choose a password; it works once."""
    user = User.objects.get(pk=message.facts["user_id"])
    path = reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": user_pk_to_url_str(user),
            "key": default_token_generator.make_token(user),
        },
    )
    return f"{settings.BASE_URL}{path}"
