"""The clinic app's admin, one file a subject; Django's autodiscovery finds it here."""

from clinic.admin.audit import ReadRecordAdmin
from clinic.admin.catalogue import ProductGateAdmin, TreatmentAdmin, TreatmentCardAdmin
from clinic.admin.duty import DutyShiftAdmin
from clinic.admin.outbox import OutboxMessageAdmin
from clinic.admin.people import UserAdmin
from clinic.admin.places import ClinicAdmin

__all__ = [
    "ClinicAdmin",
    "DutyShiftAdmin",
    "OutboxMessageAdmin",
    "ProductGateAdmin",
    "ReadRecordAdmin",
    "TreatmentAdmin",
    "TreatmentCardAdmin",
    "UserAdmin",
]
