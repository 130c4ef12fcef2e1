"""Opening a record beyond the care team: the page that asks why, and closing it again."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.models import User
from patients.forms.reason import ReasonForm
from patients.models import Patient
from patients.queries.care_team import is_on_care_team
from patients.queries.health_forms import find_latest_version
from patients.queries.people import get_patient
from patients.services.reason_access import close_access, open_with_reason


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reason(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Ask why a record is needed, and open it for an hour. Says nothing of what, if anything, is in it."""
    patient, user, now = _get_patient(patient_id), cast("User", request.user), timezone.now()
    if is_on_care_team(user, patient.pk, now):
        return redirect("review:record", patient.pk)
    form = ReasonForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _ask(request, patient, form, 422 if form.errors else 200)
    open_with_reason(user, patient, form.cleaned_data["reason"], now)
    wanted = form.cleaned_data["next"]
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/review/")
    return redirect(wanted if is_ours else reverse("review:record", args=[patient.pk]))


@never_cache
@require_POST
def close(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Close a record that was opened with a reason, before its hour is over."""
    close_access(user=cast("User", request.user), patient_id=patient_id)
    messages.success(request, _("Closed. To open this record again, give a reason again."))
    return redirect("queue:queue")


@never_cache
@require_safe
def record(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Go to a patient's newest form, or to filling it in where nothing was sent."""
    version = find_latest_version(_get_patient(patient_id))
    return redirect("review:form", version.pk) if version else redirect("review:health-form", patient_id)


def refuse(request: HttpRequest, patient: Patient) -> HttpResponse:
    """Answer a request for a record that is not theirs to open: a script in a line, a person with a page."""
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"refused": _("This record is closed. Reload the page.")}, status=403)
    wanted = request.get_full_path() if request.method in {"GET", "HEAD"} else ""
    response = _ask(request, patient, ReasonForm(initial={"next": wanted}), 403)
    response["Cache-Control"] = "no-store, private"
    return response


def _ask(request: HttpRequest, patient: Patient, form: ReasonForm, status: int) -> HttpResponse:
    context = {"patient": patient, "form": form}
    return render(request, "review/reason.html", context, status=status)


def _get_patient(patient_id: UUID) -> Patient:
    try:
        return get_patient(patient_id)
    except Patient.DoesNotExist:
        raise Http404 from None
