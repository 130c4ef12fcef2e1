"""The front desk: board, steps, callers, time off, the tablet, patients as the desk knows them."""

from collections.abc import Mapping
from types import MappingProxyType

from clinic.access.who import CLINICAL, DESK, STAFF

RULES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        # The front desk
        "desk:day-list": STAFF,
        "desk:why-not": STAFF,
        "desk:requests": STAFF,
        "desk:change-visit": DESK,
        "desk:close-request": DESK,
        # The day board
        "board:day": STAFF,
        "board:changes": STAFF,
        "board:panel": STAFF,
        "board:week": STAFF,
        "board:print": STAFF,
        # Steps, moves and undo, as `bookings/desk_actions.py` has them
        "desk:confirm": DESK,
        "desk:arrive": DESK,
        "desk:in-room": DESK | CLINICAL,
        "desk:finish": DESK | CLINICAL,
        "desk:no-show": DESK,
        "desk:step-back": DESK,
        "desk:undo": DESK | CLINICAL,
        "desk:send-now": DESK,
        "desk:drop": DESK,
        "desk:move": DESK,
        "desk:length": DESK,
        "desk:override": DESK,
        "desk:note": DESK,
        "desk:desk-cancel": DESK,
        # Callers, walk-ins, the queue, running late
        "calls:book": DESK,
        "calls:likely": DESK,
        "calls:read-out": DESK,
        "calls:walk-in": DESK,
        "calls:queue": STAFF,
        "calls:call-in": DESK,
        "calls:let-go": DESK,
        "calls:put-back": DESK,
        "calls:to-book": STAFF,
        "calls:close-no-show": DESK,
        "calls:late": DESK,
        "calls:late-undo": DESK,
        # Time off and the tablet
        "time-off:list": STAFF,
        "time-off:to-move": STAFF,
        "time-off:move": DESK,
        "time-off:block": DESK,
        "time-off:edit": DESK,
        "time-off:end": DESK,
        "time-off:remove": DESK,
        "time-off:restore": DESK,
        "tablet:start": DESK,
        "tablet:state": DESK,
        "tablet:end": DESK,
        # Patients, as the desk knows them
        "people:search": STAFF,
        "people:patient": STAFF,
        "people:new": DESK,
        "people:edit": DESK,
        "people:archive": DESK,
        "people:restore": DESK,
        "people:check": DESK,
        "people:send-message": DESK,
        "people:take-back": DESK,
        "people:duplicates": DESK,
        "people:compare": DESK,
        "people:apart": DESK,
        "people:undo-merge": DESK,
    }
)
