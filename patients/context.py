"""What staff pages show of the review of forms: numbers, to those who may read."""

from functools import cached_property
from math import ceil
from typing import Any, cast

from django.http import HttpRequest
from django.utils import timezone

from clinic.access.fields import Field
from clinic.access.rule import user_sees
from clinic.access.who import CLINICIAN, OWNER
from clinic.models import User
from patients.models import ReasonAccess
from patients.queries.care_team import ON_REQUEST, Access
from patients.queries.forms_to_read import count_waiting_for


class ReviewFacts:
    """How much waits for clinicians. Asks nothing unless it is shown, and nothing for others."""

    def __init__(self, request: HttpRequest) -> None:
        """Remember the request; who sent it is asked when a page shows something."""
        self._request = request

    @property
    def may_read(self) -> bool:
        """Whether this person reads health forms."""
        return user_sees(Field.ANSWERS, getattr(self._request, "user", None))

    @property
    def may_decide(self) -> bool:
        """Whether this person decides on them."""
        return self._has_role(*CLINICIAN)

    @property
    def answers_for_rules(self) -> bool:
        """Whether this person owns the rules that forms are judged by."""
        return self._has_role(*OWNER)

    @property
    def to_read(self) -> int:
        """How many forms are to be read."""
        return self._counts[0]

    @property
    def open_alerts(self) -> int:
        """How many urgent alerts nobody took on."""
        return self._counts[1]

    @property
    def open_reason(self) -> ReasonAccess | None:
        """The reason by which this page's record is open to this person, None for the care team."""
        access: Access = getattr(self._request, ON_REQUEST, Access())
        return access.reason

    @property
    def minutes_left(self) -> int:
        """For how many minutes that reason holds, the one that has begun included."""
        reason = self.open_reason
        left = reason.ends_at - timezone.now() if reason else None  # noqa: TID251 (a part of every view)
        return max(ceil(left.total_seconds() / 60), 0) if left else 0

    def _has_role(self, *roles: str) -> bool:
        user = getattr(self._request, "user", None)
        return isinstance(user, User) and user.has_role(*roles)

    @cached_property
    def _counts(self) -> tuple[int, int]:
        if not self.may_read:
            return 0, 0
        now = timezone.now()  # noqa: TID251 (a context processor is a part of every view)
        return count_waiting_for(cast("User", self._request.user), now)


def review_facts(request: HttpRequest) -> dict[str, Any]:
    """Return what templates may show of the review, and ask nothing yet."""
    return {"review_facts": ReviewFacts(request)}
