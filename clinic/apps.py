"""App configuration."""

import sys

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _

from clinic import watched
from clinic.log_lines import hide_crashes


class ClinicConfig(AppConfig):
    """The clinic's own facts, and the project itself."""

    name = "clinic"
    verbose_name = _("Clinic")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the database look after the audit once the tables are there, and check that it does."""
        from clinic import session_signals, signals  # noqa: PLC0415 (models are ready only now)
        from clinic.services.database_checks import check_app_role  # noqa: PLC0415
        from clinic.services.database_walls import watch_after_migrating  # noqa: PLC0415
        from clinic.views.security_signals import listen  # noqa: PLC0415

        signals.connect()
        session_signals.connect()
        listen()
        checks.register(check_app_role, deploy=True)
        watch_after_migrating(self, watched.WATCHED)
        if sys.argv[1:2] == ["procrastinate"]:
            hide_crashes()  # the web server's start says the same for itself
