"""A patient's next visit, as whoever knows time tells it: this app does not know that visits exist."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from clinic.models import Site

DAYS_TO_READ = timedelta(days=2)


@dataclass(frozen=True)
class NextVisit:
    """When and where a patient comes next; `starts_at` is UTC, `way` a VisitMode, words are translated."""

    starts_at: datetime
    site: Site
    kind: str
    way: str
    mode: str
    practitioner: str
    rooms: tuple[str, ...]

    @property
    def zone(self) -> ZoneInfo:
        """The site's zone."""
        return self.site.tz

    def form_due(self, *, now: datetime) -> date | None:
        """Return by which of the site's days the form should be here; None if that day is over.

        Two days before the visit, as the form's list says, so that a doctor can read it and ask.
        """
        due = self.starts_at.astimezone(self.zone).date() - DAYS_TO_READ
        return due if due >= now.astimezone(self.zone).date() else None


Teller = Callable[[UUID, datetime], NextVisit | None]
Expecter = Callable[[UUID, datetime], bool]

_tellers: list[Teller] = []
_expecters: list[Expecter] = []


def told_by(teller: Teller) -> None:
    """Ask `teller` for next visits from now on; the app that knows time says so once, when it starts."""
    _tellers[:] = [teller]


def find_next_visit(patient_id: UUID, *, now: datetime) -> NextVisit | None:
    """Return a patient's next visit, or None if there is none, or nobody knows."""
    return next((tell(patient_id, now) for tell in _tellers), None)


def expected_by(expecter: Expecter) -> None:
    """Ask `expecter` from now on whether somebody is expected; the app that knows time says so once."""
    _expecters[:] = [expecter]


def is_expected(patient_id: UUID, *, now: datetime) -> bool:
    """Say whether a patient is at the clinic, or comes today; nobody is while nobody knows."""
    return any(expects(patient_id, now) for expects in _expecters)
