"""Every answer to everybody carries the headers that protect it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, RequestFactory, override_settings

from clinic import confined, context, safe_headers
from clinic.middleware import refuse_other_encodings
from clinic.models import Role
from clinic.safe_headers import PUBLIC
from clinic.views import preferences
from clinic.views.errors import rate_limited
from tests.clinic.demo_mode import demo_mode
from tests.everybody import Everybody, routes, swept
from tests.routes import Route

pytestmark = pytest.mark.django_db

YEAR = 365 * 24 * 60 * 60
HTTPS: dict[str, Any] = {
    "OVER_HTTPS": True,
    "SESSION_COOKIE_NAME": "__Host-nuan",
    "SESSION_COOKIE_SECURE": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "CSRF_COOKIE_NAME": "__Host-nuan-csrf",
    "CSRF_COOKIE_SECURE": True,
    "CSRF_COOKIE_SAMESITE": "Lax",
    "LANGUAGE_COOKIE_NAME": "__Host-nuan-language",
    "LANGUAGE_COOKIE_SECURE": True,
    "SECURE_HSTS_SECONDS": YEAR,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_HSTS_PRELOAD": True,
}
"""What the settings become where patients reach the site by https."""
EXACT = {
    "X-Content-Type-Options": r"nosniff",
    "X-Frame-Options": r"DENY",
    "Referrer-Policy": r"same-origin|strict-origin",
    "Permissions-Policy": r".*camera=\(\).*geolocation=\(\).*",
    "Cross-Origin-Opener-Policy": r"same-origin",
    "Cross-Origin-Resource-Policy": r"same-origin",
    "Strict-Transport-Security": rf"max-age={YEAR}; includeSubDomains; preload",
    "Server": r"web",
    "X-Request-ID": r"[0-9a-f]{32}",
}
MAILS = ("demo:message-html", "offering:message-as-mail")
"""A mail as it is sent, in a frame of our own page: with inline styles, and in a sandbox without scripts."""
STRICT = ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'")
LEAKS = ("Access-Control-Allow-Origin", "X-Powered-By", "Via", "SourceMap", "X-SourceMap")
FILENAME = re.compile(r'(attachment|inline); filename="[A-Za-z0-9._-]+"')
TYPES = (
    "text/html; charset=utf-8",
    "text/plain; charset=utf-8",
    "application/json",
    "text/csv; charset=utf-8",
)


def faults_of(answer: Any, name: str = "", *, framed: bool = False) -> Iterator[str]:
    """Yield what is wrong with the headers of an answer of the page with this name."""
    for header, pattern in EXACT.items():
        if not re.fullmatch(pattern, answer.get(header, "")) and not (framed and header == "X-Frame-Options"):
            yield f"{header}: {answer.get(header)}"
    policy = answer.get("Content-Security-Policy", "")
    strict = "unsafe" not in policy and all(part in policy for part in STRICT)
    boxed = "sandbox" in policy and "allow-scripts" not in policy and "default-src 'none'" in policy
    if not (boxed or strict if framed else strict):
        yield f"policy: {policy}"
    disposed = answer.get("Content-Disposition")
    if disposed and not (FILENAME.fullmatch(disposed) and "sandbox" in policy):
        yield f"file: {disposed}"
    if not answer.streaming and answer.content and not answer.get("Content-Type"):
        yield "no type"
    yield from (f"tells {leak}" for leak in LEAKS if leak in answer)
    yield from faults_of_caching(answer, name)
    yield from faults_of_cookies(answer)


def faults_of_caching(answer: Any, name: str) -> Iterator[str]:
    """Yield what a browser or proxy might keep."""
    said = answer.get("Cache-Control", "")
    public = name in PUBLIC and answer.status_code in (200, 304)
    if "no-store" not in said and not (public and said == "private, no-cache") and name != "static":
        yield f"kept: {said}"


def faults_of_cookies(answer: Any) -> Iterator[str]:
    """Yield cookies that others could read, send or set."""
    for name, cookie in answer.cookies.items():
        safe = cookie["secure"] and cookie["path"] == "/" and not cookie["domain"]
        hidden = cookie["httponly"] or cookie["max-age"] == 0  # one that is taken away
        if not (name.startswith("__Host-") and safe and hidden and cookie["samesite"] in ("Lax", "Strict")):
            yield f"cookie: {cookie.OutputString()}"


@pytest.fixture
def https(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the site be one that is reached by https."""
    monkeypatch.setattr(confined, "COOKIE", "__Host-nuan-tablet")
    for module in (context, preferences):
        monkeypatch.setattr(module, "THEME_COOKIE", "__Host-nuan-theme")
    with override_settings(**HTTPS):
        yield


@pytest.fixture
def everybody(https: None, tmp_path: Path) -> Iterator[Everybody]:
    """Everybody, in demo mode: then every address exists."""
    with demo_mode(tmp_path, PHOTOS_ROOT=tmp_path / "photos"):
        yield Everybody()


def walk(everybody: Everybody, who: str, faults: Callable[..., Iterator[str]]) -> tuple[list[str], set[int]]:
    """Return what is wrong on somebody's way through every address, and how they were answered."""
    wrong, statuses = [], set()
    client = everybody.browsers[who]
    for route in routes():
        if route.namespace == "admin" and who != Role.OWNER:
            continue
        answer: Any = client.get(everybody.path_of(route), secure=True)
        framed = route.name in MAILS
        wrong += [f"{route.name}: {one}" for one in faults(answer, route.name, framed=framed)]
        statuses.add(answer.status_code)
    return wrong, statuses


@pytest.mark.parametrize("who", swept("stranger", Role.CLINICIAN, Role.OWNER))
def test_every_answer_to_everybody_is_protected(everybody: Everybody, who: str) -> None:
    wrong, statuses = walk(everybody, who, faults_of)

    assert wrong == []
    assert statuses >= {200, 302, 404, 405}


def test_the_walk_sees_what_is_missing(everybody: Everybody, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = [name for name in settings.MIDDLEWARE if "SafeHeaders" not in name]
    with override_settings(MIDDLEWARE=bare):
        everybody.browsers["patient"] = Client(raise_request_exception=False)
        wrong, _ = walk(everybody, "patient", faults_of)

    assert any(one.startswith("bookings:home: Permissions-Policy") for one in wrong)
    assert any("kept" in one for one in wrong)


NEVER_CHANGED = {"if-modified-since": "Fri, 31 Dec 2032 00:00:00 GMT"}
STRANGE: dict[str, tuple[int, Callable[[Client], Any]]] = {
    "not modified": (304, lambda client: client.get("/static/clinic/app.css", headers=NEVER_CHANGED)),
    "static file": (200, lambda client: client.get("/static/clinic/app.css", secure=True)),
    "no such file": (404, lambda client: client.get("/static/clinic/nothing.css", secure=True)),
    "health": (200, lambda client: client.get("/healthz", secure=True)),
    "other host": (400, lambda client: client.get("/", secure=True, headers={"host": "evil.example"})),
    "nul": (400, lambda client: client.get("/visit/%00/", secure=True)),
    "no token": (403, lambda client: client.post("/theme/", secure=True)),
    "nowhere": (404, lambda client: client.get("/.git/config", secure=True)),
    "media": (404, lambda client: client.get("/media/practitioners/a.jpg", secure=True)),
    "trace": (405, lambda client: client.trace("/", secure=True)),
    "nonsense": (405, lambda client: client.generic("BREW", "/", secure=True)),
    "too much": (400, lambda client: client.post("/book/details/", {"name": "a" * 2_000_000}, secure=True)),
    "too many": (
        400,
        lambda client: client.post("/book/", dict.fromkeys(map(str, range(600)), ""), secure=True),
    ),
    "no slash": (301, lambda client: client.get("/desk", secure=True)),
}


@pytest.mark.parametrize("what", STRANGE)
def test_every_strange_answer_is_protected(https: None, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clinic.queries.jobs.get_worker_state", lambda: "ok")
    status, ask = STRANGE[what]

    answer = ask(Client(enforce_csrf_checks=status == 403, raise_request_exception=False))

    kept = "static" if status in (200, 304) and what != "health" else ""
    assert answer.status_code == status
    assert list(faults_of(answer, kept)) == []


@pytest.mark.parametrize(("kind", "status"), [("Broken", 500), ("BrokenDatabase", 503)])
def test_every_fault_is_protected(https: None, kind: str, status: int) -> None:
    with override_settings(MIDDLEWARE=[*settings.MIDDLEWARE, f"tests.test_log_canaries.{kind}"]):
        answer = Client(raise_request_exception=False).get("/", secure=True)

    assert (answer.status_code, list(faults_of(answer))) == (status, [])


def test_too_often_is_protected(everybody: Everybody) -> None:
    with override_settings(LIMIT_HOLDS_PER_ADDRESS=0):
        answers = [
            everybody.browsers["stranger"].post(everybody.path_of(route), secure=True) for route in routes()
        ]
        answers = [answer for answer in answers if answer.status_code == 429]
    made = safe_headers.SafeHeadersMiddleware(rate_limited)(RequestFactory().get("/", secure=True))
    made.headers["X-Request-ID"] = "0" * 32
    assert [list(faults_of(answer)) for answer in [*answers, made]] == [[] for _ in [*answers, made]]


def test_an_answer_before_django_is_protected(https: None) -> None:
    said: list[Any] = []

    refuse_other_encodings(lambda *_: [])(
        {"CONTENT_TYPE": "text/plain; charset=zlib"},
        lambda *given: said.append(given),  # type: ignore[arg-type]
    )

    (status, headers), carried = said[0], dict(said[0][1])
    assert status == "400 Bad Request"
    assert {name for name in EXACT if name not in carried} == {"X-Request-ID"}
    assert "sandbox" in carried["Content-Security-Policy"]
    assert headers


@pytest.mark.parametrize("who", ["patient", Role.OWNER])
def test_signing_out_empties_what_the_browser_kept(everybody: Everybody, who: str) -> None:
    client = everybody.browsers[who]
    answer = client.post("/account/logout/", secure=True)

    assert answer.get("Clear-Site-Data") == '"cache", "storage"'
    assert "Clear-Site-Data" not in client.get("/", secure=True)


def test_a_public_page_may_be_gone_back_to_but_by_nobody_who_is_signed_in(everybody: Everybody) -> None:
    stranger = Client().get("/", secure=True)
    patient = everybody.browsers["patient"].get("/", secure=True)

    assert (stranger["Cache-Control"], patient["Cache-Control"]) == ("private, no-cache", "private, no-store")


def test_over_https_the_settings_are_those() -> None:
    script = "import django, json; django.setup(); from django.conf import settings"
    script += "; from tests.test_headers import asked; print(json.dumps(asked(settings)))"
    environment = os.environ | {"NUAN_BASE_URL": "https://clinic.example", "SECRET_KEY": "x" * 60}
    environment |= {"NUAN_KEYS": f"a:{'A' * 43}=", "DJANGO_SETTINGS_MODULE": "clinic.settings"}

    told = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=True)

    assert json.loads(told.stdout) == HTTPS | {"tablet": "__Host-nuan-tablet", "theme": "__Host-nuan-theme"}


def asked(real: Any) -> dict[str, Any]:
    """Return what the settings really are."""
    return {name: getattr(real, name) for name in HTTPS} | {
        "tablet": confined.COOKIE,
        "theme": context.THEME_COOKIE,
    }


def test_no_public_page_is_one_that_names_a_row() -> None:
    known = {route.name: route for route in routes()}

    assert [name for name in PUBLIC if name in known and known[name].names] == []
    assert isinstance(known["bookings:home"], Route)
