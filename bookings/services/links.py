"""The link in a message: it shows, moves, cancels and confirms one visit."""

import uuid
from datetime import datetime, timedelta

from bookings.models import Appointment, VisitLink
from clinic.tokens import derive_token, hash_token

PURPOSE = "visit"
LINK_LIVES = timedelta(days=30)
"""A link works until 30 days after the visit, so that the page is still there for a follow-up."""


def make_link(*, appointment: Appointment, now: datetime) -> VisitLink:
    """Create a link for a visit. The token is derived when the message is written, and never stored."""
    link = new_link(appointment=appointment, now=now)
    link.save(force_insert=True)
    return link


def new_link(*, appointment: Appointment, now: datetime) -> VisitLink:
    """Return a link for a visit that is still to be inserted."""
    link_id = uuid.uuid4()
    return VisitLink(
        id=link_id,
        appointment=appointment,
        token_hash=hash_token(derive_token(PURPOSE, link_id)),
        expires_at=max(now, appointment.ends_at) + LINK_LIVES,
    )


def token_of(link: VisitLink) -> str:
    """Return the link's token, 43 characters."""
    return derive_token(PURPOSE, link.id, stored=link.token_hash)


def facts_of(link: VisitLink) -> dict[str, str]:
    """Return what a message notes of its link, so that its token can be derived again when it leaves."""
    return {"link_id": str(link.id), "link_hash": link.token_hash}
