"""`manage.py open_locked REFERENCE --reason TEXT`: what law kept of an erased record."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from bookings.services.locked_records import LockedAway, open_locked


class Command(BaseCommand):
    """Prints a locked record; no page does."""

    help = (
        "Print what law keeps of an erased record, as JSON. It is written down as an export, with the reason."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the reference that `/setup/privacy/` shows, and why it is opened."""
        parser.add_argument("reference")
        parser.add_argument("--reason", required=True)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the record.

        :raises CommandError: if there is no such record, or no reason.
        """
        try:
            found = open_locked(reference=options["reference"], reason=options["reason"], now=timezone.now())
        except LockedAway as error:
            raise CommandError(str(error)) from None
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
