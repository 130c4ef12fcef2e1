"""The front desk's list of a day, and why a time is not offered."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, cast

from django.conf.locale import LANG_INFO
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bookings.desk_actions import Action, list_actions
from bookings.forms.desk import WhyNotForm
from bookings.life_cycle import Status
from bookings.queries.desk import DayVisit, list_day_visits
from bookings.queries.reasons import explain
from bookings.services import desk
from bookings.views.day_shown import read_day
from bookings.views.form_badges import form_badge, taken_on_by
from bookings.views.looks import STATUS_LOOKS
from clinic.access.who import DESK
from clinic.models import User


@never_cache
@require_safe
def day_list(request: HttpRequest) -> HttpResponse:
    """List a site's visits of one day, by start. A constant number of queries."""
    now = timezone.now()
    shown = read_day(request, now)
    if shown is None:
        return render(request, "bookings/desk/no_sites.html")
    site, day = shown.site, shown.day
    roles = cast("User", request.user).roles
    lines = [_line(entry, now, roles) for entry in list_day_visits(site, day)]
    context = {
        **shown.facts,
        "view": "list",
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


def _line(entry: DayVisit, now: datetime, roles: Collection[str]) -> dict[str, Any]:
    """Return one line of the list: the visit, its looks, and what somebody with `roles` can do now."""
    look, icon = STATUS_LOOKS[Status(entry.visit.status)]
    actions = list_actions(entry.visit, now, roles)
    return {
        "entry": entry,
        "visit": entry.visit,
        "look": look,
        "icon": icon,
        "language": _language_name(entry.visit.spoken_language),
        "form": form_badge(entry.form),
        "taken_on_by": taken_on_by(entry.form, now),
        "may_arrive": Action.ARRIVE in actions,
        "may_no_show": Action.NO_SHOW in actions,
        "may_cancel": Action.CANCEL in actions,
        "undoable": desk.find_undoable(entry.visit, now),
    }


def _language_name(code: str) -> str:
    """Return a language's name in the active language, or its code if Django knows no name; "" for none."""
    return _(str(LANG_INFO[code]["name"])) if "name" in LANG_INFO.get(code, {}) else code
