"""Sign-ins: begun, used, proved, and ended. What has ended never comes back."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q, QuerySet

from clinic.models import SignIn, TrustedComputer, User
from clinic.sessions import TOUCHED_EVERY

KEPT_FOR = timedelta(days=90)
"""How long an ended sign-in is kept, to find out later who was where; then it is forgotten."""


def start_sign_in(
    *,
    user: User,
    how: SignIn.How,
    device: tuple[str, str],
    network: str,
    computer: TrustedComputer | None,
    used_factor: bool,
    now: datetime,
) -> SignIn:
    """Write down that somebody signed in. Whoever signs in has proved themselves by it."""
    browser, system = device
    return SignIn.objects.create(
        user=user,
        how=how,
        browser=browser,
        system=system,
        network=network,
        computer=computer,
        started_at=now,
        last_active_at=now,
        proved_at=now,
        factor_at=now if used_factor else None,
    )


def touch_sign_in(sign_in: SignIn, *, has_gone_idle: bool, now: datetime) -> None:
    """Note that somebody used a sign-in, at most once a minute. One that ended meanwhile stays ended.

    Somebody who comes back after too long opens the board and no more until they prove themselves.
    """
    if now - sign_in.last_active_at < TOUCHED_EVERY:
        return
    if has_gone_idle and sign_in.locked_at is None:
        _live(sign_in.pk).filter(locked_at=None).update(locked_at=now)
        sign_in.locked_at = now
    _live(sign_in.pk).filter(last_active_at__lt=now).update(last_active_at=now)


def touch_clinical(sign_in: SignIn, *, now: datetime) -> None:
    """Note that somebody used a page with health data, at most once a minute."""
    if now - (sign_in.clinical_at or sign_in.proved_at) < TOUCHED_EVERY:
        return
    earlier = Q(clinical_at=None) | Q(clinical_at__lt=now)
    _live(sign_in.pk).filter(earlier).update(clinical_at=now)
    sign_in.clinical_at = now


def prove(sign_in: SignIn, *, by_factor: bool, now: datetime) -> None:
    """Note that whoever is signed in has proved themselves again, by a factor or by the password."""
    _live(sign_in.pk).update(
        proved_at=now,
        clinical_at=now,
        last_active_at=now,
        locked_at=None,
        factor_at=now if by_factor else F("factor_at"),
    )
    sign_in.refresh_from_db()


def end_sign_in(sign_in_id: UUID, *, why: SignIn.Why, now: datetime, user: User | None = None) -> bool:
    """End one sign-in, of `user` only if one is given; return whether it was still going on."""
    rows = _live(sign_in_id) if user is None else _live(sign_in_id).filter(user=user)
    return rows.update(ended_at=now, why_ended=why) > 0


def end_sign_ins(*, user: User, why: SignIn.Why, now: datetime, but: UUID | None = None) -> int:
    """End every sign-in of somebody, but the one of `but`; return how many there were."""
    rows = SignIn.objects.filter(user=user, ended_at=None)
    return (rows.exclude(pk=but) if but else rows).update(ended_at=now, why_ended=why)


def forget_sign_ins(*, now: datetime) -> int:
    """Forget sign-ins that ended, or began and were never ended, long ago; return how many."""
    before = now - KEPT_FOR
    old = Q(ended_at__lt=before) | Q(ended_at=None, started_at__lt=before - settings.LONGEST_SESSION)
    forgotten, _kinds = SignIn.objects.filter(old).delete()
    TrustedComputer.objects.filter(ends_at__lt=before).delete()
    return forgotten


def _live(sign_in_id: UUID) -> QuerySet[SignIn]:
    return SignIn.objects.filter(pk=sign_in_id, ended_at=None)
