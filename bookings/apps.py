"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bookings import watched


class BookingsConfig(AppConfig):
    """Time: hours, availability, holds and visits."""

    name = "bookings"
    verbose_name = _("Bookings")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the patients app, which cannot import this one, who knows visits and shifts."""
        from bookings.queries.care_visits import list_ties_by_visits  # noqa: PLC0415 (models are ready only now)
        from bookings.queries.next_visits import find_next_visit, is_expected  # noqa: PLC0415
        from clinic.services.database_walls import watch_after_migrating  # noqa: PLC0415
        from patients.queries.care_team import visits_told_by  # noqa: PLC0415
        from patients.queries.next_visits import expected_by, told_by  # noqa: PLC0415

        told_by(find_next_visit)
        expected_by(is_expected)
        visits_told_by(list_ties_by_visits)
        watch_after_migrating(self, watched.WATCHED)
