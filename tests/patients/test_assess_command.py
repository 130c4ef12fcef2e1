"""`manage.py assess`, started as from a shell: without a secret, without a database."""

import json
import os
import signal
import subprocess
import sys
from typing import Any

import pytest

from deploy.local.places import ROOT
from tests.patients.open_cases import calm_answers, load_open_cases

NO_DATABASE = "postgresql://nobody@127.0.0.1:1/nowhere"
SECRET = "secret-canary"


def run_assess(given: bytes, *options: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command on some input, with hardly any environment."""
    command = [sys.executable, "manage.py", "assess", *options]
    environment = {"PATH": os.environ["PATH"], "DATABASE_URL": NO_DATABASE}
    return subprocess.run(command, cwd=ROOT, env=environment, input=given, capture_output=True, check=False)


def case(**answers: Any) -> bytes:
    """Return a case in JSON: the calm one with changes."""
    return json.dumps({"answers": calm_answers() | answers, "reference_date": "2026-12-01"}).encode()


def test_assess_prints_what_is_expected_of_a_case() -> None:
    worked = load_open_cases()[3]

    result = run_assess(json.dumps(worked).encode())

    assert (result.returncode, result.stderr) == (0, b"")
    assert json.loads(result.stdout) == worked["expected"]


def test_assess_prints_a_result_per_line() -> None:
    cases = load_open_cases()

    result = run_assess(b"\n".join(json.dumps(each).encode() for each in cases) + b"\n\n", "--lines")

    assert (result.returncode, result.stderr) == (0, b"")
    assert [json.loads(line) for line in result.stdout.splitlines()] == [each["expected"] for each in cases]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (b"", "the case: is not JSON"),
        (b"\xff", "the case: is not UTF-8"),
        (b"[" * 200_000, "the case: is nested too deeply"),
        (b" " * 1_000_001, "the case: is longer than 1000000 bytes"),
        (b'{"answers": {}}', "reference_date: must be a date, YYYY-MM-DD"),
        (case(e_burn=SECRET), "e_burn: is not one of the options"),
        (case(b_full_name=f"{SECRET}\0"), "b_full_name: holds a character that is not text"),
        (case(f_bsa=float("nan")), "f_bsa: must be a whole number"),
    ],
)
def test_assess_names_what_is_wrong(given: bytes, message: str) -> None:
    result = run_assess(given)

    assert (result.returncode, result.stdout) == (2, b"")
    assert result.stderr.decode() == f"CommandError: {message}\n"


def test_assess_names_the_line_that_is_wrong() -> None:
    given = b"\n".join([case(), b"", case(f_bsa=-1, i_other=SECRET), case()])

    result = run_assess(given, "--lines")

    assert result.returncode == 2
    assert result.stderr == b"CommandError: line 3: f_bsa: must lie between 0 and 100\n"
    assert len(result.stdout.splitlines()) == 1


def test_assess_refuses_a_line_that_never_ends() -> None:
    result = run_assess(case() + b"\n" + b"x" * 1_500_000, "--lines")

    assert result.returncode == 2
    assert result.stderr == b"CommandError: line 2: the case: is longer than 1000000 bytes\n"


def test_assess_of_no_lines_is_nothing() -> None:
    result = run_assess(b"", "--lines")

    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")


@pytest.mark.parametrize(("options", "cases"), [(["--lines"], 50), ([], 1)])
def test_assess_stops_quietly_when_nobody_reads_on(options: list[str], cases: int) -> None:
    reads, writes = os.pipe()
    os.close(reads)

    command = [sys.executable, "manage.py", "assess", *options]
    given = (case() + b"\n") * cases
    result = subprocess.run(
        command, cwd=ROOT, input=given, stdout=writes, stderr=subprocess.PIPE, check=False
    )
    os.close(writes)

    assert (result.returncode, result.stderr) == (128 + signal.SIGPIPE, b"")
