"""The bookings app's admin, one file a subject; Django's autodiscovery finds it here."""

from bookings.admin.calendar import ClosureAdmin, ExceptionalOpeningAdmin, TimeOffAdmin, WorkingHoursAdmin
from bookings.admin.people import PractitionerWithHoursAdmin
from bookings.admin.places import RoomAdmin, SiteWithHolidaysAdmin
from bookings.admin.visit_types import KeptVisitTypeAdmin

__all__ = [
    "ClosureAdmin",
    "ExceptionalOpeningAdmin",
    "KeptVisitTypeAdmin",
    "PractitionerWithHoursAdmin",
    "RoomAdmin",
    "SiteWithHolidaysAdmin",
    "TimeOffAdmin",
    "WorkingHoursAdmin",
]
