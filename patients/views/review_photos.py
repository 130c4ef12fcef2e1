"""Photos as clinicians and nurses see them: one large, taken at the visit, or asked for again."""

from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.models import User
from clinic.services.audit import Action, record_read
from patients.forms.photos import RetakeForm, VisitPhotoForm
from patients.models import Photo
from patients.queries.health_forms import find_latest_version
from patients.queries.photos import get_photo, list_same_view, open_retake_reason, was_sent
from patients.queries.vault import get_vault
from patients.services.drafts import Writer
from patients.services.photos import ask_for_retake
from patients.views.opened_by import reader_of
from patients.views.photo_images import stream_photo
from patients.views.photo_taking import hints_about, take_photo, with_retry
from patients.views.review_page import open_page, show_page


@require_safe
def photo(request: HttpRequest, photo_id: UUID) -> HttpResponse:
    """Answer with a photo, for staff who care for patients."""
    return stream_photo(_get_photo(photo_id), reader_of(request), timezone.now())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def photo_page(request: HttpRequest, photo_id: UUID) -> HttpResponse:
    """Show one photo as large as it is, between those of the same view; or ask the patient for a new one."""
    now, found = timezone.now(), _get_photo(photo_id)
    record_read(
        reader=reader_of(request),
        action=Action.LISTED,
        subject_type="photo",
        subject_ids=[found.pk],
        patient_ids=[found.patient_id],
        now=now,
    )
    form = RetakeForm(request.POST or None)
    may_ask = not found.by_clinic and found.removed_at is None
    if request.method == "POST" and may_ask and form.is_valid():
        ask_for_retake(photo=found, reason=form.cleaned_data["reason"], now=now)
        return redirect("review:photo-page", found.pk)
    version = find_latest_version(found.patient)
    context = {
        "photo": found,
        "patient": found.patient,
        "same": list_same_view(found),
        "hints": hints_about(found),
        "reason": open_retake_reason(found, get_vault([found.patient_id])),
        "form": form,
        "may_ask": may_ask,
        "back": reverse("review:form", args=[version.pk]) + "#photos" if version else reverse("queue:queue"),
    }
    return render(request, "review/photo.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
def add_photo(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Keep a photo that staff took at the visit, and show the form again."""
    page, now = open_page(request, version_id), timezone.now()
    form = VisitPhotoForm(request.POST)
    if not form.is_valid():
        return show_page(request, page, status=422, photo_form=form)
    writer = Writer(cast("User", request.user), by_clinic=True)
    fault = take_photo(
        request, patient=page.row.patient, view=form.cleaned_data["view"], writer=writer, now=now
    )
    if fault is None:
        return redirect(reverse("review:form", args=[version_id]) + "?added=photo#photos")
    form.add_error("photo", fault.words)
    return with_retry(show_page(request, page, status=fault.status, photo_form=form))


def _get_photo(photo_id: UUID) -> Photo:
    """Return a photo that was sent, or taken by the clinic: what a patient has not sent is theirs alone."""
    try:
        found = get_photo(photo_id)
    except Photo.DoesNotExist:
        raise Http404 from None
    if not was_sent(found):
        raise Http404
    return found
