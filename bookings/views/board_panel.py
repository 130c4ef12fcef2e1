"""The panel beside the board: one visit, how far it is, what can be done, how to reach its patient."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bookings.desk_actions import list_actions
from bookings.life_cycle import Status
from bookings.models import Appointment, VisitEvent
from bookings.queries.board import HIDDEN
from bookings.queries.desk_words import open_note
from bookings.queries.visits import get_visit_by_reference
from bookings.views.board_blocks import initials
from bookings.views.event_words import words_of
from bookings.views.form_badges import form_badge
from bookings.views.looks import STATUS_LOOKS
from clinic.access.who import DESK
from clinic.models import User
from clinic.models.places import ROOM_KINDS
from clinic.sealing import Unreadable
from patients.queries.form_states import get_form_states

LINE = (Status.BOOKED, Status.CONFIRMED, Status.ARRIVED, Status.IN_ROOM, Status.DONE)
"""The statuses of a visit that goes well, in order."""


@dataclass(frozen=True)
class Step:
    """Something to press: the name of its URL in `desk`, its icon and word, and whether it opens a sheet."""

    name: str
    icon: str
    word: str | Promise
    is_sheet: bool = False
    look: str = ""


STEPS = {
    step.name: step
    for step in (
        Step("confirm", "check", gettext_lazy("Say they are coming")),
        Step("arrive", "map-pin", gettext_lazy("Arrive")),
        Step("in-room", "door-open", gettext_lazy("Into the room")),
        Step("finish", "check-check", gettext_lazy("Done")),
        Step("move", "calendar-clock", gettext_lazy("Move"), is_sheet=True),
        Step("length", "clock-plus", gettext_lazy("Longer or shorter"), is_sheet=True),
        Step("no-show", "user-x", gettext_lazy("Did not come")),
        Step("desk-cancel", "x", gettext_lazy("Cancel"), is_sheet=True, look="danger"),
        Step("override", "shield-alert", gettext_lazy("Override"), is_sheet=True),
        Step("step-back", "undo-2", gettext_lazy("One step back")),
        Step("note", "pencil", gettext_lazy("Desk note"), is_sheet=True),
    )
}
MAIN = ("in-room", "finish", "arrive", "confirm")
"""What is done next, first that is possible."""
APART = frozenset({"note"})
"""Steps that stand elsewhere in the panel."""


@never_cache
@require_safe
def panel(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one visit as the board's panel."""
    facts = panel_facts(request, reference, timezone.now())
    if not facts:
        raise Http404
    return render(request, "bookings/board/_panel.html", facts)


def panel_facts(request: HttpRequest, reference: str, now: datetime) -> dict[str, Any]:
    """Return what the panel shows of a visit; nothing if there is no such visit. Seven queries, and one
    more for a note.
    """
    visit = _find_visit(reference)
    if visit is None or visit.patient is None:
        return {}
    user = cast("User", request.user)
    names = [name for name in list_actions(visit, now, user.roles) if name in STEPS]
    main = next((name for name in MAIN if name in names), None)
    events = list(visit.events.select_related("user").order_by("-at", "-pk")[:30])
    form = get_form_states({visit.patient.pk})[visit.patient.pk]
    claims = visit.allocations.select_related("resource").order_by("resource__kind", "pk")
    return {
        "visit": visit,
        "patient": visit.patient,
        "initials": initials(visit.patient.name),
        "main_step": _pressed(main, visit) if main else None,
        "steps": [_pressed(name, visit) for name in names if name != main and name not in APART],
        "start": f"{visit.starts_at.astimezone(visit.site.tz):%H:%M}",
        "end": f"{visit.ends_at.astimezone(visit.site.tz):%H:%M}",
        "local_day": visit.starts_at.astimezone(visit.site.tz).date().isoformat(),
        "may_note": "note" in names,
        "note": _note(visit) if user.has_role(*DESK) else "",
        "may_reach": user.has_role(*DESK),
        "line": _life_line(visit, events, now),
        "look": STATUS_LOOKS[Status(visit.status)],
        "form_state": form,
        "form_badge": form_badge(form),
        "rooms": [claim.resource.name for claim in claims if claim.resource.kind in ROOM_KINDS],
        "home_zone": visit.patient_zone or visit.patient.zone,
        "happened": [(event, words_of(event)) for event in events],
        "is_on_board": visit.status not in HIDDEN,
        "links": _links(visit),
        "now": now,
    }


def _pressed(name: str, visit: Appointment) -> dict[str, Any]:
    """Return a step with the address it goes to."""
    step = STEPS[name]
    return {**asdict(step), "address": reverse(f"desk:{name}", args=[visit.reference])}


def _find_visit(reference: str) -> Appointment | None:
    if not reference or not reference.isalnum():
        return None
    try:
        return get_visit_by_reference(reference)
    except Appointment.DoesNotExist:
        return None


def _life_line(visit: Appointment, events: list[VisitEvent], now: datetime) -> list[dict[str, Any]]:
    """Return the statuses of a good visit, which it has passed, and since when it is there today."""
    zone = visit.site.tz
    at = {
        event.to_status: event.at
        for event in reversed(events)
        if event.at.astimezone(zone).date() == now.astimezone(zone).date()
    }
    status = Status(visit.status)
    reached = LINE.index(status) if status in LINE else -1
    return [
        {
            "word": Appointment(status=step.value).get_status_display(),
            "is_past": place < reached,
            "is_now": place == reached,
            "at": at.get(step.value) if place == reached else None,
        }
        for place, step in enumerate(LINE)
    ]


def _note(visit: Appointment) -> str:
    """Return the desk's note, or that it does not open: the rest of the panel stays."""
    try:
        return open_note(visit)
    except Unreadable:
        return _("This note cannot be opened now.")


def _links(visit: Appointment) -> dict[str, str]:
    """Return the addresses of other pages about a visit's patient, by what they are; none if erased."""
    if visit.is_of_erased:
        return {}
    patient = reverse("people:patient", args=[visit.patient_id])
    return {
        "patient": patient,
        "message": f"{patient}#messages-h",
        "tablet": reverse("tablet:start", args=[visit.patient_id]),
    }
