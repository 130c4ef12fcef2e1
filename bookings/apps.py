"""App configuration."""

from django.apps import AppConfig


class BookingsConfig(AppConfig):
    """Time: hours, availability, holds and visits."""

    name = "bookings"
    default_auto_field = "django.db.models.BigAutoField"
