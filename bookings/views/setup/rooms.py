"""The owner's pages of rooms and devices."""

from typing import Any
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.forms.setup.rooms import RoomForm
from bookings.queries import set_up
from bookings.services import places
from bookings.views.setup.answers import Outcome, attempt, group, in_the_way, press, saved
from clinic.models import Resource


@never_cache
@require_safe
def rooms(request: HttpRequest) -> HttpResponse:
    """List rooms and devices by site. A constant number of queries."""
    return render(request, "setup/rooms.html", {"sites": set_up.list_sites_with_rooms()})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def room_add(request: HttpRequest) -> HttpResponse:
    """Add a room or a device; `site` in the address chooses where."""
    if request.method != "POST":
        asked = request.GET.get("site", "")
        return _show(request, RoomForm(initial={"key": uuid4(), "site": asked if asked.isdecimal() else ""}))
    outcome = attempt(
        RoomForm(request.POST),
        lambda form: places.add_room(facts=form.facts, key=form.cleaned_data["key"]),
    )
    if outcome.is_done:
        return saved(request, reverse("setup:rooms"))
    return _show(request, outcome.form, outcome)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and change a room or a device."""
    row = _get_room(pk)
    if request.method != "POST":
        return _show(request, RoomForm.showing(places.facts_of_room(row)), room=row)
    outcome = attempt(
        RoomForm(request.POST),
        lambda form: places.change_room(
            room_id=pk, facts=form.facts, seen=form.cleaned_data["seen"], now=timezone.now()
        ),
    )
    if outcome.is_done:
        return saved(request, reverse("setup:rooms"))
    return _show(request, outcome.form, outcome, room=row)


@require_POST
def room_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a room or device out of use, unless booked visits need it."""
    row = _get_room(pk)
    return press(
        request,
        lambda: places.archive_resource(resource_id=row.pk, now=timezone.now()),
        done=_("Archived. It can be brought back."),
        back=reverse("setup:rooms"),
    )


@require_POST
def room_bring_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an archived room or device into use again."""
    places.bring_back_resource(resource_id=_get_room(pk).pk)
    return redirect("setup:rooms")


def _get_room(pk: int) -> Resource:
    try:
        return set_up.get_room(pk)
    except Resource.DoesNotExist:
        raise Http404 from None


def _show(
    request: HttpRequest, form: RoomForm, outcome: Outcome[RoomForm] | None = None, **context: Any
) -> HttpResponse:
    context |= {
        "form": form,
        "groups": [group(form, "", "name", "kind", "site")],
        "stranding": in_the_way(outcome.stranding if outcome else None),
    }
    return render(request, "setup/room_form.html", context, status=outcome.status if outcome else 200)
