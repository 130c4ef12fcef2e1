"""Cases are read strictly; whatever is sent, the refusal is one short line that names the place."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from patients.answer_checks import BadAnswers
from patients.assessment import assess
from patients.case_files import BadCase, read_case
from tests.patients.open_cases import calm_answers

DAY = b'"reference_date": "2026-12-01"'


def with_answers(answers: bytes) -> bytes:
    """Return a case with the given text as its answers."""
    return b'{"answers": ' + answers + b", " + DAY + b"}"


def test_case_is_read() -> None:
    answers, day = read_case(with_answers(b'{"f_bsa": 5, "e_burn": null, "f_areas": ["face"]}'))

    assert (answers, day) == ({"f_bsa": 5, "e_burn": None, "f_areas": ["face"]}, date(2026, 12, 1))


def test_other_members_of_a_case_are_let_through() -> None:
    case = {"id": 1, "story": "x", "expected": {}, "answers": {}, "reference_date": "2024-02-29"}

    assert read_case(json.dumps(case).encode()) == ({}, date(2024, 2, 29))


@pytest.mark.parametrize(
    ("raw", "refusal"),
    [
        (b"", "the case: is not JSON"),
        (b"secret", "the case: is not JSON"),
        (b'{"answers": {},}', "the case: is not JSON"),
        (b"{} {}", "the case: is not JSON"),
        (b"{}\0", "the case: is not JSON"),
        (with_answers(b'{"i_other": "a\0b"}'), "the case: is not JSON"),
        (b"\xff\xfe{}", "the case: is not UTF-8"),
        (with_answers(b'{"i_other": "\xc3("}'), "the case: is not UTF-8"),
        (b"[" * 100_000, "the case: is nested too deeply"),
        (
            with_answers(b'{"f_areas": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
            "the case: is nested too deeply",
        ),
        (b"[]", "the case: must be an object"),
        (b"5", "the case: must be an object"),
        (b"null", "the case: must be an object"),
        (b'"answers"', "the case: must be an object"),
        (b"{" + DAY + b"}", "answers: must be an object of question keys and answers"),
        (with_answers(b"[]"), "answers: must be an object of question keys and answers"),
        (with_answers(b"null"), "answers: must be an object of question keys and answers"),
        (b'{"answers": {}}', "reference_date: must be a date, YYYY-MM-DD"),
        (b'{"answers": {}, "reference_date": null}', "reference_date: must be a date, YYYY-MM-DD"),
        (b'{"answers": {}, "reference_date": 20261201}', "reference_date: must be a date, YYYY-MM-DD"),
        (b'{"answers": {}, "reference_date": "2026-02-29"}', "reference_date: must be a date, YYYY-MM-DD"),
        (b'{"answers": {}, "reference_date": "20261201"}', "reference_date: must be a date, YYYY-MM-DD"),
        (with_answers(b'{"f_bsa": 1, "f_bsa": 2}'), "f_bsa: is given twice"),
        (with_answers(b'{"f_poem": {"poem_1": 1, "poem_1": 2}}'), "poem_1: is given twice"),
        (with_answers(b'{"My secret": 1, "My secret": 2}'), "an unknown key: is given twice"),
    ],
)
def test_what_is_no_case_is_refused(raw: bytes, refusal: str) -> None:
    with pytest.raises(BadCase) as caught:
        read_case(raw)

    assert str(caught.value) == refusal


@pytest.mark.parametrize(
    "number", [b"NaN", b"Infinity", b"-Infinity", b"1e999", b"9" * 19, b"-" + b"9" * 10_000]
)
def test_numbers_that_are_none_become_a_fault_of_their_question(number: bytes) -> None:
    answers, day = read_case(with_answers(b'{"f_bsa": ' + number + b"}"))

    with pytest.raises(BadAnswers, match=r"^f_bsa: must be a whole number$"):
        assess(answers, day)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=8,
)


def refusal_of(raw: bytes) -> str:
    """Return why a case is refused, or nothing."""
    try:
        assess(*read_case(raw)).as_json()
    except (BadCase, BadAnswers) as fault:
        return str(fault)
    return ""


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(calm_answers())), JSON, max_size=5), JSON)
@example({}, None)
def test_any_json_is_judged_or_refused_in_one_line(strange: dict[str, Any], day: object) -> None:
    answers = calm_answers() | strange

    for reference_date in ("2026-12-01", day):
        raw = json.dumps({"answers": answers, "reference_date": reference_date}).encode()
        assert len(refusal_of(raw).splitlines()) <= 1


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_in_one_line(raw: bytes) -> None:
    assert len(refusal_of(raw).splitlines()) == 1
