"""Rows of the audit in words, for the owner's list and file: who, when, what kind, whose."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.models import ChangeRecord, ReadRecord, Role, SecurityEvent, User

MOST_PATIENTS = 3
"""Patients whose references stand in a line; a list of forms names fifty."""

SUBJECTS = {
    "draft": gettext_lazy("Health form being filled in"),
    "form_version": gettext_lazy("Health form"),
    "photo": gettext_lazy("Photo"),
    "alert": gettext_lazy("Urgent answers"),
    "message": gettext_lazy("Message from a clinician"),
    "tablet_pass": gettext_lazy("Health form on the tablet"),
    "patient": gettext_lazy("Name and contact details"),
    "visit": gettext_lazy("Visits"),
}

OPERATIONS = {
    "insert": gettext_lazy("Added"),
    "update": gettext_lazy("Changed"),
    "delete": gettext_lazy("Deleted"),
}

COLUMNS = ("When (UTC)", "Who", "Roles", "Action", "What", "Patients", "Address", "Request")
"""English in every language: programs read the file."""


def read_line(row: ReadRecord) -> dict[str, Any]:
    """Return a read as a line of the list."""
    ids = [str(patient_id) for patient_id in row.patient_ids]
    return {
        "at": row.at,
        "who": str(row.reader) if row.reader else _("Whoever holds the link or tablet"),
        "roles": roles_in_words(row.roles),
        "what": row.get_action_display(),
        "of": str(SUBJECTS.get(row.subject_type, row.subject_type)),
        "patients": ids[:MOST_PATIENTS],
        "more": len(ids) - MOST_PATIENTS if len(ids) > MOST_PATIENTS else 0,
        "with_reason": bool(row.reader and row.reason),
        "address": row.address,
        "request": row.request_id,
    }


def event_line(row: SecurityEvent, people: Mapping[int, User]) -> dict[str, Any]:
    """Return a security event as a line of the list."""
    about = people.get(row.about_id) if row.about_id else None
    facts = ", ".join(str(value) for value in row.facts.values())
    return {
        "at": row.at,
        "who": _name(row.user_id, people),
        "what": row.get_kind_display(),
        "of": " · ".join(part for part in (str(about) if about else "", facts) if part),
        "address": row.address,
        "request": row.request_id,
    }


def change_line(row: ChangeRecord, people: Mapping[int, User]) -> dict[str, Any]:
    """Return a change as a line of the list: the columns by name, without their values."""
    return {
        "at": row.at,
        "who": _name(row.actor_id, people) if row.actor_id else row.origin or _("Nobody is named"),
        "what": str(OPERATIONS.get(row.operation, row.operation)),
        "of": f"{row.table_name} {row.row_id}",
        "columns": ", ".join(row.columns) if row.operation == "update" else "",
        "address": row.origin,
        "request": row.request_id,
    }


def read_cells(row: ReadRecord) -> tuple[str, ...]:
    """Return a read as a line of the file, in the columns of `COLUMNS`."""
    return (
        row.at.isoformat(),
        str(row.reader) if row.reader else "",
        " ".join(row.roles),
        row.action,
        row.subject_type,
        " ".join(str(patient_id) for patient_id in row.patient_ids),
        row.address,
        row.request_id,
    )


def roles_in_words(roles: list[str]) -> str:
    """Return roles by name, "" for a patient."""
    return ", ".join(str(Role(role).label) for role in roles)


def _name(user_id: int | None, people: Mapping[int, User]) -> str:
    """Return an account's name; of one that was deleted, its number."""
    if user_id is None:
        return _("Nobody we know")
    return str(people.get(user_id) or _("Deleted account %(id)d") % {"id": user_id})
