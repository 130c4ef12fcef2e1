"""Who may see and change which records in the admin, by model."""

from collections.abc import Mapping
from types import MappingProxyType

from clinic.access.who import DESK, OWNER, STAFF

ADMIN_RULES: Mapping[str, tuple[frozenset[str], frozenset[str]]] = MappingProxyType(
    {
        # model label: (who may view, who may add, change and archive)
        "clinic.clinic": (STAFF, OWNER),
        "clinic.site": (STAFF, OWNER),
        "clinic.resource": (STAFF, OWNER),
        "clinic.practitioner": (STAFF, OWNER),
        "clinic.user": (OWNER, OWNER),
        "clinic.treatment": (STAFF, OWNER),
        "clinic.treatmentcard": (STAFF, OWNER),
        "clinic.treatmentprice": (STAFF, OWNER),
        "clinic.productgate": (STAFF, OWNER),
        "clinic.visittype": (STAFF, OWNER),
        "clinic.visitoffer": (STAFF, OWNER),
        "clinic.outboxmessage": (DESK, frozenset()),
        "clinic.dutyshift": (OWNER, OWNER),
        "clinic.readrecord": (OWNER, frozenset()),
        "bookings.workinghours": (STAFF, DESK),
        "bookings.exceptionalopening": (STAFF, DESK),
        "bookings.closure": (STAFF, DESK),
        "bookings.timeoff": (STAFF, DESK),
    }
)
