"""The clinicians' queue: the latest form of each patient with their next visit, opened in memory.

Nothing of what is sealed can be asked of the database, so the flags and changes of a page of rows are found
here; the order and the tabs come from what is not sealed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet

from bookings.models import Appointment
from bookings.queries.next_visits import next_visit_of
from bookings.queries.visits import visits
from clinic.models import User
from clinic.sealing import Unreadable
from patients.assessment import Flag
from patients.marks import RED, mark_of, rank_flags
from patients.models import FormReader, FormVersion, Photo
from patients.queries.care_team import of_care_team
from patients.queries.forms_to_read import (
    TABS,
    latest_versions,
    list_corrections_by_patient,
    list_photos_for,
    list_readers,
    list_versions_before,
)
from patients.queries.health_forms import open_version
from patients.queries.judged import JudgedForm, judge_form
from patients.queries.reviews import open_correction
from patients.queries.vault import get_vault
from patients.told import list_changed

PAGE = 50


@dataclass(frozen=True)
class Queued:
    """One patient's form in the queue. `before` is the version before, `changed` the answers that differ."""

    form: JudgedForm
    visit: Appointment | None
    before: FormVersion | None
    changed: tuple[str, ...]
    said_before: dict[str, object]
    photos: tuple[Photo, ...]
    readers: tuple[FormReader, ...]

    @property
    def row(self) -> FormVersion:
        """The version."""
        return self.form.row

    @property
    def flags(self) -> list[Flag]:
        """What the answers raised, the worst first."""
        return rank_flags(self.form.judged.flags)

    @property
    def is_red(self) -> bool:
        """Whether any flag is red."""
        return any(mark_of(flag) == RED for flag in self.flags)

    @property
    def new_photos(self) -> int:
        """How many photos came after the version before; none for a first form."""
        return sum(photo.uploaded_at > self.before.sent_at for photo in self.photos) if self.before else 0

    def is_news_for(self, user: User) -> bool:
        """Whether something changed that this clinician has not opened."""
        is_read = any(reader.user_id == user.pk for reader in self.readers)
        return not is_read and bool(self.changed or self.new_photos)


def queue(tab: str, user: User, *, doctor: int | None, now: datetime) -> QuerySet[FormVersion]:
    """Return the forms of a tab of those on whose care team somebody is, next visit first, by instant.

    Who has no visit ahead comes last.
    """
    found = (
        of_care_team(latest_versions(), user, now)
        .filter(TABS[tab])
        .select_related("patient")
        .annotate(
            next_at=next_visit_of("patient", "starts_at", now=now),
            next_id=next_visit_of("patient", "pk", now=now),
            doctor_id=next_visit_of("patient", "practitioner", now=now),
        )
    )
    if doctor is not None:
        found = found.filter(doctor_id=doctor)
    return found.order_by(F("next_at").asc(nulls_last=True), "sent_at", "pk")


def find_neighbour(version_id: UUID, step: int, user: User, *, now: datetime) -> UUID | None:
    """Return the form to read before (-1) or after (1) one, or None at the end; the first for another's."""
    ids = list(queue("to-read", user, doctor=None, now=now).values_list("pk", flat=True))
    if version_id not in ids:
        return ids[0] if ids else None
    place = ids.index(version_id) + step
    return ids[place] if 0 <= place < len(ids) else None


def open_rows(rows: Sequence[FormVersion]) -> tuple[list[Queued], list[FormVersion]]:
    """Return the forms of one page, opened and judged, and those that are damaged. Six queries."""
    ids = [row.patient_id for row in rows]
    vault = get_vault(ids)
    before, photos, readers = list_versions_before(rows), list_photos_for(rows), list_readers(rows)
    corrections = list_corrections_by_patient(ids)
    next_ids = {row.pk: vars(row)["next_id"] for row in rows}
    ahead = visits().in_bulk(set(filter(None, next_ids.values())))
    found, damaged = [], []
    for row in rows:
        earlier = before.get(row.patient_id)
        try:
            corrected = [open_correction(each, vault) for each in corrections[row.patient_id]]
            form = judge_form(row, vault, corrected)
            said_before = dict(open_version(earlier, vault).answers) if earlier else {}
        except Unreadable:
            damaged.append(row)
            continue
        found.append(
            Queued(
                form=form,
                visit=ahead.get(next_ids[row.pk]),
                before=earlier,
                changed=tuple(list_changed(said_before, form.said)) if earlier else (),
                said_before=said_before,
                photos=tuple(photos[row.pk]),
                readers=tuple(readers[row.pk]),
            )
        )
    return found, damaged
