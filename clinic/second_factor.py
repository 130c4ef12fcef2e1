"""The second factor of a member of staff: whether they have one, and whether it was used in this session.

Nothing of the staff's opens before. The mark lives in the session and names its user, so that no other
person's step counts; it is made where a factor was used or enrolled (`clinic/signals.py`,
`patients/accounts.py`), and in the demo by its doors.
"""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

MARK = "second_factor"
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What counts as a factor. Recovery codes stand in for one; alone they are none."""

ENROLMENT = frozenset(
    {"mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate", "clinic:after-sign-in"}
)
"""What staff without a factor open, besides what anyone may: the pages that give them one."""

SECOND_STEP = frozenset({"mfa_reauthenticate", "mfa_reauthenticate_webauthn", "clinic:after-sign-in"})
"""What staff open who have a factor and have not used it in this session: the pages that ask for it."""

ALWAYS = frozenset({"account_logout"})


def mark_complete(session: SessionBase, now: datetime) -> None:
    """Note that whoever is signed in by this session has used a second factor at `now`, aware UTC."""
    session[MARK] = {"user": session[SESSION_KEY], "at": now.isoformat()}


def is_complete(request: HttpRequest) -> bool:
    """Say whether whoever is signed in has used a factor in this session. Costs no query.

    A mark from before an owner's reset of the factors counts no more: the lost phone may be in use.
    """
    mark = request.session.get(MARK)
    user = request.user
    if not user.is_authenticated or not mark or mark["user"] != str(user.pk):
        return False
    reset: datetime | None = user.factors_reset_at
    return reset is None or datetime.fromisoformat(mark["at"]) >= reset


def completed_at(request: HttpRequest) -> datetime | None:
    """Return when the factor was used, aware UTC, or None if `is_complete` says no."""
    return datetime.fromisoformat(request.session[MARK]["at"]) if is_complete(request) else None


def has_factor(user_id: int) -> bool:
    """Say whether a user has enrolled a factor. One query."""
    return bool(Authenticator.objects.filter(user_id=user_id, type__in=FACTORS).exists())


def is_last_factor(authenticator: Authenticator) -> bool:
    """Say whether this is the only factor its user has."""
    others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=FACTORS)
    return bool(authenticator.type in FACTORS and not others.exclude(pk=authenticator.pk).exists())
