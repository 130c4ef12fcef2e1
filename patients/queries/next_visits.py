"""A patient's next visit, as whoever knows time tells it: this app does not know that visits exist."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class NextVisit:
    """When and where a patient comes next; `starts_at` is UTC, `zone` the site's, words are translated."""

    starts_at: datetime
    zone: ZoneInfo
    kind: str
    mode: str
    practitioner: str
    rooms: tuple[str, ...]


FindNextVisit = Callable[..., NextVisit | None]


def find_next_visit(patient_id: UUID, *, now: datetime) -> NextVisit | None:
    """Return a patient's next visit, or None. The setting NUAN_NEXT_VISIT names the function that knows."""
    ask = cast("FindNextVisit", import_string(settings.NUAN_NEXT_VISIT))
    return ask(patient_id, now=now)
