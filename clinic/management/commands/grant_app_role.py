"""`manage.py grant_app_role`: the rights of the site's role, for a role that was made after the tables."""

from typing import Any

from django.core.management.base import BaseCommand

from clinic.services.database_walls import grant_app_role


class Command(BaseCommand):
    """Run it as the role that owns the tables; `migrate` itself takes away what must not be, every time."""

    help = "Give NUAN_APP_ROLE what it needs to serve the site, and take what it must not have."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Grant and revoke."""
        grant_app_role()
