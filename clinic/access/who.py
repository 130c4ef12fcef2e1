"""Sets of people that the rule tables name; roles add up."""

from clinic.models.people import Role

ANYONE = frozenset({"anyone"})
SIGNED_IN = frozenset({"signed_in"})
STAFF = frozenset({Role.FRONT_DESK, Role.NURSE, Role.CLINICIAN, Role.OWNER})
DESK = frozenset({Role.FRONT_DESK, Role.OWNER})
OWNER = frozenset({Role.OWNER})
CLINICAL = frozenset({Role.NURSE, Role.CLINICIAN})
CLINICIAN = frozenset({Role.CLINICIAN})

THEMSELVES = frozenset({"themselves"})
THEIRS = THEMSELVES | {"guardian"}
"""The account a record belongs to: the patient's own, or that of a guardian of somebody young."""
