"""People who come without a visit: into a free time at once, or into the queue and called from it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import PhoneNumber

from bookings.life_cycle import UNDO, Status
from bookings.models import Appointment, RequestKey, WalkIn
from bookings.queries.next_times import next_minute
from bookings.queries.walk_ins import get_walk_in, list_in_room, search_now
from bookings.services import desk, visits
from bookings.services.actors import Actor
from bookings.services.holds import lock_appointment
from bookings.services.refusals import NotAllowed
from bookings.services.settling import open_walk_in
from bookings.services.visits import AtDesk
from clinic.models import Site, VisitMode, VisitType
from patients.models import Patient
from patients.services.people import PersonDetails


@dataclass(frozen=True)
class Newcomer:
    """Who came: a record that the desk chose, or the name and phone that were said. `language` may be ""."""

    record: Patient | None
    name: str
    phone: PhoneNumber | None
    language: str = ""

    def person(self, zone: str) -> PersonDetails:
        """Return the details for a booking; `zone` is the site's."""
        return PersonDetails(
            booked_for=Patient.Booker.SELF,
            name=self.record.name if self.record else self.name,
            contact_name="",
            birth_date=None,
            email="",
            phone=self.phone,
            language=self.language,
            zone="" if self.record else zone,
            account=None,
            wanted_mode=VisitMode.IN_PERSON.value,
            record_id=self.record.pk if self.record else None,
        )


def add_walk_in(
    *,
    site: Site,
    visit_type: VisitType,
    practitioner_id: int | None,
    newcomer: Newcomer,
    key: UUID,
    actor: Actor,
    now: datetime,
) -> WalkIn:
    """Put somebody in the queue of a site's day; the same key twice puts them there once. Claims no time."""
    record = newcomer.record
    entry, _is_new = WalkIn.objects.get_or_create(
        key=key,
        defaults={
            "site": site,
            "day": now.astimezone(site.tz).date(),
            "patient": record,
            "name": record.name if record else newcomer.name,
            "phone": newcomer.phone or "",
            "language": newcomer.language,
            "visit_type": visit_type,
            "practitioner_id": practitioner_id,
            "came_at": now,
            "added_by": actor.user,
        },
    )
    return entry


def call_in(*, walk_in_id: UUID, practitioner_id: int, key: UUID, actor: Actor, now: datetime) -> Appointment:
    """Let somebody of the queue see a practitioner now: a visit, in the room at once. One transaction.

    The same key twice returns the same visit. The visit begins with the next full minute, and the patient
    gets no message: they are here.

    :raises NotAllowed: if somebody else has called them, they have left, or the practitioner has a patient.
    :raises NotOffered, JustTaken, PatientBusy: if the practitioner or a room is not free for the whole visit.
    """
    with transaction.atomic():
        entry = _lock(walk_in_id)
        if entry.closed_at is not None:
            if entry.visit and RequestKey.objects.filter(key=key, appointment=entry.visit).exists():
                return entry.visit
            raise NotAllowed(_who_closed(entry))
        if now.astimezone(entry.site.tz).date() != entry.day:
            raise NotAllowed(_("This was another day. Add the walk-in again."))
        if practitioner_id in list_in_room(entry.site):
            raise NotAllowed(_("Somebody is in the room with them now."))
        newcomer = Newcomer(entry.patient, entry.name, entry.phone or None, entry.language)
        visit = visits.book_visit(
            search=search_now(entry, practitioner_id),
            starts_at=next_minute(now),
            person=newcomer.person(entry.site.zone),
            key=key,
            actor=actor,
            now=now,
            desk=AtDesk(
                status=Status.IN_ROOM,
                for_anyone=entry.practitioner_id is None,
                facts={"walk_in": str(entry.pk)},
                is_told=False,
            ),
        )
        _close(entry, WalkIn.Outcome.CALLED, visit, actor, now)
        return visit


def let_go(*, walk_in_id: UUID, actor: Actor, now: datetime) -> WalkIn:
    """Note that somebody of the queue has left. Twice changes nothing.

    :raises NotAllowed: if they were called or booked meanwhile.
    """
    with transaction.atomic():
        entry = _lock(walk_in_id)
        if entry.outcome == WalkIn.Outcome.LEFT:
            return entry
        if entry.closed_at is not None:
            raise NotAllowed(_who_closed(entry))
        _close(entry, WalkIn.Outcome.LEFT, None, actor, now)
        return entry


def put_back(*, walk_in_id: UUID, actor: Actor, now: datetime) -> WalkIn:
    """Undo within three minutes that somebody was called, booked or let go: they wait again, as before.

    :raises NotAllowed: if it is too late, or the visit has gone on.
    """
    with transaction.atomic():
        visit_id = get_walk_in(walk_in_id).visit_id
        visit = lock_appointment(visit_id) if visit_id else None
        entry = _lock(walk_in_id)
        if entry.closed_at is None:
            return entry
        if now - entry.closed_at > UNDO or entry.visit_id != visit_id:
            raise NotAllowed(_("There is nothing to undo any more."))
        if visit is not None:
            desk.undo_last(appointment=visit, actor=actor, now=now)
        open_walk_in(entry.pk)
        return get_walk_in(walk_in_id)


def _lock(walk_in_id: UUID) -> WalkIn:
    """Return somebody of the queue, locked first and read after."""
    WalkIn.objects.select_for_update().only("pk").get(pk=walk_in_id)
    return get_walk_in(walk_in_id)


def _close(
    entry: WalkIn, outcome: WalkIn.Outcome, visit: Appointment | None, actor: Actor, now: datetime
) -> None:
    entry.outcome, entry.visit = outcome, visit
    entry.closed_at, entry.closed_by = now, actor.user
    entry.save(update_fields=["outcome", "visit", "closed_at", "closed_by"])


def _who_closed(entry: WalkIn) -> str:
    """Name who took somebody out of the queue, and how."""
    who = entry.closed_by.name if entry.closed_by and entry.closed_by.name else _("Someone")
    return _("%(who)s was quicker. This person is no longer waiting: %(outcome)s.") % {
        "who": who,
        "outcome": entry.get_outcome_display(),
    }
