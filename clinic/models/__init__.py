"""The clinic app's models, one file a subject; Django finds them here."""

from clinic.models.audit import AuditCheck, AuditSeal, ChangeRecord, ReadRecord, SecurityEvent
from clinic.models.catalogue import Presentation, ProductGate, Treatment, TreatmentCard, TreatmentPrice
from clinic.models.duty import DutyShift
from clinic.models.limits import LimitWindow
from clinic.models.messages import MessageWording
from clinic.models.outbox import OutboxMessage
from clinic.models.people import Practitioner, Role, User
from clinic.models.places import Clinic, Resource, ResourceKind, Site
from clinic.models.retention import RetentionPeriod
from clinic.models.sessions import SignIn, TrustedComputer
from clinic.models.visit_types import VisitMode, VisitOffer, VisitType

__all__ = [
    "AuditCheck",
    "AuditSeal",
    "ChangeRecord",
    "Clinic",
    "DutyShift",
    "LimitWindow",
    "MessageWording",
    "OutboxMessage",
    "Practitioner",
    "Presentation",
    "ProductGate",
    "ReadRecord",
    "Resource",
    "ResourceKind",
    "RetentionPeriod",
    "Role",
    "SecurityEvent",
    "SignIn",
    "Site",
    "Treatment",
    "TreatmentCard",
    "TreatmentPrice",
    "TrustedComputer",
    "User",
    "VisitMode",
    "VisitOffer",
    "VisitType",
]
