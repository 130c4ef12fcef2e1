"""`manage.py audit_head`: the newest link of the audit's chain, to be kept where nobody can reach both."""

from typing import Any

from django.core.management.base import BaseCommand

from clinic.queries.audit_chain import get_head


class Command(BaseCommand):
    """Prints one line, "position:hash"; `verify_audit --head` takes it."""

    help = "Print the newest link of the audit's chain, to be kept on another machine."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print the head."""
        self.stdout.write(get_head())
