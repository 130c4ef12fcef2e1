"""Saying that somebody runs late: who is affected and who gets a message, before anything is said."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bookings.forms.late import LateForm
from bookings.models import RunningLate
from bookings.queries.running_late import (
    find_said,
    list_affected,
    list_late,
    list_practitioners,
    list_undoable,
)
from bookings.services import running_late
from bookings.services.refusals import Refusal
from bookings.views.call_times import Place, read_place
from bookings.views.sheets import render_sheet
from bookings.views.visitors import actor_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def late(request: HttpRequest) -> HttpResponse:
    """Choose who runs late and how much; the next press shows who hears of it, the last one says it."""
    now = timezone.now()
    place = read_place(request, now)
    if place is None:
        return render(request, "bookings/desk/no_sites.html")
    people = list_practitioners(place.site, place.today)
    if request.method != "POST":
        start = {"practitioner": place.practitioner_id or (people[0].pk if people else None)}
        said = find_said(place.site, place.today, start["practitioner"]) if start["practitioner"] else None
        start["minutes"] = said.minutes if said and said.minutes else 15
        return _show(request, place, LateForm(initial=start, people=people), now)
    form = LateForm(request.POST, people=people)
    if not form.is_valid():
        return _show(request, place, form, now, status=422)
    if "say" not in request.POST:
        return _show(request, place, form, now)
    running_late.say_late(
        site=place.site,
        practitioner=form.cleaned_data["practitioner"],
        day=place.today,
        minutes=form.cleaned_data["minutes"],
        tells=form.cleaned_data["tells"],
        key=form.cleaned_data["key"] or uuid4(),
        actor=actor_of(request),
        now=now,
    )
    return redirect(f"{reverse('calls:late')}?site={place.site.slug}")


@require_POST
def late_undo(request: HttpRequest, said_id: UUID) -> HttpResponse:
    """Take back within three minutes what was said; its messages never leave."""
    try:
        said = running_late.take_back(said_id=said_id, now=timezone.now())
    except RunningLate.DoesNotExist:
        raise Http404 from None
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("calls:late")
    return redirect(f"{reverse('calls:late')}?site={said.site.slug}")


def _show(
    request: HttpRequest, place: Place, form: LateForm, now: datetime, *, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "place": place,
        "here": request.get_full_path(),
        "late": list_late(place.site, place.today),
        "just_said": list_undoable(place.site, place.today, now=now),
        "people": form.fields["practitioner"].queryset.exists(),  # type: ignore[attr-defined]
    }
    if form.is_bound and form.is_valid():
        said = RunningLate(
            practitioner=form.cleaned_data["practitioner"],
            site=place.site,
            day=place.today,
            minutes=form.cleaned_data["minutes"],
            said_at=now,
        )
        affected = list_affected(said, now=now)
        told = [each for each in affected if not each.why_silent]
        context |= {"preview": True, "affected": affected, "told": len(told), "key": uuid4(), "said": said}
    return render_sheet(request, "bookings/desk/calls/late.html", context, status=status)
