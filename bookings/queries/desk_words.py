"""Opening what was written beside visits: the desk's note, and why one was cancelled."""

from bookings.models import Appointment
from patients.queries.vault import Vault, get_vault_of


def open_note(visit: Appointment, vault: Vault | None = None) -> str:
    """Return the desk's note on a visit, "" if there is none. One query, if there is one and no `vault`.

    :raises clinic.sealing.Unreadable: if it cannot be opened.
    """
    vault = vault or get_vault_of([visit.sealed_desk_note])
    return vault.open_words(visit.sealed_desk_note, row=visit, field="sealed_desk_note")


def open_cancel_reason(visit: Appointment, vault: Vault | None = None) -> str:
    """Return why a visit was cancelled, "" if nothing was said; a patient's reason is a code of the form.

    :raises clinic.sealing.Unreadable: if it cannot be opened.
    """
    vault = vault or get_vault_of([visit.sealed_cancel_reason])
    return vault.open_words(visit.sealed_cancel_reason, row=visit, field="sealed_cancel_reason")
