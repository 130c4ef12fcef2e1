"""`manage.py apply_retention [--dry-run]`: take what was kept long enough, or count it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from bookings.services.retention import apply_retention, count_overdue


class Command(BaseCommand):
    """Keeps the retention table; the worker does it every night."""

    help = "Delete what was kept long enough (docs/privacy/retention.md). With --dry-run, only count it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take `--dry-run`."""
        parser.add_argument("--dry-run", action="store_true", help="count, and change nothing")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print a line for each kind of thing: its code and how many."""
        now = timezone.now()
        counts = count_overdue(now=now) if options["dry_run"] else apply_retention(now=now)
        for code, count in sorted(counts.items()):
            self.stdout.write(f"{code}\t{count}")
