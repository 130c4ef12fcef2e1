"""The second factors of staff: taken away by an owner, sealed anew, and what the person is told."""

import logging
import uuid
from collections import Counter
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt, encrypt
from django.db import transaction
from django.utils.translation import gettext as _

from clinic.key_ring import get_key_ring
from clinic.models import Role, SignIn, User
from clinic.sealing import Unreadable
from clinic.services import outbox
from clinic.services.meanwhile import NotAccepted
from clinic.services.security_events import Kind, note
from clinic.services.sessions import end_sign_ins

SIGN_IN_CHANGED = "sign_in_changed"
SEALED = frozenset({"secret", "seed"})
"""What is sealed in an authenticator's data: an app's secret, and what recovery codes follow from."""

logger = logging.getLogger("nuan.security")


def reset_factors(*, user: User, by: User | None, now: datetime) -> None:
    """Take away every factor of a colleague who has lost theirs; they enrol anew at their next sign-in.

    This function will end all their sessions, and tell them by mail. `by` is None for whoever runs the
    server. Nobody resets their own: an owner who could would need no factor.

    :raises NotAccepted: if `by` is no owner any more, or is the user.
    """
    with transaction.atomic():
        rows = _lock(user, by)
        if by is not None and not rows[by.pk].has_role(Role.OWNER):
            raise NotAccepted(_("You are not an owner any more. Nothing was changed."))
        if by is not None and by.pk == user.pk:
            raise NotAccepted(_("Another owner has to do this for you."))
        Authenticator.objects.filter(user_id=user.pk).delete()
        colleague = rows[user.pk]
        colleague.factors_reset_at = now
        colleague.save(update_fields=["factors_reset_at"])
        end_sign_ins(user=colleague, why=SignIn.Why.FACTOR, now=now)
        note(Kind.FACTOR, user=by, about=colleague, now=now, what="taken away")
        tell_of_change(user=colleague, now=now)
    extra = {"event": "factors_reset", "user_id": user.pk, "by_id": by.pk if by else None}
    logger.warning("factors reset", extra=extra)


def seal_anew() -> tuple[int, int]:
    """Seal the secrets of apps and recovery codes with the ring's current key.

    Locks one row at a time, so that nobody's sign-in waits; run twice, it changes nothing. Returns how many
    were sealed anew, and how many do not open: those stay as they are, and stop no other.
    """
    became: Counter[str] = Counter()
    for pk in Authenticator.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().filter(pk=pk).first()
            if row is not None:
                became.update(_seal_row(row))
    return became["sealed"], became["unreadable"]


def _seal_row(row: Authenticator) -> list[str]:
    """Seal the secrets of a locked row with the current key; say what became of each that was not."""
    became = []
    for name in SEALED & set(row.data):
        if row.data[name].startswith(f"{get_key_ring().current}:"):
            continue
        try:
            row.data[name] = encrypt(decrypt(row.data[name]))
        except Unreadable:
            became.append("unreadable")
        else:
            became.append("sealed")
    if "sealed" in became:
        row.save(update_fields=["data"])
    return became


def count_secrets_by_key() -> dict[str, int]:
    """Return how many secrets of apps and recovery codes each key of the ring seals, by its name."""
    counts: Counter[str] = Counter()
    for data in Authenticator.objects.values_list("data", flat=True).order_by("pk"):
        counts.update(str(data[name]).partition(":")[0] for name in SEALED & set(data))
    return dict(counts)


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


def _lock(user: User, by: User | None) -> dict[int, User]:
    """Lock both rows in one order, and return them as they are now."""
    pks = {user.pk, by.pk if by else user.pk}
    return {
        row.pk: row for row in User.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk")
    }
