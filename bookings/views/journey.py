"""What the session remembers of a booking on its way, so that nothing personal is in a URL or the browser.

`request.session["booking"]` holds the held appointment's id, the search it came from, the patient's
zone and every typed value exactly as typed; `request.session["booked"]` the ids of finished bookings.
"""

from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

MOST_REMEMBERED = 20
"""Bookings one browser remembers; older ones are reached by their link or by signing in."""


class Journey:
    """One browser's booking on its way."""

    def __init__(self, session: SessionBase) -> None:
        self.session = session

    @property
    def held_id(self) -> UUID | None:
        """The appointment whose time is held for this browser, if any."""
        text = self._data.get("appointment")
        return UUID(text) if text else None

    @property
    def zone(self) -> str:
        """The patient's zone name; may be empty."""
        return str(self._data.get("zone") or "")

    @property
    def search(self) -> dict[str, str]:
        """The search the held time came from, as the parts of the choose-a-time page's address."""
        return dict(self._data.get("search") or {})

    @property
    def live_hold_id(self) -> UUID | None:
        """The held appointment, unless it has become a booking since."""
        held = self.held_id
        return None if held is None or str(held) in self.session.get("booked", []) else held

    def was_held_with(self, key: UUID) -> bool:
        """Whether the held time came from the form with this key."""
        return self._data.get("key") == str(key)

    def remember_hold(self, appointment_id: UUID, *, key: UUID, search: dict[str, str], zone: str) -> None:
        """Remember a time that was just held and where it came from; what was typed stays."""
        held = {"appointment": str(appointment_id), "key": str(key), "search": search, "zone": zone}
        self.session["booking"] = self._data | held

    @property
    def typed(self) -> dict[str, str]:
        """What the person typed on the details page; empty before they did."""
        return dict(self._data.get("details") or {})

    @property
    def stamp(self) -> str:
        """A hash of the held time and what was typed: a page that shows other facts is stale."""
        facts = [self._data.get("appointment"), sorted(self.typed.items())]
        return salted_hmac("bookings.journey", repr(facts), algorithm="sha256").hexdigest()[:32]

    def matches(self, stamp: str) -> bool:
        """Whether a page with this stamp showed what the session holds now."""
        return constant_time_compare(stamp, self.stamp)

    def keep_typed(self, typed: dict[str, str]) -> None:
        """Keep what was typed."""
        self.session["booking"] = self._data | {"details": typed}

    def remember_booked(self, appointment_id: UUID) -> None:
        """Remember a finished booking and forget what was typed for it."""
        earlier = [text for text in self.session.get("booked", []) if text != str(appointment_id)]
        self.session["booked"] = [*earlier, str(appointment_id)][-MOST_REMEMBERED:]
        data = self._data
        data.pop("details", None)
        self.session["booking"] = data

    @property
    def _data(self) -> dict[str, Any]:
        return dict(self.session.get("booking") or {})


def journey_of(request: HttpRequest) -> Journey:
    """Return the journey of the request's browser."""
    return Journey(request.session)
