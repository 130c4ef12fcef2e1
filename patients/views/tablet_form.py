"""The health form on the clinic's tablet: the pages of home, opened by a pass, until it is sent."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic import confined
from patients.models import TabletPass
from patients.queries.tablets import find_open_pass, is_pass_sent
from patients.services.tablets import end_pass, note_use
from patients.views.check import serve_check
from patients.views.form_page import serve_page
from patients.views.mounts import Mount, make_mount
from patients.views.photos import serve_add, serve_image, serve_remove
from patients.views.private_card import serve_keep
from patients.views.saving import serve_save
from patients.views.still_right import serve_still_right
from patients.views.tablet import leave
from patients.views.task_list import serve_list

Serve = Callable[[Mount], HttpResponse]


@never_cache
@require_safe
def health_form(request: HttpRequest, pass_id: UUID) -> HttpResponse:
    """Show where the form of a pass stands."""
    return _serve(request, pass_id, lambda mount: serve_list(request, mount))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def form_page(request: HttpRequest, pass_id: UUID, page: str) -> HttpResponse:
    """Show or take one page of the form of a pass."""
    return _serve(request, pass_id, lambda mount: serve_page(request, mount, page))


@never_cache
@require_POST
def save_page(request: HttpRequest, pass_id: UUID, page: str) -> HttpResponse:
    """Save a page while it is filled in. A script may try this again and again: it keeps nothing open."""
    return _serve(request, pass_id, lambda mount: serve_save(request, mount, page), is_use=False)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_form(request: HttpRequest, pass_id: UUID) -> HttpResponse:
    """Show all answers, and send them: then the tablet is given back."""
    return _serve(request, pass_id, lambda mount: _after_sending(request, mount, serve_check(request, mount)))


@never_cache
@require_POST
def still_right(request: HttpRequest, pass_id: UUID) -> HttpResponse:
    """Send the form of a pass once more as it is: then the tablet is given back."""
    return _serve(
        request, pass_id, lambda mount: _after_sending(request, mount, serve_still_right(request, mount))
    )


@never_cache
@require_safe
def form_sent(request: HttpRequest, pass_id: UUID) -> HttpResponse:
    """Lead to where the form stands: what happens after sending is told at home, not on a tablet."""
    return _serve(request, pass_id, lambda mount: redirect(mount.url("health-form")))


@never_cache
@require_POST
def keep_for_doctor(request: HttpRequest, pass_id: UUID) -> HttpResponse:
    """Leave the open private questions for the doctor to ask."""
    return _serve(request, pass_id, serve_keep)


@never_cache
@require_POST
def add_photo(request: HttpRequest, pass_id: UUID, view: str) -> HttpResponse:
    """Take in a photo of one view."""
    return _serve(request, pass_id, lambda mount: serve_add(request, mount, view))


@never_cache
@require_POST
def remove_photo(request: HttpRequest, pass_id: UUID, photo_id: UUID) -> HttpResponse:
    """Take a photo out again."""
    return _serve(request, pass_id, lambda mount: serve_remove(mount, photo_id))


@require_safe
def photo(request: HttpRequest, pass_id: UUID, photo_id: UUID) -> HttpResponse:
    """Answer with one of the patient's photos; a page fetches it by itself."""
    return _serve(request, pass_id, lambda mount: serve_image(mount, photo_id), is_use=False)


def _serve(request: HttpRequest, pass_id: UUID, serve: Serve, *, is_use: bool = True) -> HttpResponse:
    """Answer a browser that has opened this very pass; any other hears that the tablet is locked (410).

    The address names the pass, so that a page of the patient before never writes into the next one's form.
    """
    now = timezone.now()
    found = find_open_pass(confined.secret_of(request), now=now)
    if found is None or found.pk != pass_id:
        if request.method == "POST" and is_pass_sent(pass_id):
            return leave(request)
        return render(request, "patients/tablet/locked.html", status=410)
    if is_use:
        note_use(pass_id=pass_id, at=now)
    mount = make_mount(
        request, found.patient, user=None, namespace="tablet", arguments=(pass_id,), tablet=found
    )
    return serve(mount)


def _after_sending(request: HttpRequest, mount: Mount, response: HttpResponse) -> HttpResponse:
    """Take the tablet back if the form has just been sent."""
    if response.status_code != 302 or response["Location"] != mount.url("form-sent"):
        return response
    end_pass(pass_id=mount.arguments[0], why=TabletPass.End.SENT, now=timezone.now())
    return leave(request)
