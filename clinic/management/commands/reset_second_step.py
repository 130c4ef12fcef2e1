"""Take away the second step of somebody whom no owner can help: the only owner, for example."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from clinic.queries.staff import find_staff
from clinic.services.second_factors import reset_factors


class Command(BaseCommand):
    """`manage.py reset_second_step EMAIL`: they set up a new one at their next sign-in, and get a mail."""

    help = "Take away the second step of a member of staff; they set up a new one at their next sign-in."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the e-mail they sign in with."""
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Reset.

        :raises CommandError: if nobody of the staff signs in with this e-mail.
        """
        user = find_staff(options["email"])
        if user is None:
            raise CommandError("Nobody of the staff signs in with this e-mail.")
        reset_factors(user=user, by=None, now=timezone.now())
        self.stdout.write("Done. They set up a new second step at their next sign-in.")
