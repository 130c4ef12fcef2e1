"""A form that was sent a while ago: asking whether everything is still right, and hearing that it is."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from patients.services.submission import confirm_form
from patients.views.check import send_with
from patients.views.mounts import Mount, account_mount, open_form


@never_cache
@require_POST
def still_right(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Send the form of an account's own patient once more as it is."""
    return serve_still_right(request, account_mount(request, patient_id))


def serve_still_right(request: HttpRequest, mount: Mount) -> HttpResponse:
    """Send a form once more as it is, wherever it is filled in, or show the answers and why it cannot be."""
    opened = open_form(mount, timezone.now())
    if not opened.state.has_consent:
        return redirect(mount.url("health-form"))
    return send_with(confirm_form, request, opened)
