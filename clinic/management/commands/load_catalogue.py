"""Load the catalogue that ships with Nuan into a real clinic, everything switched off."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from clinic.services.catalogue import load_catalogue


class Command(BaseCommand):
    """Adds what is missing and never touches what the clinic has changed."""

    help = (
        "Load the treatments, their cards (English and Thai) and the visit types that ship with Nuan. "
        "Cards are off and no visit type is offered until the owner switches them on in the admin."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Offer to take newer words for cards nobody has checked yet."""
        parser.add_argument(
            "--refresh",
            action="store_true",
            help="rewrite the words of cards that nobody has checked yet",
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Load, and say what was written."""
        loaded = load_catalogue(refresh=options["refresh"])
        self.stdout.write(
            f"Loaded {loaded}. Everything is off: switch on what the clinic offers in the admin."
        )
