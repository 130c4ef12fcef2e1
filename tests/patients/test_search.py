"""Finding people as the desk types: what is found, in which order, and that no table is read whole."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from patients.models import Patient
from patients.queries import search
from patients.queries.search import Found, find_patients
from tests.factories import PatientFactory

pytestmark = pytest.mark.django_db

STRANGE = [
    "%",
    "%%",
    "__",
    "a%b",
    "\\\\",
    "a\\b",
    "'; DROP",
    "' OR 1=1",
    "a" * 500,
    "😀😀",
    "\x00\x00",
    "..",
    "- -",
]


def find(typed: str, **more: Any) -> Found:
    return find_patients(typed, country_codes=["66"], **more)


def names(typed: str) -> list[str]:
    return [patient.name for patient in find(typed).patients]


@pytest.fixture
def people() -> None:
    PatientFactory.create(name="Hannah Whitfield", phone="+447700900318", email="hannah.w@example.com")
    PatientFactory.create(name="James White", phone="+66891230902", email="jw@example.com")
    PatientFactory.create(name="น้ำทิพย์ ใจดี", phone="+66812345678", email="nam@example.com")
    PatientFactory.create(
        name="José Núñez", phone="+34612345678", email="jose@example.com", contact_name="Ana Gil"
    )


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("wh", ["Hannah Whitfield", "James White"]),
        ("WHIT", ["Hannah Whitfield", "James White"]),
        ("whitf", ["Hannah Whitfield"]),
        ("h whit", ["Hannah Whitfield"]),
        ("whit han", ["Hannah Whitfield"]),
        ("jose nu", ["José Núñez"]),
        ("ana gil", ["José Núñez"]),
        ("น้ำ", ["น้ำทิพย์ ใจดี"]),
        ("นำทิพย", ["น้ำทิพย์ ใจดี"]),
        ("ใจดี", ["น้ำทิพย์ ใจดี"]),
        ("+44 7700", ["Hannah Whitfield"]),
        ("089-123 0902", ["James White"]),
        ("0066 89", ["James White"]),
        ("0318", ["Hannah Whitfield"]),
        ("hannah.w@", ["Hannah Whitfield"]),
        ("NAM@example", ["น้ำทิพย์ ใจดี"]),
        ("field", ["Hannah Whitfield"]),
        ("whitfeild", ["Hannah Whitfield"]),
        ("witfield", ["Hannah Whitfield"]),
        ("ใจจดี", ["น้ำทิพย์ ใจดี"]),
        ("w", []),
        ("zz", []),
        ("xyzzy", []),
        ("0999", []),
    ],
)
@pytest.mark.usefixtures("people")
def test_people_are_found_by_what_is_typed(typed: str, found: list[str]) -> None:
    assert names(typed) == found


@pytest.mark.parametrize("typed", STRANGE)
@pytest.mark.usefixtures("people")
def test_strange_letters_find_nobody_and_break_nothing(typed: str) -> None:
    assert names(typed) == []


@pytest.mark.parametrize(("typed", "found"), [("😀😀", []), ("ann 😀", ["Ann 😀 Lee"]), ("😀", [])])
def test_a_word_of_pictures_is_not_looked_for(typed: str, found: list[str]) -> None:
    PatientFactory.create(name="Ann 😀 Lee")

    with CaptureQueriesContext(connection) as asked:
        assert names(typed) == found

    assert not any("😀" in query["sql"] for query in asked.captured_queries if "LIKE" in query["sql"])


def test_a_similar_name_is_said_to_be_only_similar() -> None:
    PatientFactory.create(name="Hannah Whitfield")

    assert find("whitfeild").is_similar
    assert not find("whit").is_similar


def test_no_similar_name_is_looked_for_where_somebody_was_found_otherwise() -> None:
    PatientFactory.create(name="Hannah Whitfield")
    other = PatientFactory.create(name="Rose Lee")

    found = find("whitfeild", also=[other.pk])

    assert [patient.name for patient in found.patients] == ["Rose Lee"]


def test_the_archive_is_not_searched() -> None:
    PatientFactory.create(name="Hannah Whitfield", archived_at=timezone.now())

    assert names("hannah") == []


def test_at_most_twenty_are_shown_and_how_many_more_is_said() -> None:
    Patient.objects.bulk_create(PatientFactory.build_batch(21, name="Ann Lee"))
    assert (len(find("ann").patients), find("ann").count, find("ann").is_many) == (20, 21, False)

    Patient.objects.bulk_create(PatientFactory.build_batch(180, name="Ann Lee"))
    assert (len(find("ann").patients), find("ann").count, find("ann").is_many) == (20, 200, True)


def explained(typed: str) -> str:
    """Return the plans of everything that is asked about patients, as Postgres makes them for the search."""
    with CaptureQueriesContext(connection) as asked:
        find(typed)
    plans = []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for query in asked.captured_queries:
            if 'FROM "patients_patient"' in query["sql"]:
                cursor.execute(f"EXPLAIN {query['sql']}".replace("%", "%%"), [])
                plans += [row[0] for row in cursor.fetchall()]
    return "\n".join(plans)


@pytest.mark.parametrize(
    "typed", ["so", "พร", "h whit", "xqzw", "089", "+66", "0318", "hannah.w", "a@b", "' OR 1=1"]
)
def test_no_search_reads_a_whole_table(typed: str) -> None:
    plans = explained(typed)

    assert "Index" in plans
    assert not re.search(r"Seq Scan on patients_patient", plans)


def test_the_look_at_plans_sees_what_has_no_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "Reverse", lambda _field, output_field: Cast("wanted_mode", CharField()))

    assert re.search(r"Seq Scan on patients_patient", explained("0318"))


def test_a_search_for_similar_names_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    PatientFactory.create(name="Hannah Whitfield")
    monkeypatch.setattr(search, "SIMILAR_MS", 50)
    slow = "SELECT pg_sleep(2)"

    def sleep(self: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(slow)

    monkeypatch.setattr(QuerySet, "__getitem__", lambda self, key: sleep(self))

    assert search._list_similar("whitfeild") == []


def test_other_faults_of_the_database_are_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_it(self: Any, key: Any) -> None:
        raise OperationalError("the server went away")

    monkeypatch.setattr(QuerySet, "__getitem__", break_it)

    with pytest.raises(OperationalError):
        search._list_similar("whitfeild")


def test_a_search_leaves_the_connection_as_it_was() -> None:
    find("whitfeild")

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('enable_seqscan'), current_setting('statement_timeout')")
        assert cursor.fetchone()[0] == "on"
        cursor.execute("SELECT current_setting('statement_timeout')")
        assert cursor.fetchone()[0] != f"{search.SIMILAR_MS}ms"


def test_birth_dates_are_not_searched() -> None:
    PatientFactory.create(name="Ann", birth_date=date(1994, 3, 14), phone="+66891230902")

    assert names("1994-03-14") == []
