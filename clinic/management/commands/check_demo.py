"""Refuse demo mode on a database with real data; whatever starts the demo runs this first."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clinic.demo import guard


class Command(BaseCommand):
    """`manage.py check_demo`: passes silently, or says what stands against demo mode and fails."""

    help = "Fail if demo mode is on and the database holds data the demo did not make."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Check the database if demo mode is on.

        :raises CommandError: if it must not be used for the demo.
        """
        try:
            guard.refuse_demo_on_real_data()
        except guard.NotADemoDatabase as refusal:
            raise CommandError(str(refusal)) from None
