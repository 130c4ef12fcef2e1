"""App configuration."""

from django.apps import AppConfig

from patients import watched


class PatientsConfig(AppConfig):
    """People and what they told us."""

    name = "patients"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the outbox, which does not know what a patient is, who writes the desk's messages."""
        from clinic.services.database_walls import watch_after_migrating  # noqa: PLC0415
        from clinic.services.letters import written_by  # noqa: PLC0415 (models are ready only now)
        from patients.services.desk_messages import KIND, write_letter  # noqa: PLC0415

        written_by(KIND, write_letter)
        watch_after_migrating(self, watched.WATCHED)
