"""Writing down that somebody was asked who they are."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _

from clinic.models import User
from patients.models import IdentityCheck, Patient

FEWEST = 2
"""Facts that are asked for (design spec, D2: "Ask for two of these. Then tick.")."""


class AskForTwo(Exception):
    """Fewer than two facts were ticked."""

    def __str__(self) -> str:
        return _("Ask for two of these. Then tick.")


def check_identity(*, patient: Patient, asked: Collection[str], by: User, now: datetime) -> IdentityCheck:
    """Write down what somebody was asked and told right; `asked` are values of `IdentityCheck.Asked`.

    :raises AskForTwo: if there are fewer than two.
    """
    kinds = [kind for kind in IdentityCheck.Asked if kind in set(asked)]
    if len(kinds) < FEWEST:
        raise AskForTwo
    return IdentityCheck.objects.create(patient=patient, asked=kinds, by=by, at=now)
