"""The storm's model of a day: it explains what was accepted, and sees what was lost."""

from tests.storm.model import CANCEL, UNDO, Operation, Place, count_overlaps, differences, work_out

NINE, TEN, NOON = Place(1, 540, 40), Place(1, 600, 40), Place(2, 720, 40)
START = {"A": (3, NINE)}


def test_operations_follow_each_other_by_what_they_saw() -> None:
    done = [Operation("A", 4, "drop", NOON), Operation("A", 3, "drop", TEN), Operation("A", 5, UNDO)]

    outcome = work_out(START, done)

    assert (outcome.places, outcome.lost) == ({"A": TEN}, [])


def test_a_cancelled_visit_leaves_and_comes_back_with_an_undo() -> None:
    cancelled = [Operation("A", 3, CANCEL)]

    assert work_out(START, cancelled).places == {}
    assert work_out(START, [*cancelled, Operation("A", 4, UNDO)]).places == {"A": NINE}


def test_a_booking_that_is_taken_back_was_never_there() -> None:
    done = [Operation("B", -1, "book", TEN), Operation("B", 0, UNDO)]

    assert work_out({}, done[:1]).places == {"B": TEN}
    assert work_out({}, done).places == {}


def test_two_changes_of_one_state_are_a_lost_change() -> None:
    done = [Operation("A", 3, "drop", TEN), Operation("A", 3, "drop", NOON)]

    assert len(work_out(START, done).lost) == 1


def test_who_cancels_what_is_cancelled_loses_nothing() -> None:
    done = [Operation("A", 3, "drop", TEN), Operation("A", 3, CANCEL), Operation("A", 4, CANCEL)]

    assert work_out(START, done).lost == []


def test_a_change_that_nobody_accepted_is_seen() -> None:
    assert work_out(START, [Operation("A", 5, "drop", TEN)]).lost
    assert differences({"A": NINE}, {"A": TEN}) != []
    assert differences({"A": NINE}, {"A": NINE}) == []


def test_overlaps_are_counted_by_column() -> None:
    assert count_overlaps({"A": NINE, "B": Place(1, 570, 20)}) == 1
    assert count_overlaps({"A": NINE, "B": Place(2, 570, 20), "C": Place(1, 580, 20)}) == 0
