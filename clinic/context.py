"""What every page shows: the clinic, its licences, the language switch."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from clinic.queries import places

THEME_COOKIE = "__Host-nuan-theme" if settings.OVER_HTTPS else "nuan-theme"
THEMES = ("light", "dark")


def page_facts(request: HttpRequest) -> dict[str, Any]:
    """Return the facts base.html needs. Lazy: a page that does not show them asks nothing.

    `theme` is "" when the person chose none: then their device decides. `now` is an aware UTC instant.
    """
    theme = request.COOKIES.get(THEME_COOKIE, "")
    now = timezone.now()  # noqa: TID251 (a context processor is a part of every view)
    return {
        "clinic": places.PageFacts(now),
        "demo_mode": settings.DEMO,
        "theme": theme if theme in THEMES else "",
        "now": now,
    }
