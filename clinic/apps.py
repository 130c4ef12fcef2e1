"""App configuration."""

from django.apps import AppConfig


class ClinicConfig(AppConfig):
    """The clinic's own facts, and the project itself."""

    name = "clinic"
    default_auto_field = "django.db.models.BigAutoField"
