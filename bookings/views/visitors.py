"""Who sends a request: the account, the visits this browser booked, and the network for limits."""

from uuid import UUID

from django.http import HttpRequest

from bookings.models import VisitEvent
from bookings.queries.visits import Visitor
from bookings.services.actors import Actor
from bookings.views.journey import journey_of
from clinic.addresses import client_network
from clinic.models import User

LINK_LENGTH = 43
"""Characters of a link's token; a reference is shorter."""


def account_of(request: HttpRequest) -> User | None:
    """Return who is signed in, or None."""
    return request.user if request.user.is_authenticated else None


def patient_account_of(request: HttpRequest) -> User | None:
    """Return the signed-in patient, or None; a member of staff who tries the pages is not one."""
    user = account_of(request)
    return user if user is not None and not user.is_staff else None


def booked_ids(request: HttpRequest) -> list[UUID]:
    """Return the visits that this browser's session booked, oldest first."""
    return [UUID(text) for text in request.session.get("booked", [])]


def visitor_of(request: HttpRequest) -> Visitor:
    """Return who asks to see a visit, with the time held for this browser."""
    mine = set(booked_ids(request))
    held_id = journey_of(request).held_id
    return Visitor(
        user=account_of(request),
        booked_ids=frozenset(mine | {held_id} if held_id else mine),
        address=client_network(request),
    )


def actor_of(request: HttpRequest, key: str = "") -> Actor:
    """Return who does something to a visit; `key` is its name in the URL: a token or a reference."""
    user = account_of(request)
    if len(key) == LINK_LENGTH:
        by = VisitEvent.By.LINK
    else:
        by = VisitEvent.By.STAFF if user is not None and user.is_staff else VisitEvent.By.PATIENT
    return Actor(by=by, user=user, address=client_network(request))
