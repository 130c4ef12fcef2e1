"""App configuration."""

import sys

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from clinic.log_lines import hide_crashes


class ClinicConfig(AppConfig):
    """The clinic's own facts, and the project itself."""

    name = "clinic"
    verbose_name = _("Clinic")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the worker's crashes be written as lines; the web server's start says the same for itself."""
        if sys.argv[1:2] == ["procrastinate"]:
            hide_crashes()
