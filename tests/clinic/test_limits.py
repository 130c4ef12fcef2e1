"""Limits against abuse: counted in the database, by window, without keeping who it was."""

from datetime import UTC, datetime, timedelta

import pytest

from clinic.models import LimitWindow
from clinic.prepared import Piece
from clinic.services.limits import LimitReached, forget_ended, hit, normalise_email
from tests.race.together import all_at_once

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def hit_at(
    now: datetime = NOW, *, purpose: str = "hold", subject: str = "203.0.113.7", limit: int = 3
) -> int | None:
    count, _answer = hit(purpose=purpose, subject=subject, limit=limit, window=HOUR, now=now)
    return count


def test_hits_are_counted_up_to_the_limit_and_no_further() -> None:
    assert [hit_at() for _hit in range(3)] == [1, 2, 3]
    with pytest.raises(LimitReached) as reached:
        hit_at(NOW + timedelta(minutes=59))
    assert reached.value.until == NOW + HOUR


def test_a_new_window_starts_when_the_old_one_ends() -> None:
    for _hit in range(3):
        hit_at()
    assert hit_at(NOW + HOUR) == 1
    assert hit_at(NOW + HOUR) == 2
    assert LimitWindow.objects.get().ends_at == NOW + 2 * HOUR


def test_refused_hits_do_not_make_the_window_longer() -> None:
    for _hit in range(3):
        hit_at()
    with pytest.raises(LimitReached):
        hit_at(NOW + timedelta(minutes=30))
    assert hit_at(NOW + HOUR) == 1


@pytest.mark.parametrize(("is_known", "counts"), [(True, [None, None]), (False, [1, 2])])
def test_nothing_is_counted_if_the_question_asked_with_it_says_so(
    is_known: bool, counts: list[int | None]
) -> None:
    question = Piece("SELECT %(known)s::bool AS is_known, %(more)s::text", {"known": is_known, "more": "x"})
    hits = [
        hit(purpose="book", subject="", limit=3, window=HOUR, now=NOW, unless=question) for _hit in range(2)
    ]
    assert hits == [(count, (is_known, "x")) for count in counts]
    assert LimitWindow.objects.count() == (0 if is_known else 1)


def test_only_windows_that_have_ended_are_forgotten() -> None:
    hit_at()
    hit_at(NOW + timedelta(minutes=30), subject="203.0.113.8")

    assert forget_ended(now=NOW + HOUR) == 1
    assert LimitWindow.objects.get().ends_at == NOW + timedelta(minutes=90)


def test_purposes_and_subjects_are_counted_apart() -> None:
    assert [hit_at(), hit_at(purpose="book"), hit_at(subject="203.0.113.8"), hit_at()] == [1, 1, 1, 2]


def test_no_subject_is_kept() -> None:
    hit_at(subject="hannah@example.com")
    assert "hannah" not in LimitWindow.objects.get().key


@pytest.mark.parametrize("subject", ["", "é", "x" * 10_000, "::1"])
def test_any_subject_can_be_counted(subject: str) -> None:
    assert hit_at(subject=subject) == 1


@pytest.mark.django_db(transaction=True)
def test_hits_at_once_never_count_as_one() -> None:
    outcomes = all_at_once([lambda: hit_at(limit=5)] * 8)
    assert sorted(outcome.value for outcome in outcomes if outcome.won) == [1, 2, 3, 4, 5]
    assert LimitWindow.objects.get().count == 8


@pytest.mark.parametrize(
    ("typed", "mailbox"),
    [
        ("hannah@example.com", "hannah@example.com"),
        (" Hannah@Example.COM ", "hannah@example.com"),
        ("hannah+acne@example.com", "hannah@example.com"),
        ("hannah+a+b@example.com", "hannah@example.com"),
        ("ｈａｎｎａｈ@example.com", "hannah@example.com"),
        ("hannah.w@example.com", "hannah.w@example.com"),
        ("hannah@sub+1.example.com", "hannah@sub+1.example.com"),
    ],
)
def test_variants_of_an_address_are_one_mailbox(typed: str, mailbox: str) -> None:
    assert normalise_email(typed) == mailbox
