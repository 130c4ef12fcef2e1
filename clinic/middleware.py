"""What happens to every request: health first, clean input, language, and access."""

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import resolve_url
from django.utils import translation

from clinic import access
from clinic.models import User
from clinic.views import health

GetResponse = Callable[[HttpRequest], HttpResponse]


class HealthFirstMiddleware:
    """Answers /healthz before anything else, so that it works for any host name and without a session."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return health.health(request)
        return self.get_response(request)


class CleanInputMiddleware:
    """Refuses NUL characters in the path or the query with a 400; Postgres cannot store them.

    Posted fields are judged by the forms, which answer beside the field.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest("This address has a character we cannot read.", content_type="text/plain")
        return self.get_response(request)


class FirstVisitLocaleMiddleware(LocaleMiddleware):
    """`/th/` is Thai and `/` is English, except on the first visit: then the browser's language decides.

    Someone who has chosen (the language cookie) or who follows a link inside a Thai page is never moved.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Activate the language of the URL, of the member of staff, or of the person's choice."""
        super().process_request(request)
        if not _is_public_page(request.path):
            language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) or translation.get_language()
            translation.activate(language if language in dict(settings.LANGUAGES) else "en")
            request.LANGUAGE_CODE = translation.get_language()  # type: ignore[attr-defined]


def _is_public_page(path: str) -> bool:
    """Whether the path belongs to the pages that have a `/th/` form."""
    return not path.startswith(("/admin/", "/desk/", "/static/", "/media/", "/demo/"))


class AccessMiddleware:
    """Applies the rule table before any view runs; what no rule names is refused."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Let the request through, send it to sign in, or refuse it.

        :raises PermissionDenied: if the signed-in person may not open this URL.
        """
        match = request.resolver_match
        rule = access.rule_for(match.view_name, match.namespace) if match else None
        if rule == access.ANYONE:
            return None  # without touching the session: public pages cost no query for it
        user = cast("User", request.user) if request.user.is_authenticated else None
        if access.allows(rule, user):
            return None
        if user is None and rule is not None:
            sign_in = "account_login" if rule != access.SIGNED_IN else settings.LOGIN_URL
            return redirect_to_login(request.get_full_path(), resolve_url(sign_in))
        raise PermissionDenied
