"""Visit types in the admin: none is archived while visits of it are booked."""

from datetime import datetime

from django.contrib import admin

from bookings.admin.archiving import KeepsVisits
from bookings.services.visit_types import archive_visit_type
from clinic.admin.visit_types import VisitTypeAdmin
from clinic.models import VisitType


@admin.register(VisitType)
class KeptVisitTypeAdmin(KeepsVisits, VisitTypeAdmin):
    """What can be booked, where and for how much."""

    def archive_row(self, row: VisitType, now: datetime) -> None:
        """Archive a visit type of which no visit is booked."""
        archive_visit_type(visit_type_id=row.pk, now=now)
