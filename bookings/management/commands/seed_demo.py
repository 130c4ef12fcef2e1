"""Set the demo clinic up, or top it up around today."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bookings.demo.seed import seed
from clinic.demo.guard import NotADemoDatabase, refuse_demo_on_real_data


class Command(BaseCommand):
    """Makes Mali Skin Clinic with ten weeks of visits around today. Can be run again without harm."""

    help = (
        "Set up the demo clinic (Mali Skin Clinic) with ten weeks of visits around today. Run again, it "
        "tops the demo up around the new day and leaves what people booked alone. Needs NUAN_DEMO=1."
    )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Seed, and say what was done."""
        if not settings.DEMO:
            raise CommandError("seed_demo runs in demo mode only: set NUAN_DEMO=1.")
        try:
            refuse_demo_on_real_data()
        except NotADemoDatabase as refusal:
            raise CommandError(str(refusal)) from refusal
        for line in seed(now=timezone.now()).lines:
            self.stdout.write(line)
