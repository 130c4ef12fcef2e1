"""What happened to a visit, in the words of the desk."""

from django.utils.translation import gettext as _

from bookings.models import VisitEvent

By = VisitEvent.By


def words_of(event: VisitEvent) -> str:
    """Return what an event tells, with who did it; never a clinical word."""
    said = _said(event.action) or event.get_to_status_display()
    who = event.user.name if event.by == By.STAFF and event.user and event.user.name else _by(event)
    return f"{said} ({who})" if who else said


def _said(action: str) -> str:
    return {
        "booked": _("Booked"),
        "imported": _("Brought along from another system"),
        "confirmed": _("Confirmed"),
        "arrived": _("Arrived"),
        "in_room": _("Into the room"),
        "done": _("Done"),
        "no_show": _("Did not come"),
        "cancelled": _("Cancelled"),
        "moved": _("Moved"),
        "changed": _("Changed as asked"),
        "lengthened": _("Longer or shorter"),
        "overridden": _("Put there by override"),
        "stepped_back": _("One step back"),
        "sent_now": _("Message sent at once"),
    }.get(action, _("Taken back") if action.startswith("undo") or action == "undone" else "")


def _by(event: VisitEvent) -> str:
    return {By.PATIENT: _("online"), By.LINK: _("by link"), By.STAFF: _("the desk")}.get(By(event.by), "")
