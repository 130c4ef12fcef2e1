"""The front desk's list of a day, and the few things done from it; each can be undone for 3 minutes."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, cast
from urllib.parse import urlencode

from django.conf.locale import LANG_INFO
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bookings.forms.cancellation import DeskCancellationForm
from bookings.forms.desk import DayForm, WhyNotForm
from bookings.life_cycle import Status, may_follow
from bookings.models import Appointment
from bookings.queries.desk import DayVisit, find_last_event, list_day_visits
from bookings.queries.reasons import explain
from bookings.queries.visits import get_visit_by_reference
from bookings.services import desk
from bookings.services.refusals import Refusal
from bookings.views.form_badges import form_badge, taken_on_by
from bookings.views.visitors import actor_of
from clinic.access import DESK
from clinic.models import Site, User
from clinic.queries.places import list_sites

STATUS_LOOKS = {
    # status: (class of its colours, icon); the word always stands beside them
    Status.BOOKED: ("s-booked", "circle"),
    Status.CONFIRMED: ("s-confirmed", "check"),
    Status.ARRIVED: ("s-arrived", "map-pin"),
    Status.IN_ROOM: ("s-room", "door-open"),
    Status.DONE: ("s-done", "check-check"),
    Status.NO_SHOW: ("s-noshow", "user-x"),
    Status.CANCELLED: ("s-cancelled", "x"),
}

Step = Callable[[Appointment, datetime], object]


@never_cache
@require_safe
def day_list(request: HttpRequest) -> HttpResponse:
    """List a site's visits of one day, by start. A constant number of queries."""
    now = timezone.now()
    form = DayForm(request.GET)
    sites = list_sites()
    if not sites:
        return render(request, "bookings/desk/no_sites.html")
    if not form.is_valid():
        messages.warning(request, _("We couldn’t read that date or site. This is what we show instead."))
    site = getattr(form, "cleaned_data", {}).get("site") or sites[0]
    today = now.astimezone(site.tz).date()
    day = form.day(today)
    lines = [_line(entry, now) for entry in list_day_visits(site, day)]
    context = {
        "sites": sites,
        "site": site,
        "day": day,
        "today": today,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "lines": lines,
        "to_move": sum(line["entry"].is_to_move for line in lines),
        "last_undoable": max(
            (line for line in lines if line["undoable"]), key=lambda line: line["undoable"].at, default=None
        ),
        "may_act": cast("User", request.user).has_role(*DESK),
    }
    return render(request, "bookings/desk/day_list.html", context)


@never_cache
@require_safe
def why_not(request: HttpRequest) -> HttpResponse:
    """Say which rule keeps a time from being offered."""
    asked = bool(request.GET)
    form = WhyNotForm(request.GET or None)
    context: dict[str, Any] = {"form": form, "asked": False}
    if form.is_valid():
        reason = explain(form.search(), starts_at=form.starts_at(), now=timezone.now())
        context |= {
            "asked": True,
            "reason": reason,
            "starts_at": form.starts_at(),
            "site": form.cleaned_data["site"],
        }
    return render(
        request, "bookings/desk/why_not.html", context, status=422 if asked and form.errors else 200
    )


@require_POST
def arrive(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that the patient is here."""
    return _act(
        request,
        reference,
        lambda visit, now: desk.mark_arrived(appointment=visit, actor=actor_of(request), now=now),
    )


@require_POST
def no_show(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that the patient did not come; possible from ten minutes after the start."""
    return _act(
        request,
        reference,
        lambda visit, now: desk.mark_no_show(appointment=visit, actor=actor_of(request), now=now),
    )


@require_POST
def desk_cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """Cancel for the clinic; the reason is optional, and the message waits three minutes."""
    form = DeskCancellationForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(words) for words in form.errors["reason"]))
        return _back_to(_get_visit(reference))
    reason = form.cleaned_data["reason"]
    return _act(
        request,
        reference,
        lambda visit, now: desk.cancel_by_desk(
            appointment=visit, actor=actor_of(request), reason=reason, now=now
        ),
    )


@require_POST
def undo(request: HttpRequest, reference: str) -> HttpResponse:
    """Take back the last action on a visit within three minutes."""

    def step(visit: Appointment, now: datetime) -> None:
        desk.undo_last(appointment=visit, actor=actor_of(request), now=now)
        messages.success(request, _("Taken back."))

    return _act(request, reference, step)


def _act(request: HttpRequest, reference: str, step: Step) -> HttpResponse:
    """Take one step with a visit, unless it is no longer as the page showed it; then go back to its day."""
    visit = _get_visit(reference)
    seen = request.POST.get("seen", "")
    if seen and seen != visit.status:
        messages.warning(request, _who_changed(visit))
        return _back_to(visit)
    try:
        step(visit, timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return _back_to(visit)


def _get_visit(reference: str) -> Appointment:
    try:
        return get_visit_by_reference(reference)
    except Appointment.DoesNotExist:
        raise Http404 from None


def _who_changed(visit: Appointment) -> str:
    """Name who changed a visit since the page was shown, and how it stands now."""
    event = find_last_event(visit)
    user = event.user if event is not None else None
    who = user.name if user is not None and user.name else _("Someone")
    return _("%(who)s just changed this visit. It is now: %(status)s. Your step was not taken.") % {
        "who": who,
        "status": visit.get_status_display(),
    }


def _back_to(visit: Appointment) -> HttpResponse:
    day = visit.starts_at.astimezone(visit.site.tz).date()
    return redirect(day_address(visit.site, day) + f"#v-{visit.reference}")


def day_address(site: Site, day: date) -> str:
    """Return the address of a site's day."""
    return f"{reverse('desk:day-list')}?{urlencode({'site': site.slug, 'date': day.isoformat()})}"


def _line(entry: DayVisit, now: datetime) -> dict[str, Any]:
    """Return one line of the list: the visit, its looks, and what can be done with it now.

    Nobody arrives, or fails to, before the visit's day has come.
    """
    status = Status(entry.visit.status)
    look, icon = STATUS_LOOKS[status]
    zone = entry.visit.site.tz
    is_here = entry.visit.starts_at.astimezone(zone).date() <= now.astimezone(zone).date()
    return {
        "entry": entry,
        "visit": entry.visit,
        "look": look,
        "icon": icon,
        "language": _language_name(entry.visit.spoken_language),
        "form": form_badge(entry.form),
        "taken_on_by": taken_on_by(entry.form, now),
        "may_arrive": is_here and may_follow(status, Status.ARRIVED),
        "may_no_show": is_here and may_follow(status, Status.NO_SHOW),
        "may_cancel": may_follow(status, Status.CANCELLED),
        "undoable": desk.find_undoable(entry.visit, now),
    }


def _language_name(code: str) -> str:
    """Return a language's name in the active language, or its code if Django knows no name; "" for none."""
    return _(str(LANG_INFO[code]["name"])) if "name" in LANG_INFO.get(code, {}) else code
