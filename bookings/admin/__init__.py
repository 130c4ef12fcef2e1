"""The bookings app's admin, one file a subject; Django's autodiscovery finds it here."""

from bookings.admin.calendar import ClosureAdmin, ExceptionalOpeningAdmin, TimeOffAdmin, WorkingHoursAdmin
from bookings.admin.people import PractitionerWithHoursAdmin
from bookings.admin.places import RoomAdmin, SiteWithHolidaysAdmin

__all__ = [
    "ClosureAdmin",
    "ExceptionalOpeningAdmin",
    "PractitionerWithHoursAdmin",
    "RoomAdmin",
    "SiteWithHolidaysAdmin",
    "TimeOffAdmin",
    "WorkingHoursAdmin",
]
