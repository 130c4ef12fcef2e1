"""`manage.py erasure_ledger > file`: the ledger of erasures, to be kept away from this machine."""

from typing import Any

from django.core.management.base import BaseCommand

from bookings.services.ledger import write_ledger


class Command(BaseCommand):
    """Writes the ledger."""

    help = "Write the ledger of erasures: ids and days, nobody's name. Keep it apart from the backups."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print a line for each erasure."""
        for line in write_ledger():
            self.stdout.write(line)
