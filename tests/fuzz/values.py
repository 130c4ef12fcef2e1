"""Values that forms are not made for, and ways to spoil a form that is filled in right."""

import random
import uuid

TEXTS = [
    "",
    " ",
    "a" * 300,
    "ก" * 5_000,
    "9" * 400,
    "\x00",
    "a\x00b",
    "\u202eabc\u202c\u200b\ufeff",
    "\ud800",
    "😀👩‍👩‍👧" * 20,
    "e\u0301" * 200,
    "๐๘๑ ๒๓๔ ๕๖๗๘",
    "𝟎𝟖𝟏²³½",
    "'; DROP TABLE bookings_appointment; --",
    "\\",
    "%",
    "_%",
    "%s %(x)s {x} {0.__class__} {{ x }} {% x %} ${x}",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "a@b.c\r\nBcc: d@e.f",
    "=cmd|' /C calc'!A0",
    "//evil.example/",
    "https:evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "../../etc/passwd",
    "..%2f..%2fetc",
    "null",
    "undefined",
    "[1]",
    "{}",
    '{"a": ' * 40,
    "true",
    "on",
]

NUMBERS = [
    "0",
    "-0",
    "-1",
    "1",
    "1.5",
    "1e309",
    "NaN",
    "Infinity",
    "٣",
    "๓",
    "2147483648",
    "9223372036854775808",
]
NUMBERS += [str(2**200), "9" * 5_000, "0x10", "1_000", "+1", " 7 "]

DATES = ["0001-01-01", "9999-12-31", "2026-02-30", "2026-02-29", "2569-11-26", "๒๕๖๙-๑๑-๒๖", "26/11/2569"]
DATES += ["2026-11-26", "2026-W48", "2026-11", "11/26/2026", "-0001-01-01", "10000-01-01", "0000-00-00"]

TIMES = ["24:00", "23:59:60", "00:00", "9:5", "09.30", "9999-12-31T23:59:59Z", "0001-01-01T00:00+14:00"]
TIMES += ["2027-03-14T02:30", "2026-11-26T03:30:00.000001Z", "2026-11-26T25:00", "2026-11-26T09:00+99:99"]

WORDS = ["Asia/Bangkok", "Mars/Olympus", "localtime", "xx", "th", "en", str(uuid.UUID(int=0)), "not-a-uuid"]
WORDS += ["A" * 43, "+66 (0)81-234-5678 ext. 5", "0044 7700 900318", "a@b", "a@b.example", "ü@ü.example"]

NASTY = [*TEXTS, *NUMBERS, *DATES, *TIMES, *WORDS]

LONG = "x" * 1_000_000
"""A field as large as a whole request may be."""

HONEST = {
    "date": "2026-12-01",
    "time": "10:00",
    "datetime-local": "2026-12-01T10:00",
    "number": "3",
    "email": "hannah@example.com",
    "tel": "081 234 5678",
    "text": "Hannah",
    "search": "han",
    "textarea": "A few words.",
    "password": "correct horse battery staple",
    "checkbox": "on",
}
"""What somebody would type, by the type of a field."""

FILES = {
    "a.jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + b"\x00" * 200,
    "b.png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x06\x00\x00\x00",
    "../../c.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "d.jpg.html": b"<html><script>alert(1)</script>",
    "e.csv": "Name,Phone\r\n=1+1,081 234 5678\r\nสมหญิง,\r\n".encode(),
    "f.xlsx": b"PK\x03\x04" + b"\x00" * 100,
    "\x00\r\n.gif": b"GIF89a",
    "": b"",
}
"""Files by the names they are sent under."""


def nasty(dice: random.Random) -> str:
    """Return one value out of the list, or a large one once in a while."""
    return LONG if dice.random() < 0.001 else dice.choice(NASTY)


def to_bytes(text: str) -> bytes:
    """Return the text as a careless program sends it: lone surrogates and all."""
    return text.encode("utf-8", "surrogatepass")
