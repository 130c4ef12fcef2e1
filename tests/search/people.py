"""A clinic with 200,000 patients, half of them Thai, each with a visit: invented, the same for every run."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from uuid import UUID

from django.db import connection
from django.utils import timezone

from bookings.demo.names import FIRST, LAST, THAI_FIRST, THAI_LAST
from bookings.models.visits import REFERENCE_LETTERS
from patients.models import Patient
from tests.calendars import Calendar, make_calendar

SEED = 20261125
SYLLABLES = [
    "กมล",
    "ชัย",
    "พร",
    "ทิพย์",
    "วรรณ",
    "รัตน์",
    "ศรี",
    "สุข",
    "ธนา",
    "วิทย์",
    "นภา",
    "จันทร์",
    "ปรีชา",
    "อนันต์",
    "เกษม",
    "ลักษณ์",
    "ดา",
    "นี",
    "ยา",
    "พงษ์",
]
ENDINGS = [
    "a",
    "an",
    "en",
    "ia",
    "el",
    "ette",
    "ina",
    "o",
    "y",
    "son",
    "ton",
    "ley",
    "field",
    "ward",
    "mann",
    "ova",
    "ski",
    "ez",
    "ing",
]

_COLUMNS = [
    "id",
    "name",
    "birth_date",
    "email",
    "phone",
    "booked_for",
    "contact_name",
    "language",
    "zone",
    "is_demo",
    "created_at",
]

_VISIT = (
    "id, reference, status, visit_type_id, site_id, practitioner_id, patient_id, mode, starts_at, ends_at,"
    " patient_zone, any_practitioner, been_before, spoken_language, hold_extensions, sequence, cancelled_by,"
    " is_demo, created_at, changed_at"
)


def build(count: int) -> None:
    """Fill an empty database with `count` patients and as many visits."""
    calendar = make_calendar()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; ALTER TABLE bookings_appointment DISABLE TRIGGER USER")
        with cursor.copy(f"COPY patients_patient ({', '.join(_COLUMNS)}) FROM STDIN") as copy:
            for row in invent(count):
                copy.write_row(row)
        cursor.execute("SELECT id FROM patients_patient ORDER BY id")
        ids = [row[0] for row in cursor.fetchall()]
        with cursor.copy(f"COPY bookings_appointment ({_VISIT}) FROM STDIN") as copy:
            for row in visits_of(ids, calendar):
                copy.write_row(row)
        cursor.execute("ALTER TABLE bookings_appointment ENABLE TRIGGER USER")
        cursor.execute("VACUUM ANALYZE")


def visits_of(ids: list[UUID], calendar: Calendar) -> Iterator[tuple[object, ...]]:
    """Yield one visit for each patient, one in ten still ahead, five minutes apart."""
    dice, now = Random(SEED), timezone.now()
    kind, site, doctor = calendar.visit_type.pk, calendar.site.pk, calendar.practitioners[0].pk
    for number, patient in enumerate(ids, start=1):
        is_ahead = number % 10 == 0
        start = now + (1 if is_ahead else -1) * number * timedelta(minutes=5)
        yield (
            *(UUID(int=dice.getrandbits(128), version=4), reference_of(number)),
            *("booked" if is_ahead else "done", kind, site, doctor, patient, "in_person"),
            *(start, start + timedelta(minutes=40), "", False, False, "", 0, 0, "", False, now, now),
        )


def reference_of(number: int) -> str:
    """Return the reference of a visit by its number; those of neighbours look nothing alike."""
    mixed = number * 7919 * 104729 % 28**7
    return "".join(REFERENCE_LETTERS[mixed // 28**place % 28] for place in range(7))


def invent(count: int) -> Iterator[tuple[object, ...]]:
    """Yield the columns of that many patients; one in fifty is a second record of the one before."""
    dice, before = Random(SEED), ("", "", "", "")
    for number in range(count):
        is_thai = number % 2 == 0
        name = _thai(dice) if is_thai else _latin(dice)
        phone = (
            f"+66{dice.choice('689')}{dice.randrange(10**8):08}"
            if is_thai
            else f"+447{dice.randrange(10**9):09}"
        )
        email = f"patient{dice.randrange(16**8):08x}@example.com"
        born = f"{dice.randint(1940, 2012)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
        if number % 50 == 49:
            name, phone, email, born = before
        before = (name, phone, email, born)
        language, zone = ("th", "Asia/Bangkok") if is_thai else ("en", "Europe/London")
        yield (
            UUID(int=dice.getrandbits(128), version=4),
            *(name, born, email, phone, "self", "", language, zone, False),
            f"2026-01-01T00:00:00.{number:06}Z",
        )


def _thai(dice: Random) -> str:
    first = dice.choice(THAI_FIRST) if dice.random() < 0.5 else "".join(dice.choices(SYLLABLES, k=2))
    last = dice.choice(THAI_LAST) if dice.random() < 0.3 else "".join(dice.choices(SYLLABLES, k=3))
    return f"{first} {last}"


def _latin(dice: Random) -> str:
    country = dice.choice(sorted(FIRST))
    first, last = dice.choice(FIRST[country]), dice.choice(LAST[country])
    if dice.random() < 0.6:
        last = last[: dice.randint(2, len(last))] + dice.choice(ENDINGS)
    if dice.random() < 0.4:
        first = first[: dice.randint(2, len(first))] + dice.choice(ENDINGS)
    return f"{first} {last}"


def draw(count: int, dice: Random) -> list[tuple[str, str, str, str]]:
    """Return the name, phone, e-mail and a visit's reference of some people of the database."""
    known = Patient.objects.order_by("pk").values_list("name", "phone", "email", "appointments__reference")
    total = Patient.objects.count()
    found = (known[dice.randrange(total)] for _ in range(count))
    return [(name, str(phone), email, reference or "") for name, phone, email, reference in found]


def is_built(count: int) -> bool:
    """Say whether the database holds these patients already."""
    return Patient.objects.count() == count
