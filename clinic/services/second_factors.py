"""The second factors of staff: taken away by an owner, sealed anew, and what the person is told."""

import logging
import uuid
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _

from clinic.models import Role, SignIn, User
from clinic.services import outbox
from clinic.services.meanwhile import NotAccepted
from clinic.services.sessions import end_sign_ins

SIGN_IN_CHANGED = "sign_in_changed"

logger = logging.getLogger("nuan.security")


def reset_factors(*, user: User, by: User, now: datetime) -> None:
    """Take away every factor of a colleague who has lost theirs; they enrol anew at their next sign-in.

    This function will end all their sessions, and tell them by mail. Nobody resets
    their own here: an owner who could would need no factor.

    :raises NotAccepted: if `by` is no owner any more, or is the user.
    """
    with transaction.atomic():
        rows = {row.pk: row for row in _lock(user, by)}
        if not rows[by.pk].has_role(Role.OWNER):
            raise NotAccepted(_("You are not an owner any more. Nothing was changed."))
        if user.pk == by.pk:
            raise NotAccepted(_("Another owner has to do this for you."))
        Authenticator.objects.filter(user_id=user.pk).delete()
        colleague = rows[user.pk]
        colleague.factors_reset_at = now
        colleague.save(update_fields=["factors_reset_at"])
        end_sign_ins(user=colleague, why=SignIn.Why.FACTOR, now=now)
        tell_of_change(user=colleague, now=now)
    extra = {"event": "factors_reset", "user_id": user.pk, "by_id": by.pk}
    logger.warning("factors reset by an owner", extra=extra)


def tell_of_change(*, user: User, now: datetime) -> None:
    """Write to a member of staff that how they sign in was changed; says neither what nor how."""
    outbox.post(
        subject_type="sign_in",
        subject_id=uuid.uuid4(),
        kind=SIGN_IN_CHANGED,
        version=1,
        to=(user.email or "") if user.is_staff else "",
        language=user.language,
        facts={},
        now=now,
    )


def _lock(user: User, by: User) -> list[User]:
    rows = User.objects.select_for_update(no_key=True).filter(pk__in={user.pk, by.pk}).order_by("pk")
    return list(rows)
