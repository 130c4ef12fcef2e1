"""Every address of the site, read from the URLs themselves: tests that walk them forget none."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

WRITTEN_AS_EXPRESSIONS = {
    r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "password/reset/key/{uidb36}-{key}/",
    r"^confirm-email/(?P<key>[-:\w]+)/$": "confirm-email/{key}/",
    r"(?P<url>.*)$": "{url}",
}
APP_LIST = "(?P<app_label>"


@dataclass(frozen=True)
class Route:
    """One address: its name as the rule table has it, and its path as a format with the names in it."""

    name: str
    namespace: str
    path: str
    names: tuple[str, ...]


def list_routes(*, admin: bool = False) -> list[Route]:
    """Return every address, those of the admin only if asked for."""
    return [route for route in _walk(get_resolver(), "", "") if admin or route.namespace != "admin"]


def _walk(resolver: URLResolver, namespace: str, path: str) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        here = path + _format_of(str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, pattern.namespace or namespace, here)
        elif isinstance(pattern, URLPattern):
            name = f"{namespace}:{pattern.name or ''}" if namespace else str(pattern.name)
            yield Route(name, namespace, f"/{here}", tuple(re.findall(r"{(\w+)}", here)))


def _format_of(route: str) -> str:
    """Return "visit/{key}/" for "visit/<str:key>/"."""
    if APP_LIST in route:
        return "{app_label}/"
    return WRITTEN_AS_EXPRESSIONS.get(route) or re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)
