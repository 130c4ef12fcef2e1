"""Pages to read: why sensitive skin needs care, how we rate evidence, privacy; and where sign-in leads."""

from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from clinic.catalogue_data import get_article
from clinic.models import User
from clinic.views.preferences import keep_language


@require_safe
@gzip_page
def why_sensitive_skin(request: HttpRequest) -> HttpResponse:
    """Show why strong lasers, dermabrasion and peels carry more risk on atopic skin."""
    return _article(request, "clinic/why_sensitive_skin.html", "sensitive_skin")


@require_safe
@gzip_page
def evidence(request: HttpRequest) -> HttpResponse:
    """Show how evidence is rated, what authorities say, and the sources."""
    return _article(request, "clinic/evidence.html", "evidence_page")


@require_safe
@gzip_page
def privacy(request: HttpRequest) -> HttpResponse:
    """Show the privacy notice."""
    return _article(request, "clinic/privacy.html", "privacy")


@require_safe
def after_sign_in(request: HttpRequest) -> HttpResponse:
    """Send staff to the day board, in the language kept with their user, and patients to their visits."""
    user = cast("User", request.user)
    if not user.is_staff:
        return redirect("bookings:my-visits")
    response = redirect("board:day")
    keep_language(response, user.language)
    return response


def _article(request: HttpRequest, template: str, name: str) -> HttpResponse:
    article = get_article(name, get_language() or settings.LANGUAGE_CODE)
    return render(request, template, {"article": article})
