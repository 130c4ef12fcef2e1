"""Files that mean harm, or are broken: a sentence at the field, never an error page."""

import io
import zipfile

import pytest

from bookings.forms.imports import FILE_WORDS
from bookings.import_files import BadFile, read_table
from patients.models import Patient
from tests.calendars import make_calendar
from tests.imports.files import PEOPLE, xlsx_bytes
from tests.imports.pages import import_bytes, owner_in, upload

pytestmark = pytest.mark.django_db


def packed(**parts: bytes) -> bytes:
    """Return a zip file of some parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return made.getvalue()


def with_entity(workbook: bytes) -> bytes:
    """Return a workbook whose sheet names a file of the server."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(made, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename.startswith("xl/worksheets/"):
                content = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + content
            new.writestr(part, content)
    return made.getvalue()


HOSTILE = {
    "nothing": (b"", "empty"),
    "spaces": (b"  \n \n", "empty"),
    "NUL": (b"Name,Phone\nA\x00nna,1\n", "not_a_table"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x81\x8d", "not_a_table"),
    "a zip bomb": (packed(a=b"0" * 70_000_000), "too_large"),
    "a zip": (packed(a=b"hello"), "not_a_table"),
    "a cut workbook": (xlsx_bytes([["Name"], ["Anna"]])[:400], "not_a_table"),
    "an entity": (with_entity(xlsx_bytes([["Name"], ["Anna"]])), "not_a_table"),
    "too long": (b"Name\n" + b"Anna\n" * 10_000, "too_many_rows"),
    "too wide": (b"a," * 100 + b"\n1\n", "too_many_columns"),
    "a heading": (b"Name,Phone\n", "no_rows"),
    "a quote that never ends": (b'Name\n"' + b"a" * 200_000, "not_a_table"),
    "half of UTF-16": (b"\xff\xfeN\x00a", "no_rows"),
    "too large": (b"Name\n" + b"a" * 5_000_001, "too_large"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_bad_file_gets_a_sentence(kind: str) -> None:
    raw, code = HOSTILE[kind]

    page = upload(owner_in(), make_calendar(), raw, "list.xlsx")

    assert page.status_code == 422
    assert str(FILE_WORDS[code]) in page.content.decode().replace("&#x27;", "'")


def test_every_reason_has_words() -> None:
    assert {code for _raw, code in HOSTILE.values()} == set(FILE_WORDS)


def test_a_workbook_that_claims_to_be_small_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bookings.import_files.LARGEST_UNPACKED_BYTES", 10**12)  # the guard away

    with pytest.raises(BadFile, match="not_a_table"):
        read_table(HOSTILE["a zip bomb"][0])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_of_any_encoding_is_read(encoding: str) -> None:
    import_bytes(owner_in(), make_calendar(), PEOPLE.encode(encoding), "list.txt")

    assert Patient.objects.filter(name="สมหญิง ใจดี").count() == 1


def test_what_older_windows_writes_is_read() -> None:
    assert read_table("ชื่อ;โทร\nสมหญิง;081\n".encode("cp874")).rows == (("สมหญิง", "081"),)
    assert read_table("Name;Phone\nZoë Müller;081\n".encode("latin-1")).rows[0][0].startswith("Zo")


def test_a_formula_is_a_text() -> None:
    book = xlsx_bytes([["Name", "Phone"], ["=HYPERLINK(1)", "+66812345678"], ["=1+1", ""]])

    import_bytes(owner_in(), make_calendar(), book)

    assert Patient.objects.count() == 0  # nothing was worked out, and what was not has no value
