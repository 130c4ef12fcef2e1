"""Putting a visit somewhere against the rules: what they are is shown, and why is asked."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bookings.desk_actions import Action
from bookings.forms.steps import DropForm, OverrideForm
from bookings.models import Appointment
from bookings.services import moves
from bookings.services.placing import Over, Target
from bookings.services.refusals import Refusal
from bookings.views.sheets import done_with, refused
from bookings.views.step_sheets import GET_OR_POST, open_sheet, put, renew, show_again
from bookings.views.steps import get_visit, nowhere


@never_cache
@require_http_methods(GET_OR_POST)
def override(request: HttpRequest, reference: str) -> HttpResponse:
    """Show which rules are against a place, and put the visit there all the same, for a reason."""
    now, visit = timezone.now(), get_visit(reference)
    form: DropForm = OverrideForm(request.POST) if request.method == "POST" else DropForm(request.GET)
    form.full_clean()
    target = _target_of(form, visit)
    if target is None:
        return refused(request, visit, nowhere())
    if request.method == "POST" and form.is_valid():
        over = Over(form.cleaned_data["reason"], frozenset(form.cleaned_data["codes"].split()))
        try:
            return done_with(request, put(request, visit, form, target, now, over))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    return _show(request, visit, form, target, now)


def _target_of(form: DropForm, visit: Appointment) -> Target | None:
    """Return where a form wants a visit, or None if it does not say."""
    values = form.cleaned_data
    if values.get("start") is None:
        return None
    return Target(form.starts_at(visit.site), values.get("column"), values.get("minutes"))


def _show(
    request: HttpRequest, visit: Appointment, form: DropForm, target: Target, now: datetime
) -> HttpResponse:
    """Show what is against a place now; a reason counts for what was shown, and for nothing else."""
    try:
        hindrances = moves.find_hindrances(visit, target, now=now)
    except Refusal as refusal:
        return refused(request, visit, str(refusal))
    codes = " ".join(sorted({each.code for each in hindrances}))
    context: dict[str, Any] = {
        "target": target,
        "hindrances": hindrances,
        "barred": [each for each in hindrances if not each.may_override],
    }
    if request.method == "POST":
        renew(request, form, get_visit(visit.reference), codes=codes)
        return show_again(request, visit, "override", context | {"form": form}, now)
    asked = {name: request.GET.get(name) for name in ("start", "column", "minutes")}
    fresh = {"codes": codes, "seen": visit.sequence, "key": uuid4()}
    context["form"] = OverrideForm(initial=asked | fresh)
    return open_sheet(request, visit, Action.OVERRIDE, "override", context, now)
