"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClinicConfig(AppConfig):
    """The clinic's own facts, and the project itself."""

    name = "clinic"
    verbose_name = _("Clinic")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to what allauth tells."""
        from clinic import session_signals, signals  # noqa: PLC0415 (models are ready only now)

        signals.connect()
        session_signals.connect()
