"""What happens to every request: health first, clean input, language, and access."""

import codecs
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_header_parameters
from pghistory import middleware as history

from clinic import confined, request_ids
from clinic.access import rules as access
from clinic.access.rule import Rule, allows
from clinic.access.who import ANYONE, SIGNED_IN
from clinic.log_filters import hide_keys
from clinic.safe_headers import fixed_headers
from clinic.services.limits import LimitReached
from clinic.views import health
from clinic.views.errors import too_often
from clinic.views.locks import ask_for_proof
from clinic.views.preferences import keep_language
from clinic.views.second_step import ask_for_second_factor
from clinic.views.security_signals import note_refused_page

GetResponse = Callable[[HttpRequest], HttpResponse]


def refuse_other_encodings(application: WSGIApplication) -> WSGIApplication:
    """Wrap `application` so that text which claims another encoding than UTF-8 is answered with a 400.

    Django reads a request by whatever codec its Content-Type names, before any middleware: one like
    "zlib" or "idna", that does not decode text, would be an error of ours.
    """

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if _is_utf8(environ.get("CONTENT_TYPE", "")):
            return application(environ, start_response)
        headers = {"Content-Type": "text/plain", "Cache-Control": "no-store", **fixed_headers(is_page=False)}
        start_response("400 Bad Request", list(headers.items()))
        return [b"Please send text as UTF-8."]

    return answer


def _is_utf8(content_type: str) -> bool:
    """Whether a Content-Type can be read and names no other encoding than UTF-8."""
    try:
        options = parse_header_parameters(content_type)[1]
        return codecs.lookup(options.get("charset", "utf-8")).name == "utf-8"
    except (LookupError, ValueError):
        return False


class HealthFirstMiddleware:
    """Answers /healthz before anything else, so that it works for any host name and without a session."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer /healthz; pass everything else on."""
        if request.path == "/healthz":
            return health.health(request)
        return self.get_response(request)


class CleanInputMiddleware:
    """Refuses NUL characters in the path or the query with a 400; Postgres cannot store them.

    A cookie that holds one is not ours and is ignored.

    Posted fields are judged by the forms, which answer beside the field.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse what Postgres cannot store; pass everything else on."""
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest(
                "This address has a character we cannot read.", content_type="text/plain"
            )
        for name in [name for name, value in request.COOKIES.items() if "\x00" in value]:
            del request.COOKIES[name]
        return self.get_response(request)


class FirstVisitLocaleMiddleware(LocaleMiddleware):
    """`/th/` is Thai and `/` is English, except on the first visit: then the browser's language decides.

    Someone who has chosen (the language cookie) or who follows a link inside the site is never moved.
    Crossing from a page of one language to a page of the other is a choice, and is remembered.
    """

    def process_request(  # type: ignore[override]  # Django takes a response here, its stubs do not
        self, request: HttpRequest
    ) -> HttpResponseBase | None:
        """Activate the language of the URL, else (pages without `/th/`) of the cookie or the browser."""
        super().process_request(request)
        if _is_public_page(request.path):
            return _first_visit_redirect(request)
        translation.activate(translation.get_language_from_request(request))
        request.LANGUAGE_CODE = translation.get_language()
        return None

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Name the language, say what the answer depends on, and remember a choice."""
        response = super().process_response(request, response)
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["Cookie"])  # colours and language
        if request.method == "GET" and response.status_code == HTTPStatus.OK:
            chosen = _language_just_chosen(request)
            if chosen:
                keep_language(response, chosen)
        return response


class HistoryMiddleware(history.HistoryMiddleware):
    """Notes beside each change of a row who asked for it and at which address, without the key in it."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        """Return what is noted: the database holds only the hashes of keys."""
        noted = super().get_context(request)
        return {**noted, "url": hide_keys(noted["url"]), "request": request_ids.current()}


def _is_public_page(path: str) -> bool:
    """Whether the path belongs to the pages that have a `/th/` form."""
    return not path.startswith(
        (
            "/.well-known/",
            "/robots.txt",
            "/admin/",
            "/desk/",
            "/setup/",
            "/review/",
            "/tablet/",
            "/static/",
            "/media/",
            "/demo/",
        )
    )


def _path_language(path: str) -> str:
    """Return the language of a public page, by its path."""
    return "th" if path == "/th" or path.startswith("/th/") else settings.LANGUAGE_CODE


def _came_from(request: HttpRequest) -> str | None:
    """Return the path of the page of this site that linked here, or None."""
    try:
        referrer = urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # such as "http://["
        return None
    return referrer.path if referrer.netloc and referrer.netloc == request.META.get("HTTP_HOST") else None


def _first_visit_redirect(request: HttpRequest) -> HttpResponse | None:
    """Send a first visit to `/` on to the language the browser prefers."""
    if request.path != "/" or request.method not in ("GET", "HEAD") or _came_from(request) is not None:
        return None
    if settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
        return None
    preferred = translation.get_language_from_request(request)
    if preferred == settings.LANGUAGE_CODE:
        return None
    query = request.META.get("QUERY_STRING", "")
    response = HttpResponseRedirect(
        f"/{preferred}/{'?' if query else ''}{query}", headers={"Cache-Control": "no-store"}
    )
    patch_vary_headers(response, ["Accept-Language", "Cookie", "Referer"])
    return response


def _language_just_chosen(request: HttpRequest) -> str | None:
    """Return the language of this page if the person came from a page of the other one, else None."""
    before = _came_from(request)
    if before is None or not (_is_public_page(before) and _is_public_page(request.path)):
        return None
    language = _path_language(request.path)
    return language if language != _path_language(before) else None


class AccessMiddleware:
    """Applies the rule table before any view runs; what no rule names is refused."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; `process_view` decides."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 429, with when to try again, if a limit was reached that no page has words for."""
        return too_often(request, exception) if isinstance(exception, LimitReached) else None

    def process_view(
        self,
        request: HttpRequest,
        _view: Callable[..., HttpResponse],
        _args: tuple[Any, ...],
        _kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        """Let the request through, send it to sign in, or refuse it: first the person, then the method.

        A tablet that holds a pass is led back to its form from everywhere else.

        :raises PermissionDenied: if the signed-in person may not open this URL.
        """
        match = request.resolver_match
        if confined.is_confined(request) and not (match and match.view_name in access.ON_TABLET):
            return HttpResponseRedirect(reverse("tablet:code"))
        rule = access.rule_for(match.view_name, match.namespace) if match else None
        if not (rule and rule.who == ANYONE):  # public pages do not touch the session: it costs a query
            refusal = _refuse(request, rule)
            if refusal:
                return refusal
        if rule and request.method not in rule.methods:
            return HttpResponseNotAllowed(sorted(rule.methods))
        return None


def _refuse(request: HttpRequest, rule: Rule | None) -> HttpResponse | None:
    """Return where to sign in or to prove who one is, or None for whoever may go on.

    :raises PermissionDenied: if the signed-in person may not open this URL.
    """
    user = request.user if request.user.is_authenticated else None
    if allows(rule, user):
        return ask_for_second_factor(request, rule, user) or ask_for_proof(request, user)
    if user is None and rule is not None:
        sign_in = "account_login" if rule.who != SIGNED_IN else settings.LOGIN_URL
        return redirect_to_login(request.get_full_path(), resolve_url(sign_in))
    if user is not None:
        note_refused_page(request, user)
    raise PermissionDenied
