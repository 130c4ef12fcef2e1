"""The owner's pages of what can be booked, with what it would offer before anything is saved."""

import copy
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.forms.visit_types import LookForm, VisitTypeForm
from bookings.queries.offering import (
    VisitPlan,
    get_plan_of,
    get_preview,
    list_people_query,
    list_visit_types,
)
from bookings.queries.stranding import list_booked
from bookings.services import visit_types as services
from bookings.services.refusals import Refusal
from clinic.models import VisitType
from clinic.queries.places import list_sites
from clinic.services.meanwhile import ChangedMeanwhile

PAGE = "bookings/offering/visit_type.html"


@never_cache
@require_safe
def visit_types(request: HttpRequest) -> HttpResponse:
    """List what can be booked, where and for how much, and by whom it is done. Three queries."""
    found = list_visit_types()
    context = {
        "in_use": [kind for kind in found if kind.archived_at is None],
        "archived": [kind for kind in found if kind.archived_at is not None],
    }
    return render(request, "bookings/offering/visit_types.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add_visit_type(request: HttpRequest) -> HttpResponse:
    """Add a visit type; a second press finds the one the first made."""
    form = _form(request, VisitPlan(VisitType(code="", name={}, modes=[], needs=[])))
    now = timezone.now()
    if not _saves(request, form):
        twin = _find_twin(request, form)
        return redirect("offering:visit-type", twin.pk) if twin else _page(request, form, None, now)
    try:
        kind = services.add_visit_type(typed=form.plan())
    except services.CodeTaken as refusal:
        form.add_error("code", str(refusal))
        return _page(request, form, None, now)
    messages.success(request, _("Added: %(name)s.") % {"name": kind.name_text})
    return redirect("offering:visit-type", kind.pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def visit_type(request: HttpRequest, number: int) -> HttpResponse:
    """Show and change a visit type; booked visits that would be left behind keep it as it is."""
    kind = _get(number)
    saved, now = get_plan_of(kind), timezone.now()
    form = _form(request, VisitPlan(copy.deepcopy(kind), saved.prices, saved.people))
    if not _saves(request, form):
        return _page(request, form, saved, now)
    try:
        services.change_visit_type(typed=form.plan(), seen=form.cleaned_data["seen"], now=now)
    except ChangedMeanwhile as refusal:
        return _page(request, form, saved, now, conflict=str(refusal))
    except services.Strands as refusal:
        return _page(request, form, saved, now, strands=refusal)
    messages.success(request, _("Saved. New bookings follow it from now on; booked visits stay as they are."))
    return redirect("offering:visit-type", number)


@require_POST
def archive_visit_type(request: HttpRequest, number: int) -> HttpResponse:
    """Take a visit type out of use, or back into use; with booked visits it stays in use."""
    kind, now = _get(number), timezone.now()
    if "bring_back" in request.POST:
        services.bring_visit_type_back(visit_type_id=kind.pk)
        messages.success(request, _("In use again: %(name)s.") % {"name": kind.name_text})
        return redirect("offering:visit-type", number)
    try:
        services.archive_visit_type(visit_type_id=kind.pk, now=now)
    except services.Strands as refusal:
        saved = get_plan_of(kind)
        form = _form(request, saved, bound=False)
        return _page(request, form, saved, now, strands=refusal)
    messages.success(request, _("Archived: %(name)s. It can be brought back.") % {"name": kind.name_text})
    return redirect("offering:visit-types")


def _get(number: int) -> VisitType:
    found = VisitType.objects.filter(pk=number).select_related("treatment").first()
    if found is None:
        raise Http404
    return found


def _form(request: HttpRequest, plan: VisitPlan, *, bound: bool = True) -> VisitTypeForm:
    data = request.POST if request.method == "POST" and bound else None
    return VisitTypeForm(data, plan=plan, sites=list_sites(), practitioners=list(list_people_query()))


def _saves(request: HttpRequest, form: VisitTypeForm) -> bool:
    """Whether the form is to be stored: it was sent to be, and is in order."""
    return request.method == "POST" and "look" not in request.POST and form.is_valid()


def _find_twin(request: HttpRequest, form: VisitTypeForm) -> VisitType | None:
    """Return the visit type that a first press of the same button made, if there is one like this."""
    if "look" in request.POST or not form.has_error("code", "unique"):
        return None
    twin = VisitType.objects.get(code=form.data["code"].strip())
    saved = get_plan_of(twin)
    again = _form(request, VisitPlan(copy.deepcopy(twin), saved.prices, saved.people))
    same = again.is_valid() and again.plan().stamp() == saved.stamp()
    return twin if same else None


def _page(
    request: HttpRequest,
    form: VisitTypeForm,
    saved: VisitPlan | None,
    now: datetime,
    *,
    conflict: str = "",
    strands: Refusal | None = None,
) -> HttpResponse:
    """Show the form beside what it would offer; a script that asks gets only the latter."""
    context = _look(request, form, saved, now)
    bad = form.is_bound and bool(form.errors)
    status = 409 if conflict else 422 if bad or strands else 200
    if request.headers.get("HX-Request") and "look" in request.POST:
        return render(request, "bookings/offering/_preview.html", context, status=status)
    if conflict and saved:
        form.data = form.data.copy()  # type: ignore[attr-defined]
        form.data["seen"] = saved.stamp()  # type: ignore[index]
    context |= {
        "conflict": conflict,
        "strands": strands,
        "kind": saved.visit_type if saved else None,
        "booked": len(list_booked(saved.visit_type, now=now)) if saved else 0,
        "changed": [form[name].label for name in form.changed_data if name != "seen"] if conflict else [],
    }
    return render(request, PAGE, context, status=status)


def _look(
    request: HttpRequest, form: VisitTypeForm, saved: VisitPlan | None, now: datetime
) -> dict[str, Any]:
    """Return what the preview shows: of the typed values if they are in order, else of those stored."""
    look = LookForm(request.POST if request.method == "POST" else request.GET)
    look.full_clean()
    site = look.site(form.sites)
    typed = form.plan() if form.is_bound and form.is_valid() else saved
    context: dict[str, Any] = {"form": form, "look": look, "is_broken": form.is_bound and bool(form.errors)}
    if site is None or typed is None:
        return context
    mode = look.mode(typed.visit_type.modes)
    drawn = LookForm(initial={"look_site": site.slug, "look_mode": mode})
    return context | {
        "look": drawn,
        "preview": get_preview(typed, saved, site=site, mode=mode, now=now),
    }
