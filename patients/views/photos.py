"""The patient's own photos: sent, taken out, and seen."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from patients.models import Photo
from patients.queries.photos import get_photo
from patients.services.photos import remove_photo
from patients.views.form_page import show_page
from patients.views.mounts import Mount, account_mount, open_form
from patients.views.photo_cards import SLUGS, page_of, view_of
from patients.views.photo_images import stream_photo
from patients.views.photo_taking import take_photo, with_retry
from patients.views.saving import detour_of, find_page, form_of


@never_cache
@require_POST
def add(request: HttpRequest, patient_id: UUID, view: str) -> HttpResponse:
    """Take in a photo of one view of an account's own patient."""
    return serve_add(request, account_mount(request, patient_id), view)


@never_cache
@require_POST
def remove(request: HttpRequest, patient_id: UUID, photo_id: UUID) -> HttpResponse:
    """Take a photo of an account's own patient out again."""
    return serve_remove(account_mount(request, patient_id), photo_id)


@require_safe
def image(request: HttpRequest, patient_id: UUID, photo_id: UUID) -> HttpResponse:
    """Answer with a photo of an account's own patient."""
    return serve_image(account_mount(request, patient_id), photo_id)


def serve_add(request: HttpRequest, mount: Mount, view: str) -> HttpResponse:
    """Take in a photo of one view, and show its page again: with the photo, or with why it was not kept."""
    now = timezone.now()
    found = view_of(view)
    if found is None:
        raise Http404
    opened = open_form(mount, now)
    page = find_page(opened, page_of(found))
    detour = detour_of(opened, page)
    if detour is not None:
        return detour
    fault = take_photo(request, patient=mount.patient, view=found, writer=opened.writer, now=now)
    if fault is None:
        return redirect(f"{mount.url('form-page', page.slug)}?added={view}#photo-{view}")
    shown = show_page(request, opened, form_of(opened, page), fault={found: fault}, status=fault.status)
    return with_retry(shown)


def serve_remove(mount: Mount, photo_id: UUID) -> HttpResponse:
    """Take a photo out again, and show its card without it."""
    photo = _own_photo(mount, photo_id)
    if photo.by_clinic:
        raise Http404
    remove_photo(photo=photo, now=timezone.now())
    return redirect(f"{mount.url('form-page', page_of(photo.view))}#photo-{SLUGS[photo.view]}")


def serve_image(mount: Mount, photo_id: UUID) -> HttpResponse:
    """Answer with one of the patient's photos."""
    return stream_photo(_own_photo(mount, photo_id), mount.reader, timezone.now())


def _own_photo(mount: Mount, photo_id: UUID) -> Photo:
    try:
        return get_photo(photo_id, patient_id=mount.patient.pk)
    except Photo.DoesNotExist:
        raise Http404 from None
