"""A browser that was handed to a patient: a cookie of its own keeps it on one form until it is given back.

It is no sign-in. `clinic.middleware.AccessMiddleware` leads a browser that holds it away from every other
page; what it opens, and for how long, is asked of the database each time.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "__Host-nuan-tablet" if settings.OVER_HTTPS else "nuan-tablet"


def is_confined(request: HttpRequest) -> bool:
    """Say whether a browser was handed to a patient."""
    return bool(request.COOKIES.get(COOKIE))


def secret_of(request: HttpRequest) -> str:
    """Return what a confined browser proves itself by, "" for any other."""
    return request.COOKIES.get(COOKIE, "")


def confine(response: HttpResponse, secret: str) -> None:
    """Confine the browser that gets this answer, until it is set free or closed."""
    response.set_cookie(COOKIE, secret, secure=settings.OVER_HTTPS, httponly=True, samesite="Lax")


def set_free(response: HttpResponse) -> None:
    """Let the browser that gets this answer go anywhere again."""
    response.delete_cookie(COOKIE, samesite="Lax")
