"""One request after the other, each spoiled somewhere, from one seed."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from tests.fuzz.pages import Form
from tests.fuzz.values import FILES, nasty, to_bytes
from tests.fuzz.visitors import Visitor
from tests.routes import Route

URLENCODED = "application/x-www-form-urlencoded"
BOUNDARY = "=-nuan-="
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE")
CONTENT_TYPES = ("application/json", "text/xml", "text/plain; charset=utf-7", "", "multipart/form-data")
OTHER_FIELDS = (
    "id",
    "pk",
    "patient",
    "account",
    "roles",
    "is_active",
    "status",
    "reference",
    "next",
    "key",
    "seen",
)


@dataclass(frozen=True)
class Asked:
    """One request, ready to be sent; `what` names what was tried."""

    what: str
    method: str
    path: str
    query: str = ""
    body: bytes = b""
    content_type: str = URLENCODED
    headers: dict[str, str] = field(default_factory=dict)

    def send(self, visitor: Visitor) -> Any:
        """Send it from somebody's browser, and return the answer."""
        return visitor.client.generic(
            self.method,
            self.path,
            self.body,
            self.content_type,
            QUERY_STRING=self.query,
            headers=self.headers,
        )


def draw(dice: random.Random, visitor: Visitor, others: Sequence[Visitor], routes: Sequence[Route]) -> Asked:
    """Return the next request of `visitor`; now and then with what somebody else was shown."""
    source = dice.choice(others) if dice.random() < 0.15 else visitor
    ways: list[tuple[float, Callable[[], Asked]]] = [
        (0.60, lambda: _fill_in(dice, source)),
        (0.82, lambda: _open(dice, source)),
        (0.94, lambda: _guess(dice, source, routes)),
        (1.00, lambda: _shout(dice, source)),
    ]
    lot = dice.random()
    return next(way for limit, way in ways if lot <= limit)()


def _fill_in(dice: random.Random, source: Visitor) -> Asked:
    form: Form = dice.choice(source.forms[dice.choice(sorted(source.forms))])
    fields = [*form.fields]
    for place in range(len(fields)):
        if dice.random() < 0.3 and fields[place][0] != "csrfmiddlewaretoken":
            fields[place] = fields[place][0], nasty(dice)
    if dice.random() < 0.2 and fields:
        fields.append((dice.choice(fields)[0], nasty(dice)))  # the same field twice
    if dice.random() < 0.15 and fields:
        fields.pop(dice.randrange(len(fields)))
    if dice.random() < 0.15:
        fields.append((dice.choice(OTHER_FIELDS), nasty(dice)))
    parts = urlsplit(form.action)
    headers = _headers(dice)
    if form.method == "GET":
        return Asked("form", "GET", parts.path, _encode(fields)[:60_000], headers=headers)
    if form.files:
        body = _multipart(fields, [(name, *dice.choice([*FILES.items()])) for name in form.files])
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        return Asked("upload", "POST", parts.path, parts.query, body, kind, headers)
    return Asked("form", "POST", parts.path, parts.query, _encode(fields).encode(), headers=headers)


def _open(dice: random.Random, source: Visitor) -> Asked:
    parts = urlsplit(dice.choice(source.addresses[dice.choice(sorted(source.addresses))]))
    asked = parse_qsl(parts.query) or [("page", "1"), ("date", "2026-12-01"), ("q", "a")]
    asked = [(name, nasty(dice) if dice.random() < 0.6 else value) for name, value in asked]
    if dice.random() < 0.3:
        asked.append((dice.choice(asked)[0], nasty(dice)))
    return Asked("page", "GET", parts.path, _encode(asked)[:8_000], headers=_headers(dice))


def _guess(dice: random.Random, source: Visitor, routes: Sequence[Route]) -> Asked:
    route = dice.choice(routes)
    seen = [part for paths in source.addresses.values() for path in paths for part in path.split("/") if part]
    parts = {name: dice.choice(seen) if dice.random() < 0.7 else nasty(dice)[:300] for name in route.names}
    places = {name: quote(to_bytes(part).decode("utf-8", "replace") or "x") for name, part in parts.items()}
    method = dice.choice(METHODS)
    body = _encode([(dice.choice(OTHER_FIELDS), nasty(dice)) for _field in range(dice.randrange(4))])
    return Asked("guess", method, route.path.format(**places), "", body.encode(), headers=_headers(dice))


def _shout(dice: random.Random, source: Visitor) -> Asked:
    """Return what no form sends: other types of content, broken bodies, long and odd headers."""
    path = urlsplit(dice.choice(source.addresses[dice.choice(sorted(source.addresses))])).path
    odd = nasty(dice).encode("ascii", "ignore").decode().translate({10: None, 13: None, 0: None})[:4_000]
    names = ("Cookie", "User-Agent", "Referer", "X-Forwarded-For", "X-Forwarded-Proto", "Accept-Language")
    headers = {dice.choice([*names, "Range", "If-None-Match", "If-Modified-Since"]): odd}
    body = dice.choice([b"", b"{", b"\xff\xfe", b"[" * 5_000, b"--x\r\n", b"a=%zz&=&&&b", b"a" * 200_000])
    return Asked("shout", dice.choice(METHODS), path, odd[:500], body, dice.choice(CONTENT_TYPES), headers)


def _headers(dice: random.Random) -> dict[str, str]:
    """Return the headers that our own scripts send, for some requests."""
    headers = {}
    if dice.random() < 0.3:
        headers["HX-Request"] = "true"
        headers["HX-Target"] = dice.choice(["sheet-body", "panel", "x" * 200])
    if dice.random() < 0.1:
        headers["X-Nuan-Poll"] = "1"
    if dice.random() < 0.2:
        headers["Accept-Language"] = dice.choice(["th", "xx", "en-GB,th;q=0.9", "*;q=abc", "t" * 300])
    return headers


def _encode(fields: Sequence[tuple[str, str]]) -> str:
    return urlencode([(name, to_bytes(value)) for name, value in fields])


def _multipart(fields: Sequence[tuple[str, str]], files: Sequence[tuple[str, str, bytes]]) -> bytes:
    lines = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + to_bytes(value)
        for name, value in fields
    ]
    for name, filename, content in files:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
        lines.append(head.encode() + b"Content-Type: image/jpeg\r\n\r\n" + content)
    return b"\r\n".join([*lines, f"--{BOUNDARY}--\r\n".encode()])
