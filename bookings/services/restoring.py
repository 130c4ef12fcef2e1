"""Giving a visit its time back, all of it, or saying what is in the way and changing nothing."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from bookings.models import Appointment
from bookings.services import claims
from bookings.services.claims import Span
from bookings.services.records import save_patient_time
from bookings.services.refusals import Clash, PatientBusy


def claim_again(visit: Appointment, resources: list[int], span: Span, *, leaving: Sequence[int] = ()) -> None:
    """Claim for a locked visit exactly what it had, and give up what it has now (`leaving`).

    :raises Clash: naming who or what has been taken, or is off.
    """
    if not claims.reclaim(ids=resources, appointment_id=visit.pk, span=span, leaving=leaving):
        names = ", ".join(claims.list_names_taken(resources, span, appointment_id=visit.pk))
        raise Clash(_("Not free any more: %(names)s. Nothing was changed.") % {"names": names})


def save_again(visit: Appointment, fields: list[str]) -> None:
    """Save a visit that claims its patient's time again.

    :raises Clash: if the patient has another visit then.
    """
    try:
        save_patient_time(visit, fields)
    except PatientBusy as busy:
        raise Clash(str(busy)) from None
