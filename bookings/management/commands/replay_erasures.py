"""`manage.py replay_erasures file`: after a restore, before the site opens."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from bookings.services.ledger import BadLedger, replay_ledger


class Command(BaseCommand):
    """Erases again whom a restored backup has brought back."""

    help = "Do the erasures of a ledger again in a database that was restored. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the ledger's file."""
        parser.add_argument("ledger", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Replay, and print how many were erased.

        :raises CommandError: if the file cannot be read, or is not a ledger of this installation.
        """
        try:
            lines = options["ledger"].read_text().splitlines()
            done = replay_ledger(lines, now=timezone.now())
        except (OSError, UnicodeDecodeError, BadLedger) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"{done.erased} erased again, {done.destroyed} destroyed, {done.unchanged} as they should be."
        )
