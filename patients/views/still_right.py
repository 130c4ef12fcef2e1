"""A form that was sent a while ago: asking whether everything is still right, and hearing that it is."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from patients.services.refusals import ChangedElsewhere, FormRefusal
from patients.services.submission import confirm_form
from patients.views.check import show_check
from patients.views.mounts import Mount, account_mount, open_form
from patients.views.saving import seen_revision


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
    try:
        confirm_form(
            patient=mount.patient,
            seen_revision=seen_revision(request.POST),
            writer=opened.writer,
            reference_date=opened.today,
            now=opened.now,
        )
    except ChangedElsewhere:
        words = _("Your answers have changed since you opened this page. Check them once more, then send.")
        return show_check(request, opened, refusal=words, status=409)
    except FormRefusal as refusal:
        return show_check(request, opened, refusal=str(refusal), status=422)
    return redirect(mount.url("form-sent"))
