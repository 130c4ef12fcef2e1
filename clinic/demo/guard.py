"""Demo mode signs anybody in as anybody, so it must never run on a clinic's real data."""

from django.apps import apps
from django.conf import settings

DEMO_MARKED = {
    "clinic.Clinic": "a clinic",
    "patients.Patient": "patients",
    "bookings.Appointment": "visits",
}
"""Models whose rows say whether the demo made them, and what we call them."""


class NotADemoDatabase(Exception):
    """The database holds rows that the demo did not make."""


def refuse_demo_on_real_data() -> None:
    """Pass if demo mode is off, or all that the database holds was made by the demo.

    :raises NotADemoDatabase: naming what was found, in words for whoever starts the server.
    """
    if not settings.DEMO:
        return
    found = [words for label, words in DEMO_MARKED.items() if _holds_real_rows(label)]
    if not _has_rows("clinic.Clinic") and _has_rows("clinic.User"):
        found.append("accounts")
    if found:
        raise NotADemoDatabase(
            f"Demo mode is on (NUAN_DEMO=1), but this database holds {' and '.join(found)} that the"
            " demo did not make. Demo mode lets anybody sign in as anybody. Point DATABASE_URL at"
            " another database, or switch demo mode off."
        )


def _holds_real_rows(label: str) -> bool:
    return bool(apps.get_model(label)._default_manager.filter(is_demo=False).exists())


def _has_rows(label: str) -> bool:
    return bool(apps.get_model(label)._default_manager.exists())
