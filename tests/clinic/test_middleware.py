"""What reaches the pages: broken addresses, headers and cookies must not break them."""

from typing import Any

import pytest
from django.test import Client

from clinic.middleware import refuse_other_encodings

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("referrer", ["http://[", "http://[::1/x", "//[x", "\x00", "http://testserver:nan/"])
def test_referrer_that_is_no_address_is_ignored(referrer: str) -> None:
    for path in ("/", "/privacy/"):
        assert Client().get(path, headers={"referer": referrer}).status_code == 200


@pytest.mark.parametrize("name", ["nuan", "nuan-csrf", "nuan-language", "nuan-theme", "messages"])
def test_cookie_with_nul_is_ignored(name: str) -> None:
    answer = Client().get("/book/details/", headers={"cookie": f'{name}="abcdefghij\\000klm"'})

    assert answer.status_code == 302


@pytest.mark.parametrize(
    "options",
    [
        *(f"charset={name}" for name in ("zlib", "idna", "punycode", "undefined", "utf-16", "no-such-thing")),
        "charset*=bogus'x'%41",
        "charset*=utf-8'x'%00",
    ],
)
def test_text_that_is_not_utf8_never_reaches_django(options: str) -> None:
    assert answer_to(f"text/plain; {options}") == "400 Bad Request"


@pytest.mark.parametrize("options", ["", "; charset=utf-8", "; charset=UTF8", "; boundary=x"])
def test_utf8_is_passed_on(options: str) -> None:
    assert answer_to(f"text/plain{options}") == "200 OK"


def answer_to(content_type: str) -> str:
    """Return the status of a request, when what stands behind answers 200 to everything."""
    said: list[str] = []

    def behind(_environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return []

    def start(status: str, _headers: Any, _error: Any = None, /) -> Any:
        said.append(status)

    refuse_other_encodings(behind)({"CONTENT_TYPE": content_type}, start)
    return said[0]


@pytest.mark.parametrize("path", ["/visit/%00/", "/book/?visit=a%00", "/th/%00"])
def test_nul_in_an_address_is_refused(path: str) -> None:
    assert Client().get(path).status_code == 400
