"""What people see when something goes wrong: kind, in both languages, with a phone number."""

import sys
from datetime import datetime, timedelta
from math import ceil

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone

from clinic.queries.places import last_known
from clinic.sealing import Unreadable
from clinic.services.limits import LimitReached


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403: this person may not open this page."""
    return render(request, "403.html", status=403)


def forbidden_by_csrf(request: HttpRequest, **_: object) -> HttpResponse:
    """Answer 403 to a form without its secret: cookies are off, or the page is old."""
    return render(request, "403_csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404."""
    return render(request, "404.html", status=404)


def too_many(request: HttpRequest, *, until: datetime, now: datetime, words: str = "") -> HttpResponse:
    """Answer 429 with Retry-After. `words` is the refusal's own sentence; both instants are aware UTC."""
    seconds = max(1, ceil((until - now) / timedelta(seconds=1)))
    context = {"words": words, "until": until, "minutes": max(1, ceil(seconds / 60))}
    response = render(request, "429.html", context, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


def too_often(request: HttpRequest, reached: LimitReached) -> HttpResponse:
    """Answer 429 until the window of a limit ends."""
    return too_many(request, until=reached.until, now=timezone.now())


def rate_limited(request: HttpRequest) -> HttpResponse:
    """Answer 429 for django-allauth, whose limits on signing in are by the minute."""
    now = timezone.now()
    return too_many(request, until=now + timedelta(minutes=1), now=now)


def server_error(_request: HttpRequest) -> HttpResponse:
    """Answer 500, or 503 when it was the database that could not: busy, restarting or out of connections.

    What is sealed and does not open is a 503 too, in words of its own: damaged, or the key is missing.

    The pages need no database, session or user: they may be what broke. Django calls this while the
    exception is being handled, so it can be seen here, whichever layer it came from.
    """
    known = {OperationalError: "503.html", Unreadable: "sealed.html"}
    page = next((page for kind, page in known.items() if isinstance(sys.exc_info()[1], kind)), None)
    if page:
        html = render_to_string(page, {"LANGUAGE_CODE": "en", "phone": last_known.phone})
        return HttpResponse(html, status=503, headers={"Cache-Control": "no-store", "Retry-After": "10"})
    html = render_to_string("500.html", {"LANGUAGE_CODE": "en", "phone": last_known.phone})
    return HttpResponse(html, status=500, headers={"Cache-Control": "no-store"})
