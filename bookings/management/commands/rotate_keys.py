"""Wrap every data key and secret under the first key of the ring, while the site runs."""

import json
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from bookings.services.key_rotation import BATCH, count_by_key, count_left, rotate_until_done
from clinic.key_ring import get_key_ring
from clinic.services.second_factors import count_secrets_by_key, seal_anew


class Command(BaseCommand):
    """Rotates; run again, it does what is left. An earlier key may go once nothing is wrapped by it."""

    help = (
        "Wrap every data key, and every file that waits, under the first key of NUAN_KEYS. The site may run. "
        "Prints JSON, a line a transaction; the last line says how many each key wraps. "
        "See docs/running.md, Keys."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the size of a transaction, and questions that change nothing."""
        parser.add_argument("--batch", type=int, default=BATCH, help="rows in one transaction")
        parser.add_argument("--dry-run", action="store_true", help="only count what each key wraps")
        parser.add_argument("--check", metavar="NAME", help="fail while this key still wraps something")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Rotate, and print how it goes and what came of it.

        :raises CommandError: if something does not open or was left, or the key asked about is still needed.
        """
        if options["batch"] < 1:
            raise CommandError("A transaction needs one row or more.")
        asks = options["dry_run"] or options["check"]
        rotated, unreadable = (0, 0) if asks else self._rotate(options["batch"])
        secrets, current = count_secrets_by_key(), get_key_ring().current
        counts = Counter(count_by_key()) + Counter(secrets)
        figures = {"current": current, "rotated": rotated, "unreadable": unreadable}
        self._say(figures | {"wrapped_by": dict(counts)})
        if unreadable:
            raise CommandError(f"{unreadable} could not be opened: their key is not in the ring.")
        waiting = sum(secrets[name] for name in secrets.keys() - {current, *settings.NUAN_KEYS_LOST})
        if not asks and (left := count_left() + waiting):
            raise CommandError(f"{left} are left: a process still wraps with an earlier key, or holds them.")
        if options["check"] and counts.get(options["check"]):
            raise CommandError(f"{options['check']} still wraps {counts[options['check']]}: keep it.")

    def _rotate(self, batch: int) -> tuple[int, int]:
        """Rotate, a line a transaction; return how many were wrapped again, and how many do not open."""
        rotated = unreadable = 0
        for step in rotate_until_done(batch=batch):
            rotated, unreadable = rotated + step.rotated, unreadable + step.unreadable
            self._say({"table": step.table, "rotated": rotated, "unreadable": unreadable})
        sealed, lost = seal_anew()
        return rotated + sealed, unreadable + lost

    def _say(self, figures: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(figures))
        self.stdout.flush()
