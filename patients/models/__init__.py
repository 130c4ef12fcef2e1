"""The patients app's models, one file a subject; Django finds them here."""

from patients.models.access import ReasonAccess
from patients.models.desk import DeskMessage, DifferentPeople, IdentityCheck, Merge
from patients.models.health_forms import Consent, DataKey, Draft, FormLink, FormVersion
from patients.models.people import Mailbox, Patient
from patients.models.photos import Photo
from patients.models.reviews import (
    Addendum,
    FormReader,
    MethodDecision,
    Override,
    PatientMessage,
    Review,
    ReviewDraft,
    VisitRequest,
)
from patients.models.rights import DataExport, ErasureRecord, ErasureRequest, LockedRecord
from patients.models.tablets import TabletPass
from patients.models.urgent import UrgentAlert

__all__ = [
    "Addendum",
    "Consent",
    "DataExport",
    "DataKey",
    "DeskMessage",
    "DifferentPeople",
    "Draft",
    "ErasureRecord",
    "ErasureRequest",
    "FormLink",
    "FormReader",
    "FormVersion",
    "IdentityCheck",
    "LockedRecord",
    "Mailbox",
    "Merge",
    "MethodDecision",
    "Override",
    "Patient",
    "PatientMessage",
    "Photo",
    "ReasonAccess",
    "Review",
    "ReviewDraft",
    "TabletPass",
    "UrgentAlert",
    "VisitRequest",
]
