"""Choosing how long what is kept."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clinic.models import RetentionPeriod, User
from clinic.queries.retention import get_periods
from clinic.retention import TABLE


class OutOfBounds(Exception):
    """A length that the law, or good sense, does not allow."""

    def __str__(self) -> str:
        return _("One of these is too short or too long.")


def choose_periods(*, lengths: Mapping[str, int], by: User, now: datetime) -> list[str]:
    """Write down how long what is kept, by code; return the codes that changed. One transaction.

    :raises OutOfBounds: if one length is not within its line's bounds; then nothing is changed.
    """
    for code, length in lengths.items():
        if not TABLE[code].least <= length <= TABLE[code].most:
            raise OutOfBounds
    with transaction.atomic():
        before = get_periods()
        changed = [code for code, length in lengths.items() if before[code] != length]
        for code in changed:
            RetentionPeriod.objects.update_or_create(
                code=code, defaults={"length": lengths[code], "changed_by": by, "changed_at": now}
            )
    return changed
