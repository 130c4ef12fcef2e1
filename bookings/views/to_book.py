"""What waits to be booked, as a sheet over the day; the whole list is the page of requests."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bookings.models import Appointment
from bookings.queries.no_shows import list_no_shows
from bookings.queries.requests import list_asked
from bookings.queries.visits import get_visit_by_reference
from bookings.services.settling import settle_missed
from bookings.views.call_times import may_act
from bookings.views.sheets import is_asked_by_script, render_sheet
from bookings.views.visitors import actor_of
from clinic.queries.places import get_clinics_zone
from patients.models import VisitRequest


@never_cache
@require_safe
def to_book(request: HttpRequest) -> HttpResponse:
    """List who waits for a visit, oldest first, as a sheet; without scripts the page of requests does."""
    if not is_asked_by_script(request):
        return redirect("desk:requests")
    now = timezone.now()
    context = {
        "to_book": [each for each in list_asked(now=now) if each.request.kind == VisitRequest.Kind.NEXT],
        "no_shows": list_no_shows(now=now),
        "zone": get_clinics_zone(),
        "may_act": may_act(request),
    }
    return render_sheet(request, "bookings/desk/calls/to_book.html", context)


@require_POST
def close_no_show(request: HttpRequest, reference: str) -> HttpResponse:
    """Take somebody who did not come off the list without another visit; who and when is kept."""
    try:
        missed = get_visit_by_reference(reference)
    except Appointment.DoesNotExist:
        raise Http404 from None
    if settle_missed(missed_id=missed.pk, actor=actor_of(request), now=timezone.now()):
        messages.success(request, _("Closed. Nothing was booked."))
    else:
        messages.info(request, _("This has been dealt with."))
    return redirect("calls:to-book")
