"""The table of action x state x role, held against the design, the access table and the services."""

from contextlib import suppress
from datetime import timedelta
from itertools import product

import pytest
from django.db import transaction

from bookings.desk_actions import (
    ACTION_OF,
    BACK_TO,
    CARE,
    DESK,
    TABLE,
    Action,
    Bar,
    _staying,
    find_bar,
    list_actions,
    may_undo,
)
from bookings.life_cycle import FOLLOWERS, UNDO, Status
from bookings.models import Appointment, VisitEvent
from bookings.queries.desk_words import open_note
from bookings.queries.visits import get_visit_by_reference
from bookings.services import desk
from bookings.services.actors import Actor
from bookings.services.erasure import erase_patient
from bookings.services.refusals import NotAllowed
from clinic.access import rules as access
from clinic.models import Role, User
from patients.models import Patient
from tests import factories
from tests.bookings.longer_visits import patient_of
from tests.bookings.steps import LATE, STAFF, TAKE, bring, fingerprint, now_for, stand_of
from tests.calendars import MONDAY, make_calendar, minutes

ROLES = [role.value for role in Role]
STEPS = list(TAKE)
ERASED_AT = MONDAY + timedelta(days=2)
CLAIMS_NOTHING = {Status.NO_SHOW, Status.CANCELLED}

AGREED = {
    # what the design says, by status: what each role can do
    "booked": ("confirm arrive no-show move length override note desk-cancel", ""),
    "confirmed": ("arrive no-show move length override note step-back desk-cancel", ""),
    "arrived": ("in-room finish move length override note step-back desk-cancel", "in-room finish"),
    "in_room": ("finish move length override note step-back", "finish"),
    "done": ("note step-back", ""),
    "no_show": ("arrive note step-back", ""),
    "cancelled": ("note step-back", ""),
    "held": ("", ""),
    "expired": ("", ""),
}


def a_visit(status: Status) -> Appointment:
    visit: Appointment = factories_visit()
    visit.status = status
    return visit


def factories_visit() -> Appointment:
    site = factories.SiteFactory.build()
    return Appointment(site=site, starts_at=MONDAY, ends_at=MONDAY + minutes(40))


@pytest.mark.parametrize(("status", "role"), list(product(Status, ROLES)))
def test_the_table_is_what_was_agreed(status: Status, role: str) -> None:
    mine = AGREED[status][0 if role in DESK else 1].split()
    offered = {
        action for now in (MONDAY - minutes(1), LATE) for action in list_actions(a_visit(status), now, [role])
    }
    assert offered == set(mine)


def test_roles_are_those_of_the_clinic_and_add_up() -> None:
    assert set(ROLES) == DESK | CARE
    both = set(list_actions(a_visit(Status.ARRIVED), LATE, ["nurse", "front_desk"]))
    assert both == set(AGREED["arrived"][0].split())
    assert list_actions(a_visit(Status.ARRIVED), LATE, []) == []


def test_the_access_table_lets_in_whom_the_table_does() -> None:
    for action, rule in TABLE.items():
        assert access.URL_RULES[f"desk:{action}"].who == rule.roles
    assert access.URL_RULES["desk:drop"].who == TABLE[Action.MOVE].roles


def test_forward_moves_are_those_of_the_life_cycle() -> None:
    forward = {
        (before, after)
        for action, rule in TABLE.items()
        if action != Action.STEP_BACK
        for before, after in rule.leads.items()
        if before != after
    }
    for before, after in forward:
        assert after in FOLLOWERS[before]
    wanted = {(b, a) for b, then in FOLLOWERS.items() for a in then if b != Status.HELD}
    assert wanted == forward
    assert {(b, a) for a, then in BACK_TO.items() for b in then} <= forward


@pytest.mark.parametrize(
    ("action", "now", "bar"),
    [
        (Action.ARRIVE, MONDAY - timedelta(hours=9, seconds=1), Bar.BEFORE_ITS_DAY),
        (Action.ARRIVE, MONDAY - timedelta(hours=9), None),
        (Action.NO_SHOW, LATE - timedelta(seconds=1), Bar.BEFORE_NO_SHOW),
        (Action.NO_SHOW, LATE, None),
        (Action.CONFIRM, MONDAY - timedelta(seconds=1), None),
        (Action.CONFIRM, MONDAY, Bar.STARTED),
    ],
)
def test_what_time_allows(action: Action, now: object, bar: Bar | None) -> None:
    assert find_bar(action, a_visit(Status.BOOKED), now, ["owner"]) == bar  # type: ignore[arg-type]


@pytest.mark.parametrize("action", STEPS)
def test_a_role_and_a_status_are_asked_first_and_then_whether_somebody_is_erased(action: Action) -> None:
    visit = a_visit(next(iter(TABLE[action].leads)))
    visit.patient = Patient(erased_at=MONDAY)

    assert find_bar(action, visit, LATE, ["owner"]) == Bar.ERASED
    assert find_bar(action, visit, LATE, []) == Bar.ROLE
    visit.status = Status.EXPIRED
    assert find_bar(action, visit, LATE, ["owner"]) == Bar.STATUS


def test_whoever_may_do_something_may_undo_it() -> None:
    assert may_undo("in_room", ["nurse"])
    assert may_undo("done", ["clinician"])
    assert not may_undo("moved", ["nurse", "clinician"])
    assert may_undo("booked", ["front_desk"])
    assert not may_undo("undo_moved", ["front_desk"])
    assert set(ACTION_OF) >= {TABLE[action].event for action in STEPS if TABLE[action].event}


@pytest.fixture
def staff(db: None) -> dict[str, User]:
    return {role: factories.StaffFactory.create(roles=[role]) for role in ROLES}


@pytest.mark.django_db
@pytest.mark.parametrize("status", list(Status))
def test_every_action_of_every_role_does_what_the_table_says(status: Status, staff: dict[str, User]) -> None:
    calendar = make_calendar(rooms=2, notice_hours=0)
    visit = bring(calendar.book(), status)
    before, rows = stand_of(visit), fingerprint()
    done = 0
    for action, role in product(STEPS, ROLES):
        actor = Actor(VisitEvent.By.STAFF, staff[role])
        point = transaction.savepoint()
        expected = TABLE[action].leads.get(status) if role in TABLE[action].roles else None
        try:
            TAKE[action](visit, actor, now_for(action))
        except NotAllowed:
            assert fingerprint() == rows, (action, role)
            assert expected is None, (action, role)
        else:
            after = stand_of(visit)
            if expected is None:  # a step twice is one step
                assert (fingerprint(), status) == (rows, *set(TABLE[action].leads.values()) & {status})
            else:
                assert after["status"] == expected, (action, role)
                check_what_changed(visit, action, before, after, actor)
                done += 1
        transaction.savepoint_rollback(point)
    assert done == sum(len(part.split()) * 2 for part in AGREED[status])


def check_what_changed(
    visit: Appointment,
    action: Action,
    before: dict[str, object],
    after: dict[str, object],
    actor: Actor,
) -> None:
    """Check the rows that a step has written."""
    fresh = Appointment.objects.get(pk=visit.pk)
    event = fresh.events.order_by("-pk")[0]
    if action == Action.NOTE:
        assert (open_note(fresh), fresh.sequence, after) == ("Rings before she comes", visit.sequence, before)
        return
    assert fresh.sequence == visit.sequence + 1
    assert (event.action, event.by, event.user) == (TABLE[action].event, "staff", actor.user)
    assert (event.from_status, event.to_status) == (before["status"], after["status"])
    assert bool(after["claims"]) == (after["status"] not in CLAIMS_NOTHING)


@pytest.mark.django_db
@pytest.mark.parametrize("action", [action for action in STEPS if TABLE[action].event])
def test_every_action_can_be_undone_exactly(action: Action) -> None:
    calendar = make_calendar(rooms=2, notice_hours=0)
    booked = calendar.book()
    for status in TABLE[action].leads:
        point = transaction.savepoint()
        visit = bring(booked, status)
        before, now = stand_of(visit), now_for(action)
        TAKE[action](visit, STAFF, now)
        assert stand_of(visit) != before
        calendar.visit_type.__class__.objects.update(buffer_after_minutes=25)  # the owner, meanwhile
        undone = desk.undo_last(appointment=visit, actor=STAFF, now=now + UNDO)
        assert stand_of(visit) == before, status
        assert undone.sequence == visit.sequence + 2
        rows = fingerprint()
        with pytest.raises(NotAllowed):
            desk.undo_last(appointment=visit, actor=STAFF, now=now + UNDO)
        assert fingerprint() == rows
        transaction.savepoint_rollback(point)


def test_what_stays_leads_to_where_it_was() -> None:
    assert dict(_staying(Status.BOOKED, Status.DONE)) == {s: s for s in (Status.BOOKED, Status.DONE)}


@pytest.mark.django_db
@pytest.mark.parametrize("action", [action for action in STEPS if TABLE[action].event])
def test_after_three_minutes_nothing_can_be_undone(action: Action) -> None:
    calendar = make_calendar(rooms=2, notice_hours=0)
    visit = bring(calendar.book(), next(iter(TABLE[action].leads)))
    now = now_for(action)
    TAKE[action](visit, STAFF, now)
    rows = fingerprint()
    with pytest.raises(NotAllowed, match="nothing to undo"):
        desk.undo_last(appointment=visit, actor=STAFF, now=now + UNDO + timedelta(microseconds=1))
    assert fingerprint() == rows


@pytest.mark.django_db
def test_a_nurse_undoes_what_nurses_do_and_nothing_else(staff: dict[str, User]) -> None:
    nurse = Actor(VisitEvent.By.STAFF, staff["nurse"])
    visit = bring(make_calendar(notice_hours=0).book(), Status.ARRIVED)
    with pytest.raises(NotAllowed, match="role"):
        desk.undo_last(appointment=visit, actor=nurse, now=LATE)
    desk.mark_in_room(appointment=visit, actor=nurse, now=LATE)
    assert desk.undo_last(appointment=visit, actor=nurse, now=LATE).status == Status.ARRIVED


@pytest.fixture
def erased_visit(db: None) -> Appointment:
    """A visit that took place, of somebody whose data was erased since."""
    visit = bring(make_calendar(rooms=2, notice_hours=0).book(), Status.DONE)
    erase_patient(patient_id=patient_of(visit).pk, now=ERASED_AT)
    return visit


@pytest.mark.django_db
def test_nothing_is_done_with_a_visit_of_somebody_erased(erased_visit: Appointment) -> None:
    visit, rows = get_visit_by_reference(erased_visit.reference), fingerprint()

    assert list_actions(visit, ERASED_AT, ROLES) == []
    for action in STEPS:
        with suppress(NotAllowed):  # a step twice is one step
            TAKE[action](visit, STAFF, ERASED_AT)
    assert fingerprint() == rows
    with pytest.raises(NotAllowed, match="data was erased"):
        desk.write_note(appointment=visit, note="Her sister rang", was="", actor=STAFF, now=ERASED_AT)


@pytest.mark.django_db
def test_without_the_bar_a_note_would_be_written_about_somebody_erased(
    erased_visit: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Appointment, "is_of_erased", False)

    visit = desk.write_note(
        appointment=erased_visit, note="Her sister rang", was="", actor=STAFF, now=ERASED_AT
    )

    assert open_note(visit) == "Her sister rang"
