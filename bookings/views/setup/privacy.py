"""The owner's page about people's own data: requests to answer, what is locked, how long what is kept."""

from http import HTTPStatus
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bookings.forms.rights import RefusalForm
from bookings.forms.setup.privacy import PeriodsForm, period_words, unit_words
from bookings.queries.privacy import list_locked, list_waiting
from bookings.services import erasure_requests
from bookings.services.erasure import CannotErase
from bookings.services.erasure_requests import SayWhy, Settled
from clinic.addresses import client_address
from clinic.models import ReadRecord, User
from clinic.queries.places import get_clinics_zone
from clinic.queries.retention import get_periods
from clinic.retention import TABLE
from clinic.services.audit import Reader, record_read
from clinic.services.retention import OutOfBounds, choose_periods
from patients.models import ErasureRequest


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits for an answer, what is locked, and the retention table."""
    return _page(request)


@require_POST
def approve(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Erase whoever asked, as far as law lets us."""
    try:
        erasure_requests.approve_request(request_id=request_id, by=_owner(request), now=timezone.now())
    except ErasureRequest.DoesNotExist:
        raise Http404 from None
    except (CannotErase, Settled) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Erased. What law keeps is locked until its day."))
    return redirect("privacy:home")


@require_POST
def refuse(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Refuse a request, and say why."""
    form = RefusalForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        erasure_requests.refuse_request(
            request_id=request_id, reason=reason, by=_owner(request), now=timezone.now()
        )
    except ErasureRequest.DoesNotExist:
        raise Http404 from None
    except (SayWhy, Settled) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Refused. The person reads your reason."))
    return redirect("privacy:home")


@require_POST
def periods(request: HttpRequest) -> HttpResponse:
    """Choose how long what is kept."""
    form = PeriodsForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    try:
        choose_periods(lengths=form.cleaned_data, by=_owner(request), now=timezone.now())
    except OutOfBounds as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form)
    messages.success(request, _("Saved. The next night keeps it."))
    return redirect("privacy:home")


def _owner(request: HttpRequest) -> User:
    return cast("User", request.user)


def _page(request: HttpRequest, form: PeriodsForm | None = None) -> HttpResponse:
    now = timezone.now()
    waiting = list_waiting(now=now)
    people = [each.request.patient_id for each in waiting]
    record_read(
        reader=Reader(_owner(request), client_address(request)),
        action=ReadRecord.Action.LISTED,
        subject_type="patient",
        subject_ids=people,
        patient_ids=people,
        now=now,
    )
    lengths, words, units = get_periods(), period_words(), unit_words()
    context = {
        "waiting": waiting,
        "locked": list_locked(),
        "form": form or PeriodsForm(),
        "refusal": RefusalForm(auto_id=False),
        "fixed": [
            (words[code], lengths[code], units[line.unit]) for code, line in TABLE.items() if line.is_fixed
        ],
        "zone": get_clinics_zone().key,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form else HTTPStatus.OK
    return render(request, "setup/privacy.html", context, status=status)
