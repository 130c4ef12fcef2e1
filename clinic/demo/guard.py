"""Demo mode signs anybody in as anybody, so it must never run on a clinic's real data."""

from django.apps import apps
from django.conf import settings

from clinic.models import Clinic, User

DEMO_MARKED = ("clinic.Clinic", "patients.Patient", "bookings.Appointment")
"""Models whose rows say whether the demo made them."""


class NotADemoDatabase(Exception):
    """The database holds rows that the demo did not make."""


def refuse_demo_on_real_data() -> None:
    """Pass if demo mode is off, or all that the database holds was made by the demo.

    :raises NotADemoDatabase: naming what was found, in words for whoever starts the server.
    """
    if not settings.DEMO:
        return
    found = [name for label in DEMO_MARKED if (name := _find_real_rows(label))]
    if not Clinic.objects.exists() and User.objects.exists():
        found.append("accounts")
    if found:
        raise NotADemoDatabase(
            f"Demo mode is on (NUAN_DEMO=1), but this database holds {' and '.join(found)} that the"
            " demo did not make. Demo mode lets anybody sign in as anybody. Point DATABASE_URL at"
            " another database, or switch demo mode off."
        )


def _find_real_rows(label: str) -> str:
    """Return the plural name of a model that has rows of somebody else's, or nothing."""
    model = apps.get_model(label)
    if not model._default_manager.filter(is_demo=False).exists():
        return ""
    return {"clinic.Clinic": "a clinic", "patients.Patient": "patients"}.get(label, "visits")
