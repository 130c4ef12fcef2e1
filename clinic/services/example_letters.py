"""A message as it would leave with these words, about an invented visit: nothing is stored or sent."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.mail import EmailMultiAlternatives
from django.utils import translation

from clinic.models import OutboxMessage, Site, VisitMode
from clinic.queries import places
from clinic.services.letters import compose, letter_of, slots_of, values_of
from clinic.services.own_words import OwnWords, own_words

NOBODY = UUID(int=0)
"""The id of no visit and no link: the example's links open nothing."""

LEAD = timedelta(days=3)


def write_example(
    kind: str, language: str, texts: Mapping[str, str], *, now: datetime
) -> EmailMultiAlternatives:
    """Return the e-mail of a kind of message with the clinic's words of one language, and example values.

    Words that are not in order are left out, as they are when a message is sent.
    """
    sites = places.list_sites()
    message = OutboxMessage(
        pk=NOBODY,
        subject_type="visit",
        subject_id=NOBODY,
        kind=kind,
        version=1,
        to="patient@example.com",
        language=language,
        facts=_facts(sites[0] if sites else None, now),
        created_at=now,
    )
    with translation.override(language):
        letter, clinic, slots = letter_of(message), places.get_clinic(), slots_of(kind)
        own = own_words(texts, slots, values_of(letter, clinic)) if slots else OwnWords()
        return compose(message, letter, clinic, own)


def _facts(site: Site | None, now: datetime) -> dict[str, Any]:
    """Return what an invented visit at a site is: three days ahead, at 10:30 by its clock, for 40 minutes."""
    zone = site.tz if site else UTC
    starts_at = (now.astimezone(zone) + LEAD).replace(hour=10, minute=30, second=0, microsecond=0)
    names = {"en": "Mali Skin Clinic", "th": "คลินิกมะลิ"}
    return {
        "reference": "BCDF2345",
        "starts_at": starts_at.astimezone(UTC).isoformat(),
        "ends_at": (starts_at + timedelta(minutes=40)).astimezone(UTC).isoformat(),
        "old_starts_at": (starts_at - timedelta(days=1)).astimezone(UTC).isoformat(),
        "site_zone": site.zone if site else "UTC",
        "patient_zone": "",
        "city": site.city if site else {"en": "Bangkok", "th": "กรุงเทพฯ"},
        "site_name": site.name if site else names,
        "address": site.address if site else names,
        "map_url": site.map_url if site else "",
        "phone": str(site.phone) if site else "+6620000000",
        "mode": VisitMode.IN_PERSON,
        "practitioner": {"en": "Dr Ploy S.", "th": "พญ. พลอย ส."},
        "uid": f"{NOBODY}@nuan",
        "sequence": 1,
        "written_at": now.astimezone(UTC).isoformat(),
        "link_id": str(NOBODY),
    }
