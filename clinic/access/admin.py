"""Who may see and change which records in the admin, by model, and which classes of fields it shows."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from clinic.access.fields import LETTERS, NOTHING, OWN_READ, PEOPLE, STAFF_NOTES, Fields
from clinic.access.who import DESK, OWNER, STAFF

NOBODY: frozenset[str] = frozenset()


class ModelRule(NamedTuple):
    """Who may view a model's rows, and who may add, change and archive them."""

    view: frozenset[str]
    change: frozenset[str]
    shows: Fields = NOTHING


ADMIN_RULES: Mapping[str, ModelRule] = MappingProxyType(
    {
        "clinic.clinic": ModelRule(STAFF, OWNER),
        "clinic.site": ModelRule(STAFF, OWNER),
        "clinic.resource": ModelRule(STAFF, OWNER),
        "clinic.practitioner": ModelRule(STAFF, OWNER),
        "clinic.user": ModelRule(OWNER, OWNER, PEOPLE),
        "clinic.treatment": ModelRule(STAFF, OWNER),
        "clinic.treatmentcard": ModelRule(STAFF, OWNER),
        "clinic.treatmentprice": ModelRule(STAFF, OWNER),
        "clinic.productgate": ModelRule(STAFF, OWNER),
        "clinic.visittype": ModelRule(STAFF, OWNER, STAFF_NOTES),
        "clinic.visitoffer": ModelRule(STAFF, OWNER),
        "clinic.outboxmessage": ModelRule(DESK, NOBODY, LETTERS),
        "clinic.dutyshift": ModelRule(OWNER, OWNER),
        "clinic.readrecord": ModelRule(OWNER, NOBODY, OWN_READ),
        "bookings.workinghours": ModelRule(STAFF, DESK),
        "bookings.exceptionalopening": ModelRule(STAFF, DESK),
        "bookings.closure": ModelRule(STAFF, DESK),
        "bookings.timeoff": ModelRule(STAFF, DESK, STAFF_NOTES),
    }
)
