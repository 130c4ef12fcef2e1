"""However the process that reads a photo ends, it is gone, and the site gets one of a few refusals."""

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy.local.places import ROOT
from patients import photo_processing
from patients.photo_files import Busy, Damaged, TooLarge, TooMuchWork
from patients.photo_processing import process_photo
from tests.photos.pictures import endless_scans, valid_photo

ANSWER = '{"source": "jpeg", "width": 9, "height": 9, "brightness": 1, "sharpness": 1}'


def answering(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Let a program of ours stand in for the one that reads photos."""
    monkeypatch.setattr(photo_processing, "COMMAND", [sys.executable, "-c", code])


def children(process: int) -> set[str]:
    """Return the processes that a process started and that are not gone."""
    return set(Path(f"/proc/{process}/task/{process}/children").read_text().split())


def test_reader_that_hangs_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    before = children(os.getpid())
    answering(monkeypatch, "import time; time.sleep(60)")
    monkeypatch.setattr(photo_processing, "LONGEST_RUN", 0.3)

    with pytest.raises(TooMuchWork):
        process_photo(valid_photo("jpeg"))

    assert children(os.getpid()) == before


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        (signal.SIGALRM, TooMuchWork),
        (signal.SIGXCPU, TooMuchWork),
        (signal.SIGKILL, TooMuchWork),
        (signal.SIGSEGV, Damaged),
        (signal.SIGABRT, Damaged),
    ],
)
def test_reader_ended_by_a_signal(
    monkeypatch: pytest.MonkeyPatch, number: signal.Signals, problem: type[Exception]
) -> None:
    answering(monkeypatch, f"import os; os.kill(os.getpid(), {number.value})")

    with pytest.raises(problem):
        process_photo(valid_photo("jpeg"))


@pytest.mark.parametrize(
    "answer",
    [
        "''",
        "'no json'",
        "'[' * 100000",
        "'[]'",
        """'{"problem": "unheard of"}'""",
        f"'{ANSWER}'",
        rf"'{ANSWER}\n<html>'",
        rf"'{ANSWER.replace('9', '9000')}\n' + GOOD",
        rf"'{ANSWER.replace('jpeg', 'svg')}\n' + GOOD",
        rf"""'{ANSWER.replace("9", '"9"')}\n' + GOOD""",
        rf"'{ANSWER}\n' + GOOD * 9_000_000",
    ],
)
def test_answers_that_are_none_are_refused(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    good = r"GOOD = '\xff\xd8\xff\xff\xd9'"
    answering(monkeypatch, f"import sys; {good}; sys.stdout.buffer.write(({answer}).encode('latin-1'))")

    with pytest.raises(Damaged):
        process_photo(valid_photo("jpeg"))


def test_answer_that_is_one_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    good = rf"b'{ANSWER}\n\xff\xd8\xff\xff\xd9'"
    answering(monkeypatch, f"import sys; sys.stdout.buffer.write({good})")

    assert process_photo(valid_photo("jpeg")).width == 9


def test_refusal_that_the_reader_names_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, """print('{"problem": "too_large"}')""")

    with pytest.raises(TooLarge):
        process_photo(valid_photo("jpeg"))


def test_reader_has_no_environment_of_the_site_and_no_error_stream(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CANARY", "secret")
    answer = """'{"problem": "%s"}' % ("damaged" if "CANARY" in os.environ else "too_large")"""
    answering(monkeypatch, f"import os, sys; print('seen', file=sys.stderr); print({answer})")

    with pytest.raises(TooLarge):
        process_photo(valid_photo("jpeg"))

    assert capfd.readouterr().err == ""


def test_reader_that_cannot_be_started_is_no_fault_of_the_photo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_processing, "COMMAND", ["/no/such/program"])

    with pytest.raises(Busy):
        process_photo(valid_photo("jpeg"))


def test_third_photo_waits_for_its_turn_and_then_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_processing, "LONGEST_WAIT", 0.05)
    turns = photo_processing._turns
    with turns, turns, pytest.raises(Busy):
        process_photo(valid_photo("jpeg"))

    assert process_photo(valid_photo("jpeg")).width == 900


def test_turn_is_given_back_after_a_refusal() -> None:
    for _photo in range(photo_processing.AT_ONCE + 1):
        with pytest.raises(Damaged):
            process_photo(b"\xff\xd8\xff")


def test_file_that_never_ends_costs_two_seconds() -> None:
    raw = endless_scans()
    before = spent_by_children()

    with pytest.raises(TooMuchWork):
        process_photo(raw)

    assert spent_by_children() - before < 2


def spent_by_children() -> float:
    """Return the processor's seconds that ended children took; beside busy processes the clock's are more."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def test_reader_goes_when_the_site_is_killed() -> None:
    code = "import sys, patients.photo_processing as p; p.process_photo(sys.stdin.buffer.read())"
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE) as site:
        assert site.stdin is not None
        site.stdin.write(endless_scans())
        site.stdin.close()
        while not (readers := children(site.pid)):
            time.sleep(0.01)
        site.kill()
    deadline = time.monotonic() + 20  # its alarm rings within two seconds, once it has started

    while any(Path(f"/proc/{reader}").exists() for reader in readers) and time.monotonic() < deadline:
        time.sleep(0.05)

    assert not [reader for reader in readers if Path(f"/proc/{reader}").exists()]
