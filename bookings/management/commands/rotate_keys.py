"""Wrap every data key and secret under the first key of the ring, while the site runs."""

import json
from argparse import ArgumentParser
from collections import Counter
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bookings.services.key_rotation import count_by_key, rotate
from clinic.key_ring import get_key_ring
from clinic.sealing import Unreadable
from clinic.services.second_factors import count_secrets_by_key, seal_anew


class Command(BaseCommand):
    """Rotates; run again, it does what is left. An earlier key may go once nothing is wrapped by it."""

    help = (
        "Wrap every data key, and every file that waits, under the first key of NUAN_KEYS. The site may run. "
        "The last line says how many each key wraps; see docs/running.md, Keys."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the size of a transaction, and questions that change nothing."""
        parser.add_argument("--batch", type=int, default=200, help="rows in one transaction")
        parser.add_argument("--dry-run", action="store_true", help="only count what each key wraps")
        parser.add_argument("--check", metavar="NAME", help="fail while this key still wraps something")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Rotate, and print one JSON object.

        :raises CommandError: if something does not open, or the key asked about is still needed.
        """
        if options["batch"] < 1:
            raise CommandError("A transaction needs one row or more.")
        rotated = unreadable = 0
        if not (options["dry_run"] or options["check"]):
            for step in rotate(batch=options["batch"]):
                rotated, unreadable = rotated + step.rotated, unreadable + step.unreadable
            for step in rotate(batch=options["batch"]):  # what was locked, or came by an older process
                rotated += step.rotated
            with suppress(Unreadable):  # counted below: its key is not in the ring
                rotated += seal_anew()
        counts = Counter(count_by_key())
        counts.update(count_secrets_by_key())
        figures: dict[str, Any] = {
            "current": get_key_ring().current,
            "rotated": rotated,
            "unreadable": unreadable,
        }
        self.stdout.write(json.dumps(figures | {"wrapped_by": dict(counts)}))
        if unreadable:
            raise CommandError(f"{unreadable} could not be opened: their key is not in the ring.")
        if options["check"] and counts.get(options["check"]):
            raise CommandError(f"{options['check']} still wraps {counts[options['check']]}: keep it.")
