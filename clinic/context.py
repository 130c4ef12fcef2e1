"""What every page shows: the clinic, its licences, the language switch."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from clinic.queries import places


def page_facts(request: HttpRequest) -> dict[str, Any]:
    """Return the facts base.html needs. Lazy: a page that does not show them asks nothing."""
    return {
        "clinic": places.PageFacts(),
        "demo_mode": settings.DEMO,
        "theme": request.COOKIES.get("nuan-theme", ""),
    }
