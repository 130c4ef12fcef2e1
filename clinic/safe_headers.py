"""The headers that every answer carries, whoever made it: pages, files, refusals and faults alike.

What a view or another middleware said by itself stays, unless a browser could keep or run what it got.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
PUBLIC = frozenset(
    {
        "bookings:home",
        "clinic:why-sensitive-skin",
        "clinic:evidence",
        "clinic:privacy",
        "notices:robots",
        "notices:security-contact",
    }
)
"""Pages that say the same to everybody who is not signed in. Of all others no copy is kept anywhere."""

NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
"""The policy of what is no page: a browser that opens it by itself runs and loads nothing."""

_DEVICES = ("camera", "microphone", "geolocation", "payment", "usb", "serial", "hid", "midi")
_MORE = (
    "accelerometer",
    "gyroscope",
    "magnetometer",
    "display-capture",
    "screen-wake-lock",
    "browsing-topics",
)
PERMISSIONS = ", ".join(f"{name}=()" for name in (*_DEVICES, *_MORE))
FORGET = '"cache", "storage"'


class SafeHeadersMiddleware:
    """Completes the headers of every answer, and refuses methods that no page knows, such as TRACE."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with all of them."""
        known = request.method in METHODS
        response = self.get_response(request) if known else HttpResponseNotAllowed(METHODS)
        is_page = response.get("Content-Type", "").startswith("text/html")
        for name, value in fixed_headers(is_page=is_page).items():
            response.headers.setdefault(name, value)
        if not is_page:
            response.headers["Content-Security-Policy"] = NOTHING
        _keep_no_copy(request, response)
        return response


def fixed_headers(*, is_page: bool) -> dict[str, str]:
    """Return what an answer carries whatever it is about."""
    headers = {
        "Content-Security-Policy": page_policy() if is_page else NOTHING,
        "X-Content-Type-Options": "nosniff",
        "Server": "web",  # else the server names itself
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
        "Permissions-Policy": PERMISSIONS,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if settings.SECURE_HSTS_SECONDS:
        strict = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains; preload"
        headers["Strict-Transport-Security"] = strict
    return headers


def page_policy() -> str:
    """Return the policy of the site's pages."""
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())


def _keep_no_copy(request: HttpRequest, response: HttpResponse) -> None:
    """Let no browser and no proxy keep what is about somebody; a redirect may be, too."""
    match = request.resolver_match
    name = match.view_name if match else None
    if name == "account_logout" and response.status_code == HTTPStatus.FOUND:
        response.headers["Clear-Site-Data"] = FORGET
    if request.path.startswith(settings.STATIC_URL) and response.status_code in _KEPT:
        return
    if (
        name in PUBLIC
        and response.status_code in _KEPT
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
    ):
        response.headers.setdefault("Cache-Control", "private, no-cache")
    elif "no-store" not in response.get("Cache-Control", ""):
        response.headers["Cache-Control"] = "private, no-store"


_KEPT = (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED)
