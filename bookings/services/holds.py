"""Holding a time for ten minutes while somebody fills in their details."""

import secrets
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from bookings.life_cycle import Status
from bookings.models import Appointment
from bookings.models.visits import REFERENCE_LETTERS
from bookings.queries import offers, reasons
from bookings.queries.offers import Choice, Search
from bookings.queries.plans import Candidate
from bookings.queries.visits import is_known_form
from bookings.services import claims
from bookings.services.actors import Actor
from bookings.services.claims import HOLD, HOLD_EXTENSIONS, Span
from bookings.services.keys import fingerprint, take_key
from bookings.services.refusals import HoldExpired, JustTaken, NoMoreTime, NotOffered, TooMany, VisitGone
from clinic import prepared
from clinic.inserts import insert_rows
from clinic.models import Practitioner
from clinic.prepared import Piece, Row
from clinic.services import limits

REFERENCE = "reference"
"""The column in which no two visits are alike."""


def hold_time(
    *,
    search: Search,
    starts_at: datetime,
    key: UUID,
    actor: Actor,
    zone: str,
    been_before: bool,
    now: datetime,
) -> Appointment:
    """Hold an offered start for ten minutes of database time. One transaction.

    The same key and data twice return the same hold. Anyone-available tries people fairly, each in a
    savepoint of its own.

    :raises NotOffered: if the start is not on offer; nothing is written.
    :raises JustTaken: if it was, but somebody else was quicker.
    :raises KeyReused: if the key was used for another time.
    :raises TooMany: if this address holds too many times.
    """
    known = is_known_form(key)
    count_against_address("hold", actor.address, settings.LIMIT_HOLDS_PER_ADDRESS, now, unless=known)
    with transaction.atomic():
        appointment_id = uuid.uuid4()
        print_of_data = fingerprint(search=words_of(search), starts_at=starts_at.isoformat())
        earlier = take_key(key, print_of_data, appointment_id)
        if earlier is not None:
            return earlier
        search, choice = get_offered_choice(search, starts_at, now)
        chosen = claims.claim(
            choice, appointment_id=appointment_id, span=buffered(search, starts_at), hold=HOLD
        )
        if chosen is None:
            raise JustTaken
        return _write_hold(search, starts_at, appointment_id, chosen, zone, been_before)


def extend_hold(*, appointment_id: UUID, now: datetime) -> Appointment:
    """Give ten more minutes, at most ten times (WCAG 2.2.1). One transaction.

    :raises HoldExpired: if the hold is over already.
    :raises NoMoreTime: if it was extended ten times.
    """
    with transaction.atomic():
        hold = lock_appointment(appointment_id)
        claims.lock_resources(claims.list_claimed(hold.pk))
        if hold.status != Status.HELD or not claims.is_alive(hold.pk, keep=True):
            raise HoldExpired(still_free=is_still_free(hold, now))
        if hold.hold_extensions >= HOLD_EXTENSIONS:
            raise NoMoreTime
        hold.hold_expires_at = claims.set_expiry(hold.pk, longer=HOLD)
        hold.hold_extensions += 1
        hold.save(update_fields=["hold_expires_at", "hold_extensions", "changed_at"])
        return hold


def hold_again(*, appointment_id: UUID, actor: Actor, now: datetime) -> Appointment:
    """Hold an expired time once more, if it is still on offer; anyone of its kind may take it.

    A hold that is still alive is returned as it is. One transaction.

    :raises HoldExpired: if the time has gone; `still_free` is then False.
    :raises TooMany: if this address holds too many times.
    """
    count_against_address("hold", actor.address, settings.LIMIT_HOLDS_PER_ADDRESS, now)
    with transaction.atomic():
        hold = lock_appointment(appointment_id)
        if hold.status not in (Status.HELD, Status.EXPIRED) or claims.is_alive(hold.pk, keep=False):
            return hold
        leaving = claims.list_claimed(hold.pk)
        try:
            search, choice = get_offered_choice(search_of(hold), hold.starts_at, now)
        except (NotOffered, JustTaken):
            raise HoldExpired(still_free=False) from None
        span = buffered(search, hold.starts_at)
        chosen = claims.claim(choice, appointment_id=hold.pk, span=span, hold=HOLD, leaving=leaving)
        if chosen is None:
            raise HoldExpired(still_free=False)
        hold.practitioner = practitioner_of(chosen)
        hold.status = Status.HELD.value
        hold.hold_extensions = 0
        hold.hold_expires_at = claims.set_expiry(hold.pk, longer=timedelta(0))
        changed = ["practitioner", "status", "hold_extensions", "hold_expires_at", "changed_at"]
        hold.save(update_fields=changed)
        return hold


def release_hold(*, appointment_id: UUID) -> None:
    """Give a held time back before its ten minutes are over. Nothing happens to anything but a hold."""
    with transaction.atomic():
        hold = lock_appointment(appointment_id)
        if hold.status == Status.HELD:
            claims.lock_resources(claims.list_claimed(hold.pk))
            claims.release(hold.pk)
            hold.status = Status.EXPIRED.value
            hold.save(update_fields=["status", "changed_at"])


def sweep_expired_holds() -> int:
    """Mark holds past their time as expired and delete their allocations; returns how many.

    Nothing depends on this: expired allocations are ignored by availability and deleted by claims in
    their way. It waits for nobody (SKIP LOCKED).
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE bookings_appointment SET status = 'expired', changed_at = clock_timestamp()"
            " WHERE id IN (SELECT id FROM bookings_appointment"
            "               WHERE status = 'held' AND hold_expires_at <= clock_timestamp()"
            "               ORDER BY id LIMIT 500 FOR UPDATE SKIP LOCKED)"
        )
        swept = int(cursor.rowcount)
        cursor.execute(
            "DELETE FROM bookings_allocation WHERE id IN (SELECT id FROM bookings_allocation"
            " WHERE expires_at <= clock_timestamp() ORDER BY id LIMIT 2000 FOR UPDATE SKIP LOCKED)"
        )
        return swept


def lock_appointment(appointment_id: UUID) -> Appointment:
    """Return an appointment with its row locked; always before any resource.

    Locked first and read after: a row that waited for its lock is joined with what stood there before,
    so a visit whose practitioner had just changed would not be found, or be found without its patient.

    :raises VisitGone: if it is there no more; an Appointment.DoesNotExist too.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM bookings_appointment WHERE id = %s FOR UPDATE", [appointment_id])
        if not cursor.rowcount:
            raise VisitGone
    related = "visit_type", "site", "practitioner__resource", "patient"
    return Appointment.objects.select_related(*related).get(pk=appointment_id)


def get_offered_choice(search: Search, starts_at: datetime, now: datetime) -> tuple[Search, Choice]:
    """Return a search as it is now, and who could take an offered start; the plan stays. Four statements.

    :raises NotOffered: with the rule that refuses it.
    :raises JustTaken: if only other visits are in the way.
    """
    search = claims.keep_plan(search)
    reason = reasons.find_rule_against(search, starts_at=starts_at, now=now)
    if reason is None:
        choice = offers.get_choice(search, starts_at=starts_at, now=now)
        if choice.offer is None:
            reason = reasons.not_at_site()
        elif choice.is_offered:
            return search, choice
        else:
            reason = reasons.find_calendar_reason(search, starts_at=starts_at)
    if reason is None or reason.code in reasons.TAKEN:
        raise JustTaken
    raise NotOffered(reason.code, reason.words)


def buffered(search: Search, starts_at: datetime) -> Span:
    """Return what a visit claims: from its buffer before to its buffer after."""
    kind = search.visit_type
    return Span(
        starts_at - timedelta(minutes=kind.buffer_before_minutes),
        starts_at + kind.length + timedelta(minutes=kind.buffer_after_minutes),
    )


def search_of(appointment: Appointment, *, moving: bool = False) -> Search:
    """Return the search that would find an appointment's own time."""
    return Search(
        visit_type=appointment.visit_type,
        site=appointment.site,
        mode=appointment.mode,
        practitioner_id=None if appointment.any_practitioner else appointment.practitioner_id,
        language=appointment.spoken_language,
        moving_id=appointment.pk if moving else None,
    )


def practitioner_of(chosen: list[Candidate]) -> Practitioner:
    """Return the practitioner among what was claimed, with their name: the first person by the needs."""
    return next(practitioner for c in chosen if (practitioner := c.practitioner) is not None)


def new_reference() -> str:
    """Return a reference to read aloud: seven letters and digits that are not mistaken for each other."""
    return "".join(secrets.choice(REFERENCE_LETTERS) for _letter in range(7))


def insert_visit(visit: Appointment, insert: Callable[[], bool] | None = None) -> None:
    """Insert a new visit under a reference nobody has. One statement.

    Of 28^7 references, millions of visits meet one that is taken now and then: another one is drawn.
    `insert` is what inserts the visit, if other rows go with it; False says that the reference is taken.
    """
    insert = insert or partial(insert_rows, visit, unless_taken=REFERENCE)
    visit.reference = new_reference()
    while not insert():
        visit.reference = new_reference()


def violated(error: IntegrityError) -> str:
    """Return the name of the constraint that Postgres says was violated."""
    return str(getattr(getattr(error.__cause__, "diag", None), "constraint_name", ""))


def count_against_address(
    purpose: str, address: str, limit: int, now: datetime, *, unless: Piece = limits.NEVER
) -> Row:
    """Count one action by an address, outside any transaction, so that refused ones count too.

    A form sent twice counts once: `unless` asks whether this one was. What it answers is returned.

    :raises TooMany: beyond `limit` an hour.
    """
    if not address:
        return prepared.fetch(unless.sql, unless.values)[0]
    window = timedelta(hours=1)
    try:
        _count, answer = limits.hit(
            purpose=purpose, subject=address, limit=limit, window=window, now=now, unless=unless
        )
    except limits.LimitReached as reached:
        raise TooMany(
            _("Too many tries from your network. Please wait a little, or call us."), reached.until
        ) from None
    return answer


def is_still_free(hold: Appointment, now: datetime) -> bool:
    """Whether an expired hold's time is still on offer."""
    search = search_of(hold)
    against = reasons.find_rule_against(search, starts_at=hold.starts_at, now=now)
    return against is None and offers.get_choice(search, starts_at=hold.starts_at, now=now).is_offered


def words_of(search: Search) -> list[object]:
    """Return what a search asks for as plain values, for fingerprints."""
    return [search.visit_type.code, search.site.slug, search.mode, search.practitioner_id, search.language]


def _write_hold(
    search: Search,
    starts_at: datetime,
    appointment_id: UUID,
    chosen: list[Candidate],
    zone: str,
    been_before: bool,
) -> Appointment:
    hold = Appointment(
        id=appointment_id,
        status=Status.HELD.value,
        visit_type=search.visit_type,
        site=search.site,
        practitioner=practitioner_of(chosen),
        mode=search.mode,
        starts_at=starts_at,
        ends_at=starts_at + search.visit_type.length,
        patient_zone=zone,
        any_practitioner=search.practitioner_id is None,
        been_before=been_before,
        spoken_language=search.language,
        hold_expires_at=claims.set_expiry(appointment_id, longer=timedelta(0)),
        is_demo=settings.DEMO,
    )
    insert_visit(hold)
    return hold
