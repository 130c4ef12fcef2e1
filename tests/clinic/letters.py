"""Messages for tests: the facts of one visit, and how to post them."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from clinic.models import OutboxMessage
from clinic.services import outbox

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
