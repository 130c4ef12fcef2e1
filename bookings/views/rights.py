"""What patients may ask about their data: a copy, what they agreed to, erasure."""

from datetime import datetime
from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.forms.rights import EraseForm
from bookings.queries.kept_records import find_kept, list_ids_of_person, list_obstacles_to_erasure
from bookings.services import erasure_requests, own_copies
from bookings.services.erasure import CannotErase
from bookings.services.own_copies import CopyGone
from bookings.services.refusals import Refusal, TooMany
from bookings.views.rights_words import consent_cards
from clinic.addresses import client_address
from clinic.models import User
from clinic.retention import ANSWER_WITHIN
from clinic.services.audit import Reader
from clinic.views.errors import too_many
from patients.models import Consent, ErasureRequest, Patient
from patients.queries.exports import find_open_export
from patients.queries.guardians import may_be_guardians
from patients.queries.health_forms import list_patients_for
from patients.services.consents import withdraw_consent
from patients.views.mounts import account_mount, open_form


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the one person of an account, or let somebody choose among several."""
    patients = list_patients_for(_user(request))
    if len(patients) == 1:
        return redirect("rights:person", patients[0].pk)
    return render(request, "rights/people.html", {"patients": patients})


@never_cache
@require_safe
def person(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Show what somebody can ask about the data of an account's own patient."""
    return _page(request, _patient(request, patient_id), timezone.now())


@never_cache
@require_POST
def ask_copy(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Have a copy made, and show its password, this once."""
    patient, now = _patient(request, patient_id), timezone.now()
    try:
        _row, password = own_copies.ask_for_copy(
            patient=patient,
            by=_user(request),
            language=get_language() or "en",
            leaves_out_private=_is_guardian(request, patient_id, now),
            now=now,
        )
    except TooMany as refusal:
        return too_many(request, until=refusal.until or now, now=now, words=str(refusal))
    return _page(request, patient, now, password=password)


@never_cache
@require_POST
def fetch_copy(request: HttpRequest, patient_id: UUID) -> HttpResponseBase:
    """Give out the file, once."""
    patient, now = _patient(request, patient_id), timezone.now()
    try:
        pieces = own_copies.take_copy(
            patient=patient,
            reader=Reader(_user(request), client_address(request)),
            leaves_out_private=_is_guardian(request, patient_id, now),
            now=now,
        )
    except CopyGone as refusal:
        return _refused(request, patient, refusal)
    return StreamingHttpResponse(
        pieces,
        content_type="application/zip",
        headers={"Content-Disposition": 'attachment; filename="my-data.zip"'},
    )


@require_POST
def drop_copy(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Destroy a file that nobody wants any more, or whose password was lost."""
    patient = _patient(request, patient_id)
    row = find_open_export(patient.pk)
    if row is not None:
        own_copies.end_copy(export_id=row.pk, now=timezone.now())
    messages.success(request, _("The file is deleted."))
    return redirect("rights:person", patient.pk)


@require_POST
def withdraw(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Take back what was agreed to, for one purpose."""
    opened = open_form(account_mount(request, patient_id), timezone.now())
    purpose = request.POST.get("purpose", "")
    if purpose not in Consent.Purpose.values:
        raise Http404
    withdraw_consent(
        patient=opened.mount.patient,
        purpose=Consent.Purpose(purpose),
        writer=opened.writer,
        reference_date=opened.today,
        now=opened.now,
    )
    messages.success(request, _("Taken back. It holds from now on."))
    return redirect("rights:person", patient_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Say what would go and what law keeps until when; and erase, or ask the clinic to."""
    patient, now = _patient(request, patient_id), timezone.now()
    form = EraseForm(request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _erase_page(request, patient, form, now)
    try:
        asked = erasure_requests.ask_for_erasure(patient=patient, by=_user(request), now=now)
    except CannotErase as refusal:
        return _erase_page(request, patient, form, now, reasons=refusal.reasons)
    if asked is not None:
        messages.success(request, _("We have your request. We answer within 30 days."))
        return redirect("rights:person", patient.pk)
    if User.objects.filter(pk=_user(request).pk, is_active=True).exists():
        messages.success(request, _("Everything about this person is erased."))
        return redirect("rights:home")
    logout(request)
    return render(request, "rights/erased.html")


@require_POST
def keep(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Take back a request to be erased."""
    patient = _patient(request, patient_id)
    erasure_requests.take_back_request(patient=patient, by=_user(request), now=timezone.now())
    messages.success(request, _("Your request is taken back. Nothing is erased."))
    return redirect("rights:person", patient.pk)


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _patient(request: HttpRequest, patient_id: UUID) -> Patient:
    """Return an account's own patient, or 404."""
    return account_mount(request, patient_id).patient


def _is_guardian(request: HttpRequest, patient_id: UUID, now: datetime) -> bool:
    opened = open_form(account_mount(request, patient_id), now)
    return not opened.respondent.sees_private


def _page(
    request: HttpRequest, patient: Patient, now: datetime, *, password: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    asked = ErasureRequest.objects.filter(patient=patient).order_by("-asked_at", "-pk").first()
    copy = find_open_export(patient.pk)
    context: dict[str, Any] = {
        "patient": patient,
        "has_several": len(list_patients_for(_user(request))) > 1,
        "copy": copy,
        "is_ready": bool(copy and copy.expires_at and copy.expires_at > now),
        "password": password,
        "consents": consent_cards(patient.pk),
        "asked": asked,
        "answer_by": asked.asked_at + ANSWER_WITHIN if asked else None,
        "zone": patient.zone or account_mount(request, patient.pk).clinic_zone.key,
    }
    return render(request, "rights/person.html", context, status=status)


def _refused(request: HttpRequest, patient: Patient, refusal: Refusal) -> HttpResponse:
    messages.error(request, str(refusal))
    return redirect("rights:person", patient.pk)


def _erase_page(
    request: HttpRequest, patient: Patient, form: EraseForm, now: datetime, *, reasons: tuple[str, ...] = ()
) -> HttpResponse:
    ids, guarded = list_ids_of_person(patient.pk), may_be_guardians(patient)
    context = {
        "patient": patient,
        "form": form,
        "kept": find_kept(ids, today=now.date()),
        "is_asked_first": guarded,
        "reasons": reasons or list_obstacles_to_erasure(ids, now=now, tells_urgent=not guarded),
    }
    bad = form.is_bound and (reasons or not form.is_valid())
    status = HTTPStatus.CONFLICT if reasons else HTTPStatus.UNPROCESSABLE_ENTITY if bad else HTTPStatus.OK
    return render(request, "rights/erase.html", context, status=status)
