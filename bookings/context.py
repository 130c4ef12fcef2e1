"""What pages of the staff show of the front desk."""

from typing import Any, cast

from django.http import HttpRequest
from django.utils import timezone

from bookings.queries.front_desk import DeskFacts
from clinic.models import User


def desk_facts(request: HttpRequest) -> dict[str, Any]:
    """Return the facts that the rail and base_desk.html need. Lazy: other pages ask nothing.

    A request that was refused before anybody looked who sends it has no user.
    """
    now = timezone.now()  # noqa: TID251 (a context processor is a part of every view)
    return {"desk": DeskFacts(cast("User | None", getattr(request, "user", None)), now)}
