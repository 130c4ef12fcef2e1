"""How long what is kept: one table, each line with its default and the bounds the owner may choose within.

Pure. The reasons stand in docs/privacy/retention.md; `clinic/queries/retention.py` reads what was chosen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

YEARS, DAYS, HOURS, AGE = "years", "days", "hours", "age"

ANSWER_WITHIN = timedelta(days=30)
"""How soon a request about one's own data is answered (PDPA s.30; reliability section 5)."""


@dataclass(frozen=True)
class Line:
    """How long one kind of thing is kept, in its unit. `least` equal to `most` leaves no choice."""

    unit: str
    default: int
    least: int
    most: int

    @property
    def is_fixed(self) -> bool:
        """Whether the owner has no choice."""
        return self.least == self.most


TABLE: Mapping[str, Line] = MappingProxyType(
    {
        # Clinics keep records for at least five years (docs/privacy/retention.md has the sources).
        "records": Line(YEARS, 5, 5, 30),
        # Records of minors, until they are this old; 0 keeps them like any other.
        "young": Line(AGE, 0, 0, 30),
        "drafts": Line(DAYS, 90, 7, 90),
        "messages": Line(DAYS, 365, 30, 365),
        "queue": Line(DAYS, 30, 1, 90),
        "links": Line(DAYS, 365, 30, 365),
        "admin_log": Line(DAYS, 365, 90, 365),
        "merges": Line(DAYS, 30, 2, 90),
        "holds": Line(DAYS, 1, 1, 1),
        "imports": Line(DAYS, 8, 8, 8),
        "limits": Line(DAYS, 1, 1, 1),
        "sessions": Line(DAYS, 1, 1, 1),
        "exports": Line(HOURS, 72, 72, 72),
    }
)
"""Every kind of thing that does not stay for good, by its code.

The audit is not among them: its chain needs every row. It names people by id only.
"""


def last_moment(code: str, chosen: int) -> timedelta:
    """Return how long something of a kind in days or hours is kept.

    :raises KeyError: if its unit is another one.
    """
    return {DAYS: timedelta(days=chosen), HOURS: timedelta(hours=chosen)}[TABLE[code].unit]


def keep_until(last: date, *, years: int, born: date | None, until_age: int) -> date:
    """Return the first day on which a record need not be kept any more; `last` is its last visit."""
    until = _years_after(last, years)
    return max(until, _years_after(born, until_age)) if born and until_age else until


def _years_after(day: date, years: int) -> date:
    """Return the same day years later; 1 March for 29 February, so that nothing goes a day too soon."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
