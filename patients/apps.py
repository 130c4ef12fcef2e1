"""App configuration."""

from django.apps import AppConfig

from patients import watched


class PatientsConfig(AppConfig):
    """People and what they told us."""

    name = "patients"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the clinic, which does not know what a patient is, who writes messages and checks keys."""
        from clinic.services.database_walls import watch_after_migrating  # noqa: PLC0415
        from clinic.services.letters import written_by  # noqa: PLC0415 (models are ready only now)
        from clinic.views.health import ring_checked_by  # noqa: PLC0415
        from patients.queries.vault import find_ring_fault  # noqa: PLC0415
        from patients.services.desk_messages import KIND, write_letter  # noqa: PLC0415

        written_by(KIND, write_letter)
        ring_checked_by(find_ring_fault)
        watch_after_migrating(self, watched.WATCHED)
