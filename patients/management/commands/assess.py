"""Assess a case from standard input."""

import json
import os
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError

from patients.answer_checks import BadAnswers
from patients.assessment import assess
from patients.case_files import BadCase, read_case

LONGEST_CASE = 1_000_000
"""Bytes."""


class Command(BaseCommand):
    """Prints what the rules say to a case. Needs neither a database nor a secret, and stores nothing."""

    help = (
        'Read a case, {"answers": {...}, "reference_date": "YYYY-MM-DD"}, from standard input and print '
        "its assessment as JSON. A fault ends with status 2 and one line that names the question."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Offer to read many cases."""
        parser.add_argument("--lines", action="store_true", help="read a case and print a result per line")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Assess the case, or each line's case up to the first fault."""
        try:
            self._print(by_line=options["lines"])
        except BrokenPipeError:  # who reads has seen enough, such as `| head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains at its exit
            sys.exit(128 + signal.SIGPIPE)

    def _print(self, *, by_line: bool) -> None:
        if not by_line:
            raw = sys.stdin.buffer.read(LONGEST_CASE + 1)
            self.stdout.write(_assess(raw, place="", indent=2))
            self.stdout.flush()
            return
        for number, raw in _read_lines(sys.stdin.buffer):
            self.stdout.write(_assess(raw, place=f"line {number}: ", indent=None))
            self.stdout.flush()  # whoever writes the cases may wait for each answer


def _read_lines(source: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield each line that is not blank, with its number from 1."""
    lines = iter(lambda: source.readline(LONGEST_CASE + 1), b"")
    return ((number, line) for number, line in enumerate(lines, start=1) if line.strip())


def _assess(raw: bytes, *, place: str, indent: int | None) -> str:
    """Return the assessment as JSON text.

    :raises CommandError: with status 2, for anything that is not a well-shaped case.
    """
    if len(raw) > LONGEST_CASE:
        raise CommandError(f"{place}the case: is longer than {LONGEST_CASE} bytes", returncode=2)
    try:
        answers, reference_date = read_case(raw)
        result = assess(answers, reference_date)
    except (BadCase, BadAnswers) as fault:
        raise CommandError(f"{place}{fault}", returncode=2) from fault
    return json.dumps(result.as_json(), indent=indent)
