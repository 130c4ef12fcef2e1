"""Saying that a practitioner runs late, telling those affected once, and taking it back."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from bookings.life_cycle import UNDO
from bookings.models import RunningLate
from bookings.queries.running_late import (
    LATE,
    Affected,
    find_said,
    list_affected,
    list_ids,
    list_messages,
)
from bookings.queries.waiting import SUBJECT
from bookings.quiet_hours import leaves_at
from bookings.services import links
from bookings.services.actors import Actor
from bookings.services.messages import build_facts
from bookings.services.refusals import NotAllowed
from bookings.services.telling import zone_of
from clinic.inserts import insert_rows
from clinic.models import OutboxMessage, Practitioner, Site, VisitMode
from clinic.services import outbox

LONGEST = 240
"""Minutes; whoever is later than that is not late but away."""


def say_late(
    *,
    site: Site,
    practitioner: Practitioner,
    day: date,
    minutes: int,
    tells: bool,
    key: UUID,
    actor: Actor,
    now: datetime,
) -> RunningLate:
    """Note how late a practitioner runs on a site's day; 0 ends it. The same key twice notes it once.

    With `tells`, those whose visits start more than ten minutes late get one message that leaves after three
    minutes, and not at night; who has been told gets another only if it has become over ten minutes worse.
    What still waits to be told of an earlier delay is dropped. No visit is moved.
    """
    with transaction.atomic():
        Practitioner.objects.select_for_update(no_key=True, of=("self",)).get(pk=practitioner.pk)
        said, is_new = RunningLate.objects.get_or_create(
            key=key,
            defaults={
                "site": site,
                "practitioner": practitioner,
                "day": day,
                "minutes": minutes,
                "tells": tells,
                "said_at": now,
                "said_by": actor.user,
            },
        )
        if is_new:
            _tell(said, now)
        return said


def take_back(*, said_id: UUID, now: datetime) -> RunningLate:
    """Undo within three minutes what was said last of a practitioner; its messages never leave.

    What was said before holds again, and is told again if that had been given up for this.

    :raises NotAllowed: if it is too late, or something else has been said since.
    """
    with transaction.atomic():
        said = RunningLate.objects.select_related("site").get(pk=said_id)
        Practitioner.objects.select_for_update(no_key=True, of=("self",)).get(pk=said.practitioner_id)
        said.refresh_from_db(fields=["undone_at"])
        if said.undone_at is not None:
            return said
        last = find_said(said.site, said.day, said.practitioner_id)
        if last is None or last.pk != said.pk or now - said.said_at > UNDO:
            raise NotAllowed(_("There is nothing to undo any more."))
        said.undone_at = now
        said.save(update_fields=["undone_at"])
        _drop_waiting(said)
        earlier = find_said(said.site, said.day, said.practitioner_id)
        if earlier is not None:
            _tell(earlier, now)
        return said


def _tell(said: RunningLate, now: datetime) -> None:
    """Write to those affected, in the caller's transaction, in place of what still waits to be said."""
    _drop_waiting(said)
    if said.minutes and said.tells:
        for affected in list_affected(said, now=now):
            if not affected.why_silent:
                _write(affected, now)


def _drop_waiting(said: RunningLate) -> None:
    waiting = list_messages(list_ids(said.site, said.day, said.practitioner_id))
    waiting.filter(status=OutboxMessage.Status.WAITING).update(status=OutboxMessage.Status.DROPPED)


def _write(affected: Affected, now: datetime) -> None:
    visit, patient = affected.visit, affected.visit.patient
    assert patient is not None  # noqa: S101 (whoever is told has an address)
    link = links.new_link(appointment=visit, now=now)
    insert_rows(link)
    expected = affected.expected_at.isoformat()
    facts = build_facts(appointment=visit, now=now) | {
        **links.facts_of(link),
        "expected_at": expected,
        "expires_at": expected,
        "may_video": visit.mode == VisitMode.IN_PERSON and VisitMode.VIDEO in visit.visit_type.modes,
    }
    leaves = leaves_at(now, zone_of(visit), visit.starts_at)
    outbox.post(
        subject_type=SUBJECT,
        subject_id=visit.pk,
        kind=f"{LATE}{affected.minutes}",
        version=visit.sequence,
        to=patient.email,
        language=patient.language,
        facts=facts,
        now=now,
        delay=leaves - now,
    )
