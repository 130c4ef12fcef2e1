"""Words that stand in one class of fields of one record: where one turns up, that field is shown."""

from clinic.access.fields import Field

LETTERS = {
    Field.CONTACT: "Kontakt",
    Field.ANSWERS: "Antwort",
    Field.REVIEW: "Befund",
    Field.TO_PATIENT: "Nachricht",
    Field.DESK_NOTES: "Tresen",
    Field.STAFF_CONTACT: "Kollegin",
    Field.READERS: "Leserin",
}
"""Classes that hold words somebody typed. Photos, flags, scores and private answers have other signs."""

DRAFT = "Entwurf"
"""Stands in the draft of a review, which is its writer's alone."""


def canary(field: Field, whose: str) -> str:
    """Return the word of a class of fields of somebody: letters only, so that no page writes it otherwise."""
    return f"{LETTERS[field]}zq{whose}"
