"""What anyone may open: public pages, booking, one visit by its link, the demo."""

from collections.abc import Mapping
from types import MappingProxyType

from clinic.access.who import ANYONE, SIGNED_IN

RULES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        # What anyone may read
        "bookings:home": ANYONE,
        "clinic:why-sensitive-skin": ANYONE,
        "clinic:evidence": ANYONE,
        "clinic:privacy": ANYONE,
        "notices:security-contact": ANYONE,
        "notices:robots": ANYONE,
        "clinic:set-language": ANYONE,
        "clinic:set-theme": ANYONE,
        "clinic:after-sign-in": SIGNED_IN,
        # Booking needs no account
        "bookings:choose-time": ANYONE,
        "bookings:details": ANYONE,
        "bookings:check": ANYONE,
        "bookings:more-time": ANYONE,
        "bookings:hold-again": ANYONE,
        "bookings:booked": ANYONE,
        # One visit: by the link in a message, or by its reference for the person it belongs to
        "bookings:visit": ANYONE,
        "bookings:confirm-visit": ANYONE,
        "bookings:move-visit": ANYONE,
        "bookings:cancel-visit": ANYONE,
        "bookings:visit-calendar": ANYONE,
        "bookings:by-video": ANYONE,
        "bookings:other-doctor": ANYONE,
        "bookings:my-visits": SIGNED_IN,
        # The demo; these URLs exist in demo mode only
        "demo:index": ANYONE,
        "demo:sign-in": ANYONE,
        "demo:mailbox": ANYONE,
        "demo:message": ANYONE,
        "demo:message-html": ANYONE,
        "demo:message-calendar": ANYONE,
    }
)
