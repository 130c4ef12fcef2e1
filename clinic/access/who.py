"""Sets of people that the rule tables name; roles add up."""

from clinic.models.people import Role

ANYONE = frozenset({"anyone"})
SIGNED_IN = frozenset({"signed_in"})
STAFF = frozenset({Role.FRONT_DESK, Role.NURSE, Role.CLINICIAN, Role.OWNER})
DESK = frozenset({Role.FRONT_DESK, Role.OWNER})
OWNER = frozenset({Role.OWNER})
CLINICAL = frozenset({Role.NURSE, Role.CLINICIAN})
CLINICIAN = frozenset({Role.CLINICIAN})
