"""Messages for tests: the facts of one visit, how to post them, and how a mail program reads them."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from django.test import override_settings

from clinic.models import OutboxMessage
from clinic.services import outbox
from clinic.services.letters import write

SITE = "https://book.example"

CLINICAL_WORDS = (
    *("acne", "scar", "skin", "dermat", "eczema", "atopic", "laser", "needling", "inject", "exosome"),
    *("stem", "infusion", "consult", "treatment", "procedure", "patch test", "patient", "doctor"),
    *("health", "medic", "diagnos", "symptom", "allerg", "intake", "questionnaire", "photo"),
    *("สิว", "แผล", "ผิว", "ผื่น", "ภูมิแพ้", "เลเซอร์", "ฉีด", "เซลล์", "เอ็กโซโซม", "รักษา"),
    *("หัตถการ", "แพทย์", "หมอ", "ผู้ป่วย", "คนไข้", "ปรึกษา", "อาการ", "สุขภาพ", "โรค"),
)

NOW = datetime(2026, 11, 9, 5, 0, tzinfo=UTC)
STARTS_AT = datetime(2026, 11, 26, 3, 30, tzinfo=UTC)
"""Thursday 26 November 2026, 10:30 in Bangkok, 03:30 in London."""


def visit_facts(**changes: Any) -> dict[str, Any]:
    """Return the facts of a visit at the clinic by somebody from London; `changes` replace some."""
    facts: dict[str, Any] = {
        "reference": "BCDF2345",
        "starts_at": STARTS_AT.isoformat(),
        "ends_at": (STARTS_AT + timedelta(minutes=40)).isoformat(),
        "site_zone": "Asia/Bangkok",
        "patient_zone": "Europe/London",
        "city": {"en": "Bangkok", "th": "กรุงเทพฯ"},
        "site_name": {"en": "Mali, Sathorn", "th": "มะลิ สาทร"},
        "address": {"en": "1 Soi Mali, Bangkok", "th": "1 ซอยมะลิ กรุงเทพฯ"},
        "map_url": "https://maps.example/mali",
        "phone": "+6621050000",
        "mode": "in_person",
        "practitioner": {"en": "Dr Ploy S.", "th": "พญ. พลอย ส."},
        "uid": "5f0f2f4e-0000-4000-8000-000000000001@nuan",
        "sequence": 0,
        "written_at": NOW.isoformat(),
        "link_id": "5f0f2f4e-0000-4000-8000-000000000002",
    }
    return facts | changes


def post(kind: str = "booked", *, now: datetime | None = None, **changes: Any) -> OutboxMessage:
    """Post a message about a visit that is due at once; `changes` go to `outbox.post`."""
    arguments: dict[str, Any] = {
        "subject_type": "visit",
        "subject_id": uuid.uuid4(),
        "kind": kind,
        "version": 0,
        "to": "hannah@example.com",
        "language": "en",
        "facts": visit_facts(),
        "now": now or datetime.now(UTC) - timedelta(seconds=1),
    }
    message = outbox.post(**(arguments | changes))
    assert message is not None
    return message


def read(message: OutboxMessage) -> EmailMessage:
    with override_settings(BASE_URL=SITE, DEFAULT_FROM_EMAIL="Mali <hello@mali.example>"):
        raw = write(message).message().as_bytes()
    return BytesParser(policy=default).parsebytes(raw)


def part(mail: EmailMessage, content_type: str) -> str:
    """Return the one part of a type, decoded."""
    (found,) = [each for each in mail.walk() if each.get_content_type() == content_type]
    return str(found.get_content())


def words(mail: EmailMessage) -> str:
    """Return everything a person can read in a mail, and its headers."""
    html = re.sub(r"<style>.*?</style>|<[^>]+>", " ", part(mail, "text/html"), flags=re.DOTALL)
    return "\n".join([str(mail.items()), part(mail, "text/plain"), html])
