"""App configuration."""

from django.apps import AppConfig


class PatientsConfig(AppConfig):
    """People and what they told us."""

    name = "patients"
    default_auto_field = "django.db.models.BigAutoField"
