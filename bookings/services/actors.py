"""Who does something to a visit."""

from dataclasses import dataclass

from bookings.models import VisitEvent
from clinic.models import User


@dataclass(frozen=True)
class Actor:
    """A person or the system. `address` is the client's network, for limits only; it is not stored."""

    by: VisitEvent.By
    user: User | None = None
    address: str = ""
