"""C2: one form, read by a clinician or nurse; and who else is reading it."""

from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clinic.models import User
from patients.models import FormVersion
from patients.queries.health_forms import find_latest_version
from patients.queries.reviews import get_version, list_present
from patients.services.reviews import keep_reader
from patients.views.review_page import open_page, show_page


@never_cache
@require_safe
def form(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Show a form: flags and why, what changed, answers, photos, and what was or is to be decided."""
    return show_page(request, open_page(request, version_id))


@never_cache
@require_safe
def presence(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Say who else has this form open, and whether a newer version came in; the page asks every 15 s.

    It holds no health data, and it never extends the session, which is saved only when it changes.
    """
    now, user = timezone.now(), cast("User", request.user)
    try:
        version = get_version(version_id)
    except FormVersion.DoesNotExist:
        raise Http404 from None
    keep_reader(version=version, user=user, now=now)
    context = {
        "row": version,
        "newest": find_latest_version(version.patient),
        "present": list_present(version, user, now=now),
    }
    return render(request, "review/_presence.html", context)
