"""What a person prefers: language and colours. Kept in cookies; staff keep their language with the user."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse, translate_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from clinic.context import THEME_COOKIE, THEMES
from clinic.languages import LANGUAGES
from clinic.services import preferences


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the language and go back to the same page in it. An unknown language changes nothing."""
    back = _next_page(request)
    language = request.POST.get("language", "")
    if language not in LANGUAGES:
        return HttpResponseRedirect(back)
    if request.user.is_authenticated:
        preferences.save_language(user=request.user, language=language)
    response = HttpResponseRedirect(translate_url(back, language))
    keep_language(response, language)
    return response


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Remember light or dark; anything else forgets the choice, and the device decides again."""
    response = HttpResponseRedirect(_next_page(request))
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        response.set_cookie(
            THEME_COOKIE,
            theme,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.OVER_HTTPS,
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    return response


def keep_language(response: HttpResponseBase, language: str) -> None:
    """Set the language cookie."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _next_page(request: HttpRequest) -> str:
    """Where to go back to: only ever a page of this site."""
    asked = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return asked
    return reverse("bookings:home")
