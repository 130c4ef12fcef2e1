"""Classes of fields: what pages may show, and to whom. A page shows a class if its rule names it, and then
only to those who may see it at all.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from clinic.access.who import ANYONE, CLINICAL, OWNER, STAFF, THEIRS, THEMSELVES


class Field(StrEnum):
    """A class of fields that some may see and others may not."""

    CONTACT = "names, phone, e-mail, birth date and visits of a patient"
    PRACTICAL = "that a visit needs longer, or another kind; never why"
    PROGRESS = "how far a form is, and that somebody must call; never what is in it"
    ANSWERS = "answers about health"
    PRIVATE = "answers that a young person gives alone"
    FLAGS = "what the rules make of the answers"
    SCORES = "numbers worked out of the answers"
    PHOTOS = "photos"
    REVIEW = "a clinician's notes, corrections, reasons and decisions"
    TO_PATIENT = "what a clinician wrote to the patient"
    DESK_NOTES = "notes of the desk and for staff, and why a visit was cancelled"
    STAFF_CONTACT = "e-mail and phone of staff"
    READERS = "who read a record"


Fields = frozenset[Field]

SEEN_BY: Mapping[Field, frozenset[str]] = MappingProxyType(
    {
        Field.CONTACT: STAFF | THEIRS,
        Field.PRACTICAL: STAFF | THEIRS,
        Field.PROGRESS: STAFF | THEIRS,
        Field.ANSWERS: CLINICAL | THEIRS,
        Field.PRIVATE: CLINICAL | THEMSELVES,
        Field.FLAGS: CLINICAL,
        Field.SCORES: CLINICAL,
        Field.PHOTOS: CLINICAL | THEIRS,
        Field.REVIEW: CLINICAL,
        Field.TO_PATIENT: CLINICAL | THEIRS,
        Field.DESK_NOTES: STAFF,
        Field.STAFF_CONTACT: OWNER | THEMSELVES,
        Field.READERS: OWNER | THEIRS,
    }
)
"""Who may see a class anywhere: roles, the account it belongs to (a guardian's too), or only the patient."""

NOTHING: Fields = frozenset()
VISITS: Fields = frozenset({Field.CONTACT})
DAY: Fields = frozenset({Field.CONTACT, Field.PRACTICAL, Field.PROGRESS, Field.DESK_NOTES})
STAFF_NOTES: Fields = frozenset({Field.DESK_NOTES})
PEOPLE: Fields = frozenset({Field.STAFF_CONTACT})
LETTERS: Fields = frozenset({Field.CONTACT, Field.STAFF_CONTACT})
OWN_READ: Fields = frozenset({Field.CONTACT, Field.READERS})
OWN_RECORD: Fields = frozenset(
    {Field.CONTACT, Field.PROGRESS, Field.ANSWERS, Field.PRIVATE, Field.PHOTOS, Field.TO_PATIENT}
)
OWN_NOTES: Fields = frozenset({Field.CONTACT, Field.TO_PATIENT})
CLINICAL_FIELDS: Fields = frozenset(
    {Field.ANSWERS, Field.PRIVATE, Field.FLAGS, Field.SCORES, Field.PHOTOS, Field.REVIEW, Field.TO_PATIENT}
)
RECORD: Fields = CLINICAL_FIELDS | {Field.CONTACT, Field.PROGRESS, Field.PRACTICAL, Field.READERS}


def may_see(field: Field, roles: frozenset[str]) -> bool:
    """Say whether somebody with these roles may see a class of fields where a page shows it.

    This function will take names of roles, or of `who.THEIRS` and `who.THEMSELVES` for a patient's account.
    """
    return SEEN_BY[field] == ANYONE or not SEEN_BY[field].isdisjoint(roles)
