"""Reading sign-ins and trusted computers."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Max

from clinic.models import SignIn, TrustedComputer, User


def find_sign_in(sign_in_id: UUID | None) -> SignIn | None:
    """Return a sign-in with its computer, None if there is none. One query."""
    if sign_in_id is None:
        return None
    return SignIn.objects.select_related("computer").filter(pk=sign_in_id).first()


def list_sign_ins(user: User, *, now: datetime) -> list[SignIn]:
    """Return where somebody is signed in now, the last used first. One query.

    What no request has ended yet, though its time is over, is left out.
    """
    idle = settings.STAFF_IDLE if user.is_staff else settings.PATIENT_IDLE
    rows = SignIn.objects.filter(user=user, ended_at=None, started_at__gt=now - settings.LONGEST_SESSION)
    return [
        row
        for row in rows.select_related("computer").order_by("-last_active_at", "pk")
        if row.last_active_at > now - idle or (row.computer is not None and _lasts(row.computer, now))
    ]


def list_people_of(computer: TrustedComputer) -> list[User]:
    """Return the staff who have signed in on a computer since it was trusted, by name. One query."""
    rows = SignIn.objects.filter(computer=computer, user__is_active=True, user__roles__len__gt=0)
    ids = rows.values("user").annotate(latest=Max("started_at")).values("user")
    return list(User.objects.filter(pk__in=ids).order_by("name", "pk"))


def has_used_factor_on(computer: TrustedComputer, user: User) -> bool:
    """Whether somebody has used their second factor on a computer since it was trusted. One query.

    What was used before an owner reset their factors does not count: the phone may be lost.
    """
    rows = SignIn.objects.filter(computer=computer, user=user, factor_at__gte=computer.trusted_at)
    if user.factors_reset_at is not None:
        rows = rows.filter(factor_at__gte=user.factors_reset_at)
    return rows.exists()


def list_trusted_computers(*, now: datetime) -> list[TrustedComputer]:
    """Return the computers that are trusted now, the latest first. One query."""
    rows = TrustedComputer.objects.filter(revoked_at=None, ends_at__gt=now).select_related("trusted_by")
    return list(rows.order_by("-trusted_at", "pk"))


def _lasts(computer: TrustedComputer, now: datetime) -> bool:
    return computer.revoked_at is None and now < computer.ends_at
