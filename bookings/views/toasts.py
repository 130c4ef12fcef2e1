"""What was just done and can be taken back: the words of the board's toast."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bookings.life_cycle import UNDO
from bookings.models import Appointment, VisitEvent
from bookings.queries.waiting import find_waiting
from bookings.services import telling


def toast_facts(event: VisitEvent | None, now: datetime) -> dict[str, Any]:
    """Return what the toast says of the last thing somebody did, and until when; nothing without an event.

    `message` is the message about it that waits, if one does; `patient_zone` is where its patient lives.
    """
    if event is None:
        return {"undoable": None}
    visit = event.appointment
    waiting = find_waiting(visit.pk)
    return {
        "undoable": visit,
        "undoable_words": _words(event, visit).removesuffix("."),  # as of "Dr Ploy S."
        "undoable_until": event.at + UNDO,
        "message": waiting,
        "patient_zone": telling.zone_of(visit),
    }


def _words(event: VisitEvent, visit: Appointment) -> str:
    """Return what happened, in a few words."""
    local = visit.starts_at.astimezone(visit.site.tz)
    if event.action == "lengthened":
        until = visit.ends_at.astimezone(visit.site.tz)
        return _("Now %(start)s to %(end)s") % {"start": f"{local:%H:%M}", "end": f"{until:%H:%M}"}
    if event.action in ("moved", "changed", "overridden"):
        facts = {"time": f"{local:%H:%M}", "name": visit.practitioner.name_text}
        return _("Moved to %(time)s with %(name)s") % facts
    return str(visit.get_status_display())
