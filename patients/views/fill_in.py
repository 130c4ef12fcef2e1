"""The health form at the clinic: a nurse or clinician fills in what is open, with the patient."""

from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.models import User
from patients.models import Patient
from patients.queries.health_forms import find_latest_version
from patients.queries.people import get_patient
from patients.views.check import serve_check, serve_sent
from patients.views.form_page import serve_page
from patients.views.mounts import Mount, make_mount
from patients.views.saving import serve_save
from patients.views.task_list import serve_list


@never_cache
@require_safe
def health_form(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Show where a patient's form stands, and what is open."""
    return serve_list(request, _clinic_mount(request, patient_id))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def form_page(request: HttpRequest, patient_id: UUID, page: str) -> HttpResponse:
    """Show or take one page of a patient's form."""
    return serve_page(request, _clinic_mount(request, patient_id), page)


@never_cache
@require_POST
def save_page(request: HttpRequest, patient_id: UUID, page: str) -> HttpResponse:
    """Save a page of a patient's form while it is filled in."""
    return serve_save(request, _clinic_mount(request, patient_id), page)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_form(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Show all answers of a patient, and send them. What the patient signed stays signed."""
    return serve_check(request, _clinic_mount(request, patient_id))


@never_cache
@require_safe
def form_sent(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Say that a patient's form has arrived, and lead back to its review."""
    return serve_sent(request, _clinic_mount(request, patient_id))


def _clinic_mount(request: HttpRequest, patient_id: UUID) -> Mount:
    """Return the mount of a patient's form at the clinic, private questions included."""
    try:
        patient = get_patient(patient_id)
    except Patient.DoesNotExist:
        raise Http404 from None
    latest = find_latest_version(patient)
    return make_mount(
        request,
        patient,
        user=cast("User", request.user),
        namespace="review",
        arguments=(patient.pk,),
        by_clinic=True,
        review_url=reverse("review:form", args=[latest.pk]) if latest else reverse("queue:queue"),
    )
