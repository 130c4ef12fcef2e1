"""The bookings app's models, one file a subject; Django finds them here."""

from bookings.models.calendar import Closure, ExceptionalOpening, TimeOff, WorkingHours
from bookings.models.desk import Rebooking, RunningLate, WalkIn
from bookings.models.imports import ImportBatch, ImportedRecord
from bookings.models.visits import Allocation, Appointment, RequestKey, VisitEvent, VisitLink

__all__ = [
    "Allocation",
    "Appointment",
    "Closure",
    "ExceptionalOpening",
    "ImportBatch",
    "ImportedRecord",
    "Rebooking",
    "RequestKey",
    "RunningLate",
    "TimeOff",
    "VisitEvent",
    "VisitLink",
    "WalkIn",
    "WorkingHours",
]
