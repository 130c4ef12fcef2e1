"""The message that we run late: when, where and links; no clinical word, no name, and no calendar entry."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from clinic.models import OutboxMessage
from tests.clinic import letters
from tests.clinic.letters import part, read, visit_facts

pytestmark = pytest.mark.django_db
LATER = "2026-11-26T03:55:00+00:00"


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    """Let it be the year of the visit, whose days are written without it."""
    with time_machine.travel(letters.NOW):
        yield


def message(language: str = "en", **changes: Any) -> OutboxMessage:
    facts = visit_facts(expected_at=LATER, expires_at=LATER, may_video=True, **changes)
    return letters.post("late:25", language=language, facts=facts)


def test_it_says_when_we_expect_to_start_and_what_was_planned() -> None:
    mail = read(message())

    assert mail["Subject"] == "We are running late: about Thu 26 Nov, 10:55"
    for body in (part(mail, "text/plain"), part(mail, "text/html")):
        assert "Thu 26 Nov, 10:55 Bangkok time" in body
        assert "03:55 in London" in body
        assert "10:30" in body
        assert "/visit/" in body
        assert "/move/" in body


@pytest.mark.parametrize(("may_video", "count"), [(True, 1), (False, 0)])
def test_it_speaks_of_video_only_if_the_visit_can_be_one(may_video: bool, count: int) -> None:
    facts = visit_facts(expected_at=LATER, expires_at=LATER, may_video=may_video)

    body = part(read(letters.post("late:25", facts=facts)), "text/plain")

    assert body.count("video call") == count


@pytest.mark.parametrize("language", ["en", "th"])
def test_it_has_no_clinical_word(language: str) -> None:
    facts = {"site_name": {"en": "Mali", "th": "มะลิ"}}

    said = letters.words(read(message(language, **facts))).lower()

    assert [word for word in letters.CLINICAL_WORDS if word in said] == []


def test_it_changes_no_calendar() -> None:
    assert "text/calendar" not in [each.get_content_type() for each in read(message()).walk()]
