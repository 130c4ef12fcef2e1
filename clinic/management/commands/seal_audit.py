"""`manage.py seal_audit`: seal what the worker would seal within the next minute."""

from typing import Any

from django.core.management.base import BaseCommand

from clinic.services.audit_seals import seal_audit


class Command(BaseCommand):
    """Prints how many rows were sealed."""

    help = "Seal the rows of the audit that can be sealed, now."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Seal, and say how many rows."""
        self.stdout.write(str(seal_audit()))
