"""What every page shows: the clinic, its licences, the language switch."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from clinic import signed_in
from clinic.access.fresh import is_clinical
from clinic.queries import places

THEME_COOKIE = "__Host-nuan-theme" if settings.OVER_HTTPS else "nuan-theme"
THEMES = ("light", "dark")


class SessionFacts:
    """What a page shows of the session it belongs to. Asks nothing that the request has not asked already."""

    def __init__(self, request: HttpRequest, now: datetime) -> None:
        """Remember the request; `now` is aware UTC."""
        self._request, self._now = request, now

    @property
    def is_clinical(self) -> bool:
        """Whether the page shows staff health data, and is covered when it is left alone."""
        match = getattr(self._request, "resolver_match", None)
        sign_in = getattr(self._request, "sign_in", None)
        return bool(match and sign_in and is_clinical(match.view_name, match.namespace))

    @property
    def lock_seconds(self) -> int:
        """After how many idle seconds it is covered."""
        return int(settings.CLINICAL_LOCK.total_seconds())

    @property
    def may_switch(self) -> bool:
        """Whether people change places on this computer by passkey."""
        sign_in = getattr(self._request, "sign_in", None)
        return bool(sign_in and signed_in.trusted_until(self._request, sign_in, self._now))


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
        "session": SessionFacts(request, now),
    }
