"""Files that programs look for: whom to tell of a hole, and what a search engine may read."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

VALID_FOR = timedelta(days=180)
"""RFC 9116 (2022), 2.5.5: less than a year ahead."""

READABLE = ("/$", "/th/$", "/sensitive-skin/", "/evidence/", "/privacy/")
"""Pages for everybody, their Thai forms too. Nothing else is named: the list is no map of the site."""


@require_safe
def security_contact(request: HttpRequest) -> HttpResponse:
    """Say whom to tell of a hole, as RFC 9116 asks; 404 while nobody is named in the settings."""
    if not settings.SECURITY_CONTACT:
        return HttpResponse(status=404, content_type="text/plain; charset=utf-8")
    expires = (timezone.now() + VALID_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en, th",
        f"Canonical: {settings.BASE_URL}{request.path}",
    ]
    return _text(lines)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Let search engines read the public pages and nothing else."""
    allowed = [f"Allow: {path}" for path in READABLE]
    allowed += [f"Allow: /th{path}" for path in READABLE if not path.startswith(("/$", "/th"))]
    return _text(["User-agent: *", *allowed, "Allow: /static/", "Disallow: /"])


def _text(lines: list[str]) -> HttpResponse:
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
