"""What staff may do with a visit: one table of action x state x role for services, views and tests. Pure.

Two actions are not ruled by a state. `undo` follows the last thing that staff did, and is for whoever may do
that; `send-now` is there while a message waits.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol
from zoneinfo import ZoneInfo

from bookings.life_cycle import Status

DESK = frozenset({"front_desk", "owner"})
CARE = frozenset({"nurse", "clinician"})

NO_SHOW_AFTER = timedelta(minutes=10)
"""A visit can be marked "did not come" from ten minutes after its start (design spec, D1)."""


class Action(StrEnum):
    """Something staff do with a visit; its value is its URL's name in the namespace `desk`."""

    CONFIRM = "confirm"
    ARRIVE = "arrive"
    IN_ROOM = "in-room"
    FINISH = "finish"
    NO_SHOW = "no-show"
    MOVE = "move"
    LENGTH = "length"
    OVERRIDE = "override"
    NOTE = "note"
    STEP_BACK = "step-back"
    CANCEL = "desk-cancel"
    UNDO = "undo"
    SEND_NOW = "send-now"


class Bar(StrEnum):
    """Why an action is not possible."""

    ROLE = "role"
    STATUS = "status"
    BEFORE_ITS_DAY = "before-its-day"
    BEFORE_NO_SHOW = "before-no-show"
    STARTED = "started"
    ERASED = "erased"


class Place(Protocol):
    """Where a visit is, as far as time goes."""

    @property
    def tz(self) -> ZoneInfo:
        """The site's zone."""


class Visit(Protocol):
    """What the table needs to know of a visit."""

    @property
    def status(self) -> str:
        """One of `Status`."""

    @property
    def starts_at(self) -> datetime:
        """An aware instant."""

    @property
    def site(self) -> Place:
        """Where the visit is."""

    @property
    def is_of_erased(self) -> bool:
        """Whether the record of whoever came was erased."""


@dataclass(frozen=True)
class Rule:
    """Who may do something, and from which status to which; a status that leads to itself stays.

    `event` is what it is called among the events of a visit; "" if it leaves none.
    """

    roles: frozenset[str]
    event: str
    leads: Mapping[Status, Status] = field(default_factory=dict)


def _staying(*statuses: Status) -> Mapping[Status, Status]:
    return MappingProxyType({status: status for status in statuses})


_B, _C, _A, _R, _D = Status.BOOKED, Status.CONFIRMED, Status.ARRIVED, Status.IN_ROOM, Status.DONE
_N, _X = Status.NO_SHOW, Status.CANCELLED

TABLE: Mapping[Action, Rule] = MappingProxyType(
    {
        Action.CONFIRM: Rule(DESK, "confirmed", {_B: _C}),
        Action.ARRIVE: Rule(DESK, "arrived", {_B: _A, _C: _A, _N: _A}),
        Action.IN_ROOM: Rule(DESK | CARE, "in_room", {_A: _R}),
        Action.FINISH: Rule(DESK | CARE, "done", {_A: _D, _R: _D}),
        Action.NO_SHOW: Rule(DESK, "no_show", {_B: _N, _C: _N}),
        Action.MOVE: Rule(DESK, "moved", _staying(_B, _C, _A, _R)),
        Action.LENGTH: Rule(DESK, "lengthened", _staying(_B, _C, _A, _R)),
        Action.OVERRIDE: Rule(DESK, "overridden", _staying(_B, _C, _A, _R)),
        Action.NOTE: Rule(DESK, "", _staying(_B, _C, _A, _R, _D, _N, _X)),
        Action.STEP_BACK: Rule(DESK, "stepped_back", {_C: _B, _A: _B, _R: _A, _D: _R, _N: _B, _X: _B}),
        Action.CANCEL: Rule(DESK, "cancelled", {_B: _X, _C: _X, _A: _X}),
        Action.UNDO: Rule(DESK | CARE, "undone"),
        Action.SEND_NOW: Rule(DESK, "sent_now"),
    }
)

BACK_TO: Mapping[Status, frozenset[Status]] = MappingProxyType(
    {
        _C: frozenset({_B}),
        _A: frozenset({_B, _C}),
        _R: frozenset({_A}),
        _D: frozenset({_R, _A}),
        _N: frozenset({_B, _C}),
        _X: frozenset({_B, _C}),
    }
)
"""Where a step back may lead: to the one of these that the visit left last; if nobody wrote that down, to
the one in the table."""

ACTION_OF: Mapping[str, Action] = MappingProxyType(
    {rule.event: action for action, rule in TABLE.items() if rule.event}
    # a booking is taken back, and a change that was asked for, by those who may move and cancel
    | {"booked": Action.CANCEL, "changed": Action.MOVE}
)
"""What staff did, by the name of its event; whoever may do that may undo it."""


def find_bar(action: Action, visit: Visit, now: datetime, roles: Collection[str]) -> Bar | None:
    """Return why somebody with `roles` cannot do something with a visit now, or None if they can."""
    rule = TABLE[action]
    if rule.roles.isdisjoint(roles):
        return Bar.ROLE
    if not rule.leads:
        return None
    if Status(visit.status) not in rule.leads:
        return Bar.STATUS
    if visit.is_of_erased:
        return Bar.ERASED
    return _find_bar_of_time(action, visit, now)


def _find_bar_of_time(action: Action, visit: Visit, now: datetime) -> Bar | None:
    if action == Action.ARRIVE and _day(now, visit) < _day(visit.starts_at, visit):
        return Bar.BEFORE_ITS_DAY
    if action == Action.NO_SHOW and now < visit.starts_at + NO_SHOW_AFTER:
        return Bar.BEFORE_NO_SHOW
    if action == Action.CONFIRM and visit.starts_at <= now:
        return Bar.STARTED
    return None


def list_actions(visit: Visit, now: datetime, roles: Collection[str]) -> list[str]:
    """Return the codes of what somebody with `roles` can do with a visit now, in the order to show them.

    A code is the name of a URL in the namespace `desk`. Undo and send-now are not among them: they depend on
    what happened and on what waits, see `bookings.services.desk.find_undoable` and
    `bookings.queries.waiting.find_waiting`.
    """
    return [
        action.value
        for action, rule in TABLE.items()
        if rule.leads and find_bar(action, visit, now, roles) is None
    ]


def may_undo(event_action: str, roles: Collection[str]) -> bool:
    """Whether somebody with `roles` may take back what an event tells: whoever may do it may."""
    action = ACTION_OF.get(event_action)
    return action is not None and not TABLE[action].roles.isdisjoint(roles)


def _day(moment: datetime, visit: Visit) -> date:
    return moment.astimezone(visit.site.tz).date()
