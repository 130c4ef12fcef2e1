"""The front desk: board, steps, callers, time off, the tablet, patients as the desk knows them."""

from collections.abc import Mapping
from types import MappingProxyType

from clinic.access.fields import DAY, VISITS
from clinic.access.objects import (
    DESK_MESSAGE,
    LATENESS,
    MERGE,
    NONE,
    PATIENT,
    REQUEST,
    TIME_OFF,
    TIME_OFF_TO_GO,
    TWO_PATIENTS,
    VISIT,
    WALK_IN,
)
from clinic.access.rule import FORM, PRESS, SEE, Rule
from clinic.access.who import CLINICAL, DESK, STAFF

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        # The front desk
        "desk:day-list": Rule(STAFF, SEE, NONE, DAY),
        "desk:why-not": Rule(STAFF, SEE, NONE, DAY),
        "desk:requests": Rule(STAFF, SEE, NONE, DAY),
        "desk:change-visit": Rule(DESK, FORM, REQUEST, DAY),
        "desk:close-request": Rule(DESK, PRESS, REQUEST, DAY),
        # The day board
        "board:day": Rule(STAFF, SEE, NONE, DAY),
        "board:changes": Rule(STAFF, SEE, NONE, DAY),
        "board:panel": Rule(STAFF, SEE, VISIT, DAY),
        "board:week": Rule(STAFF, SEE, NONE, DAY),
        "board:print": Rule(STAFF, SEE, NONE, DAY),
        # Steps, moves and undo, as `bookings/desk_actions.py` has them
        "desk:confirm": Rule(DESK, PRESS, VISIT, DAY),
        "desk:arrive": Rule(DESK, PRESS, VISIT, DAY),
        "desk:in-room": Rule(DESK | CLINICAL, PRESS, VISIT, DAY),
        "desk:finish": Rule(DESK | CLINICAL, PRESS, VISIT, DAY),
        "desk:no-show": Rule(DESK, PRESS, VISIT, DAY),
        "desk:step-back": Rule(DESK, PRESS, VISIT, DAY),
        "desk:undo": Rule(DESK | CLINICAL, PRESS, VISIT, DAY),
        "desk:send-now": Rule(DESK, PRESS, VISIT, DAY),
        "desk:drop": Rule(DESK, PRESS, VISIT, DAY),
        "desk:move": Rule(DESK, FORM, VISIT, DAY),
        "desk:length": Rule(DESK, FORM, VISIT, DAY),
        "desk:override": Rule(DESK, FORM, VISIT, DAY),
        "desk:note": Rule(DESK, FORM, VISIT, DAY),
        "desk:desk-cancel": Rule(DESK, FORM, VISIT, DAY),
        # Callers, walk-ins, the queue, running late
        "calls:book": Rule(DESK, FORM, NONE, DAY),
        "calls:likely": Rule(DESK, PRESS, NONE, VISITS),
        "calls:read-out": Rule(DESK, SEE, VISIT, DAY),
        "calls:walk-in": Rule(DESK, FORM, NONE, DAY),
        "calls:queue": Rule(STAFF, SEE, NONE, DAY),
        "calls:call-in": Rule(DESK, FORM, WALK_IN, DAY),
        "calls:let-go": Rule(DESK, PRESS, WALK_IN, DAY),
        "calls:put-back": Rule(DESK, PRESS, WALK_IN, DAY),
        "calls:to-book": Rule(STAFF, SEE, NONE, DAY),
        "calls:close-no-show": Rule(DESK, PRESS, VISIT, DAY),
        "calls:late": Rule(DESK, FORM, NONE, DAY),
        "calls:late-undo": Rule(DESK, PRESS, LATENESS, DAY),
        # Time off and the tablet
        "time-off:list": Rule(STAFF, SEE, NONE, DAY),
        "time-off:to-move": Rule(STAFF, SEE, NONE, DAY),
        "time-off:move": Rule(DESK, PRESS, NONE, DAY),
        "time-off:block": Rule(DESK, FORM, NONE, DAY),
        "time-off:edit": Rule(DESK, FORM, TIME_OFF, DAY),
        "time-off:end": Rule(DESK, PRESS, TIME_OFF, DAY),
        "time-off:remove": Rule(DESK, PRESS, TIME_OFF_TO_GO, DAY),
        "time-off:restore": Rule(DESK, PRESS, NONE, DAY),
        "tablet:start": Rule(DESK, FORM, PATIENT, VISITS),
        "tablet:state": Rule(DESK, SEE, PATIENT, VISITS),
        "tablet:end": Rule(DESK, PRESS, PATIENT, VISITS),
        # Patients, as the desk knows them
        "people:search": Rule(STAFF, SEE, NONE, DAY),
        "people:patient": Rule(STAFF, SEE, PATIENT, DAY),
        "people:new": Rule(DESK, FORM, NONE, DAY),
        "people:edit": Rule(DESK, FORM, PATIENT, DAY),
        "people:archive": Rule(DESK, PRESS, PATIENT, DAY),
        "people:restore": Rule(DESK, PRESS, PATIENT, DAY),
        "people:check": Rule(DESK, PRESS, PATIENT, DAY),
        "people:send-message": Rule(DESK, PRESS, PATIENT, DAY),
        "people:take-back": Rule(DESK, PRESS, DESK_MESSAGE, DAY),
        "people:duplicates": Rule(DESK, SEE, NONE, DAY),
        "people:compare": Rule(DESK, FORM, TWO_PATIENTS, DAY),
        "people:apart": Rule(DESK, PRESS, TWO_PATIENTS, DAY),
        "people:undo-merge": Rule(DESK, PRESS, MERGE, DAY),
    }
)
