"""A model of the day: what must stand on the board, worked out from what the site accepted and nothing else.

Every accepted operation names the visit and the state it saw (`seen`, which rises with every change), so
the operations on one visit have one order, whoever did them. Two that saw the same state, or a gap, are a
change that was lost.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

GONE = "cancelled"
"""The state of a visit that does not stand on the board."""

UNDO, CANCEL = "undo", "cancel"
"""The operations that name no place: one goes back, the other leaves the board."""


@dataclass(frozen=True)
class Place:
    """Where a visit stands: the column (a resource's id), start and length in minutes, and its status."""

    column: int
    start: int
    minutes: int
    status: str = "booked"


@dataclass(frozen=True)
class Operation:
    """One accepted operation: `place` is what the visit became; None for an undo and for a cancellation."""

    ref: str
    seen: int
    name: str
    place: Place | None = None


@dataclass
class Outcome:
    """The day as it must be, and every change that cannot be explained."""

    places: dict[str, Place] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)


def work_out(start: Mapping[str, tuple[int, Place]], operations: Iterable[Operation]) -> Outcome:
    """Return the day after these operations, from visits as (`seen`, place) by reference."""
    outcome = Outcome()
    by_visit: dict[str, list[Operation]] = defaultdict(list)
    for operation in operations:
        by_visit[operation.ref].append(operation)
    for ref in start.keys() | by_visit.keys():
        place = _follow(ref, start.get(ref), by_visit[ref], outcome.lost)
        if place is not None and place.status != GONE:
            outcome.places[ref] = place
    return outcome


def _follow(
    ref: str, begun: tuple[int, Place] | None, operations: list[Operation], lost: list[str]
) -> Place | None:
    """Return where one visit stands in the end; note what its operations cannot explain."""
    seen, history = (begun[0], [begun[1]]) if begun else (-1, [])
    for operation in sorted(operations, key=_in_turn):
        if operation.seen != seen:
            if not _is_repeated(operation, operations):
                lost.append(f"{ref}: {operation.name} saw {operation.seen}, the visit was at {seen}")
            continue
        seen = operation.seen + 1
        if operation.name == UNDO:
            history = history[:-1]
        else:
            history.append(_after(operation, history))
    return history[-1] if history else None


def _in_turn(operation: Operation) -> tuple[int, bool]:
    """Order operations by what they saw; of two that saw the same, what may be said twice comes last."""
    return operation.seen, operation.name == CANCEL


def _is_repeated(operation: Operation, operations: list[Operation]) -> bool:
    """Whether somebody else did the same meanwhile: who cancels what is cancelled is not refused."""
    return operation.name == CANCEL and any(
        other is not operation and other.name == CANCEL and other.seen >= operation.seen
        for other in operations
    )


def _after(operation: Operation, history: list[Place]) -> Place:
    """Return where a visit stands after an operation other than an undo."""
    if operation.place is not None:
        return operation.place
    return replace(history[-1], status=GONE)


def differences(expected: Mapping[str, Place], board: Mapping[str, Place]) -> list[str]:
    """Return, in sentences, where a board differs from the model."""
    return [
        f"{ref}: the model says {expected.get(ref)}, the board {board.get(ref)}"
        for ref in sorted(expected.keys() | board.keys())
        if expected.get(ref) != board.get(ref)
    ]


def count_overlaps(board: Mapping[str, Place]) -> int:
    """Return how many pairs of visits in one column touch the same minute."""
    columns: dict[int, list[Place]] = defaultdict(list)
    for place in board.values():
        columns[place.column].append(place)
    return sum(
        one.start < other.start + other.minutes and other.start < one.start + one.minutes
        for places in columns.values()
        for index, one in enumerate(places)
        for other in places[:index]
    )
