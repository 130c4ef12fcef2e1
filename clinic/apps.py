"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from clinic import watched


class ClinicConfig(AppConfig):
    """The clinic's own facts, and the project itself."""

    name = "clinic"
    verbose_name = _("Clinic")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the database look after the audit once the tables are there."""
        from clinic.services.database_walls import watch_after_migrating  # noqa: PLC0415 (models are ready only now)

        watch_after_migrating(self, watched.WATCHED)
