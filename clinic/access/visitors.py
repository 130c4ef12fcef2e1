"""What anyone may open: public pages, booking, one visit by its link, the demo."""

from collections.abc import Mapping
from types import MappingProxyType

from clinic.access.fields import LETTERS, VISITS
from clinic.access.objects import DEMO_MAIL, DEMO_ROLE, LINKED_VISIT, NONE
from clinic.access.rule import FORM, PRESS, SEE, Rule
from clinic.access.who import ANYONE, SIGNED_IN

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        # What anyone may read
        "bookings:home": Rule(ANYONE, SEE),
        "clinic:why-sensitive-skin": Rule(ANYONE, SEE),
        "clinic:evidence": Rule(ANYONE, SEE),
        "clinic:privacy": Rule(ANYONE, SEE),
        "notices:security-contact": Rule(ANYONE, SEE),
        "notices:robots": Rule(ANYONE, SEE),
        "clinic:set-language": Rule(ANYONE, PRESS),
        "clinic:set-theme": Rule(ANYONE, PRESS),
        "clinic:after-sign-in": Rule(SIGNED_IN, SEE),
        # Booking needs no account
        "bookings:choose-time": Rule(ANYONE, FORM),
        "bookings:details": Rule(ANYONE, FORM, NONE, VISITS),
        "bookings:check": Rule(ANYONE, FORM, NONE, VISITS),
        "bookings:more-time": Rule(ANYONE, PRESS),
        "bookings:hold-again": Rule(ANYONE, PRESS),
        "bookings:booked": Rule(ANYONE, SEE, NONE, VISITS),
        # One visit: by the link in a message, or by its reference for the person it belongs to
        "bookings:visit": Rule(ANYONE, SEE, LINKED_VISIT, VISITS),
        "bookings:confirm-visit": Rule(ANYONE, PRESS, LINKED_VISIT, VISITS),
        "bookings:move-visit": Rule(ANYONE, FORM, LINKED_VISIT, VISITS),
        "bookings:cancel-visit": Rule(ANYONE, FORM, LINKED_VISIT, VISITS),
        "bookings:visit-calendar": Rule(ANYONE, SEE, LINKED_VISIT, VISITS),
        "bookings:by-video": Rule(ANYONE, PRESS, LINKED_VISIT, VISITS),
        "bookings:other-doctor": Rule(ANYONE, PRESS, LINKED_VISIT, VISITS),
        "bookings:my-visits": Rule(SIGNED_IN, SEE, NONE, VISITS),
        # The demo; these URLs exist in demo mode only
        "demo:index": Rule(ANYONE, SEE),
        "demo:sign-in": Rule(ANYONE, PRESS, DEMO_ROLE),
        "demo:mailbox": Rule(ANYONE, SEE, NONE, LETTERS),
        "demo:message": Rule(ANYONE, SEE, DEMO_MAIL, LETTERS),
        "demo:message-html": Rule(ANYONE, SEE, DEMO_MAIL, LETTERS),
        "demo:message-calendar": Rule(ANYONE, SEE, DEMO_MAIL, LETTERS),
    }
)
