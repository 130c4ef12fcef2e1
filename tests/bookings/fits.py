"""Places that staff might want, and what is in the way there, for tests: nothing is booked for it."""

import uuid
from datetime import datetime
from typing import Any

from bookings.queries.fitting import Fit, find_fit
from bookings.queries.surroundings import Place
from clinic.models import Resource, ResourceKind
from tests.calendars import MONDAY, NOW, Calendar, minutes


def place_in(calendar: Calendar, starts_at: datetime = MONDAY, **changes: Any) -> Place:
    """Return a place for 40 minutes with the first doctor and any room; `changes` alter it."""
    values: dict[str, Any] = {
        "visit_type": calendar.visit_type,
        "site": calendar.site,
        "kinds": (ResourceKind.DOCTOR, ResourceKind.CONSULT_ROOM),
        "starts_at": starts_at,
        "ends_at": starts_at + minutes(40),
        "before": minutes(0),
        "after": minutes(10),
        "wanted": frozenset({calendar.practitioners[0].resource_id}),
        "language": "",
        "moving_id": uuid.uuid4(),
        "patient_id": None,
    }
    return Place(**(values | changes))


def against(calendar: Calendar, starts_at: datetime = MONDAY, **changes: Any) -> list[tuple[str, str]]:
    """Return the codes and words of all that is in the way of a place."""
    return told(find_fit(place_in(calendar, starts_at, **changes), now=NOW))


def told(fit: Fit) -> list[tuple[str, str]]:
    """Return the codes and words of all that is in the way."""
    return [(each.code, each.words) for each in fit.hindrances]


def names_of(fit: Fit) -> list[str]:
    """Return who and what a visit would claim, by name."""
    return sorted(Resource.objects.filter(pk__in=fit.resources).values_list("name", flat=True))
