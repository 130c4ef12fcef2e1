"""The clinic's staff: who signs in, as what, and the invitation by which they choose their own password."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from bookings.services.keys import is_first_time
from clinic.models import Role, SignIn, User
from clinic.services import outbox
from clinic.services.letters import STAFF_INVITATION
from clinic.services.meanwhile import NotAccepted, check_unchanged
from clinic.services.security_events import Kind, note
from clinic.services.sessions import end_sign_ins

STAFF_FIELDS = ("name", "email", "phone", "language", "roles", "in_review_pool")


def facts_of_staff(user: User) -> dict[str, Any]:
    """Return what a form shows of a member of staff."""
    return {**{name: getattr(user, name) for name in STAFF_FIELDS}, "roles": sorted(user.roles)}


def invite_staff(*, facts: Mapping[str, Any], key: UUID | None, by: User, now: datetime) -> None:
    """Add a member of staff, and send the link with which they choose a password. The same key adds once.

    :raises NotAccepted: if the address signs in somebody else, or `by` is no owner any more.
    :raises KeyReused: if the key was used with other data.
    """
    with transaction.atomic():
        if not is_first_time(key, staff=dict(facts)):
            return
        _lock_owners(by)
        _check_email(facts["email"])
        user = User.objects.create_user(**facts)
        note(Kind.ROLES, user=by, about=user, now=now, what="invited")
        _post_invitation(user, now)


def change_staff(*, user_id: int, facts: Mapping[str, Any], seen: str, by: User) -> None:
    """Save what a form says of a member of staff. Roles and review pool hold from their next click on.

    :raises ChangedMeanwhile: if somebody else saved since.
    :raises NotAccepted: if no owner would be left, the address is somebody else's, or `by` is no owner.
    """
    with transaction.atomic():
        owners = _lock_owners(by, and_user=user_id)
        user = User.objects.get(pk=user_id)
        check_unchanged(seen, facts_of_staff(user), facts)
        if Role.OWNER not in facts["roles"]:
            _keep_an_owner(owners, without=user_id, field="roles")
        _check_email(facts["email"], user_id=user_id)
        for name in STAFF_FIELDS:
            setattr(user, name, facts[name])
        user.save(update_fields=STAFF_FIELDS)


def stop_sign_in(*, user_id: int, by: User, now: datetime) -> None:
    """Stop somebody's sign-in at once: every session of theirs ends, and their password with it.

    :raises NotAccepted: if no owner would be left, or `by` is no owner any more.
    """
    with transaction.atomic():
        owners = _lock_owners(by, and_user=user_id)
        _keep_an_owner(owners, without=user_id)
        user = User.objects.get(pk=user_id)
        user.is_active = False
        user.set_unusable_password()  # sessions are bound to the password, and never come back
        user.save(update_fields=["is_active", "password"])
        end_sign_ins(user=user, why=SignIn.Why.STOPPED, now=now)


def end_sessions(*, user_id: int, by: User, now: datetime) -> int:
    """End every session of a member of staff, who may sign in again at once; return how many there were.

    :raises NotAccepted: if `by` is no owner any more.
    """
    with transaction.atomic():
        _lock_owners(by)
        return end_sign_ins(user=User.objects.get(pk=user_id), why=SignIn.Why.BY_OWNER, now=now)


def allow_sign_in(*, user_id: int, by: User, now: datetime) -> None:
    """Let somebody sign in again; they choose a new password by the link that is sent.

    :raises NotAccepted: if `by` is no owner any more.
    """
    with transaction.atomic():
        _lock_owners(by, and_user=user_id)
        user = User.objects.get(pk=user_id)
        if not user.is_active:
            user.is_active = True
            user.save(update_fields=["is_active"])
            _post_invitation(user, now)


def invite_again(*, user_id: int, now: datetime) -> None:
    """Send the link to choose a password once more, to somebody who may sign in.

    :raises NotAccepted: if they may not.
    """
    user = User.objects.get(pk=user_id)
    if not user.is_active:
        raise NotAccepted(_("Let them sign in first."))
    _post_invitation(user, now)


def _lock_owners(by: User, *, and_user: int | None = None) -> list[int]:
    """Lock every owner, and somebody else, in one order; return the owners who may sign in.

    Two owners who act on each other come one after the other: the later one is no owner any more.

    :raises NotAccepted: if whoever acts is not among them.
    """
    wanted = Q(roles__contains=[Role.OWNER]) | Q(pk=and_user)
    rows = User.objects.select_for_update(no_key=True).filter(wanted).order_by("pk")
    owners = [user.pk for user in rows if user.has_role(Role.OWNER)]
    if by.pk not in owners:
        raise NotAccepted(_("You are not an owner any more. Nothing was changed."))
    return owners


def _keep_an_owner(owners: list[int], *, without: int, field: str | None = None) -> None:
    """Refuse to leave the clinic without an owner who may sign in."""
    if not set(owners) - {without}:
        raise NotAccepted(_("This is the only owner. Make somebody else an owner first."), field=field)


def _check_email(email: str, *, user_id: int | None = None) -> None:
    """Refuse an address that opens another account; two who enter it come one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"staff {email}"])
    others = User.objects.filter(email__iexact=email)
    if (others.exclude(pk=user_id) if user_id else others).exists():
        raise NotAccepted(_("This address already signs in as someone else."), field="email")


def _post_invitation(user: User, now: datetime) -> None:
    expires_at = now + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    outbox.post(
        subject_type="sign_in",
        subject_id=uuid.uuid4(),
        kind=STAFF_INVITATION,
        version=1,
        to=user.email or "",
        language=user.language,
        facts={"expires_at": expires_at.isoformat(), "user_id": user.pk},
        now=now,
    )
