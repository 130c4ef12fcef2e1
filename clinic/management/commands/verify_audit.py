"""`manage.py verify_audit`: does the audit still say what it said?"""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clinic.queries.audit_chain import verify


class Command(BaseCommand):
    """Works out the whole chain anew and prints one JSON object; exit status 1 at the first break."""

    help = "Verify the audit's chain of hashes. Prints JSON; exit status 1 if it is broken."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take a head that was kept elsewhere."""
        parser.add_argument("--head", default="", help="what `audit_head` printed some time ago")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Verify, and say what was found.

        :raises CommandError: if the chain is broken.
        """
        found = verify(options["head"])
        self.stdout.write(json.dumps(asdict(found)))
        if found.fault:
            raise CommandError(found.fault, returncode=1)
