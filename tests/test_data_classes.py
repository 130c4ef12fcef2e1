"""Every column has its class in docs/privacy/columns.md, and what is of the class health is sealed."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, models

from deploy.local.places import ROOT
from patients.models import Consent, Draft
from tests.bookings.canaries import CANARY, find_traces, write_person

TABLE = ROOT / "docs" / "privacy" / "columns.md"
KEPT_BARE = (models.ForeignKey, models.DateTimeField, models.AutoField, models.UUIDField)
"""References, instants and ids: they have no class of their own."""

CLASSES = {
    "health",
    "near health",
    "words",
    "person",
    "course",
    "account",
    "secret",
    "audit",
    "clinic",
    "machine",
}


@dataclass(frozen=True)
class Line:
    """One line of the document."""

    table: str
    columns: tuple[str, ...]
    data_class: str
    kept: str


def lines() -> Iterator[Line]:
    for table, columns, data_class, kept in re.findall(
        r"^\| `(\w+_\w+)` \| ([\w, ]+) \| ([\w ]+) \| (.*) \|$", TABLE.read_text(), re.MULTILINE
    ):
        yield Line(table, tuple(columns.split(", ")), data_class, kept.strip())


def columns_of(model: type[models.Model]) -> set[tuple[str, str]]:
    fields = model._meta.local_concrete_fields
    return {(model._meta.db_table, str(f.column)) for f in fields if not isinstance(f, KEPT_BARE)}


def all_columns() -> set[tuple[str, str]]:
    own = [m for m in apps.get_models(include_auto_created=True) if m._meta.db_table != "pghistory_events"]
    return set().union(*(columns_of(model) for model in own))


def classed() -> dict[tuple[str, str], Line]:
    return {(line.table, column): line for line in lines() for column in line.columns}


def test_every_column_has_a_class_and_none_is_gone() -> None:
    assert classed().keys() == all_columns()


def test_every_column_has_one_class() -> None:
    counts = Counter((line.table, column) for line in lines() for column in line.columns)

    assert [column for column, count in counts.items() if count > 1] == []
    assert {line.data_class for line in lines()} == CLASSES


def test_what_is_near_health_in_the_clear_says_why() -> None:
    assert [line for line in lines() if line.data_class == "near health" and ";" not in line.kept] == []


def test_a_column_of_health_holds_bytes_and_bytes_are_health_or_secret() -> None:
    binary = {
        (model._meta.db_table, str(field.column))
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.BinaryField)
    }
    found = classed()

    assert {column for column, line in found.items() if line.data_class == "health"} <= binary
    assert {found[column].data_class for column in binary} <= {"health", "secret", "audit", "person"}


def test_an_unknown_column_would_be_seen() -> None:
    field = models.TextField()
    field.set_attributes_from_name("rash")

    class WithRash:
        class _meta:  # noqa: N801 (as Django calls it)
            db_table = "patients_consent"
            local_concrete_fields = (*Consent._meta.local_concrete_fields, field)

    assert columns_of(WithRash) - classed().keys() == {("patients_consent", "rash")}  # type: ignore[arg-type]


@pytest.mark.django_db
def test_words_about_somebody_stand_in_the_clear_only_where_the_classes_say_so(tmp_path: Path) -> None:
    """Everything about one person is written with a canary in every word; the rest of it is sealed."""
    write_person()

    found = {table for table, traces in find_traces(tmp_path).items() if CANARY.lower() in traces}
    in_the_clear = {
        line.table for line in lines() if line.data_class in {"words", "person", "account", "course"}
    }

    assert {"patients_patient", "clinic_user"} <= found <= in_the_clear
    health = [line for line in lines() if line.data_class == "health"]
    assert [line for line in health if columns_hold(line)] == []

    Draft.objects.update(sealed=CANARY.encode())  # what was not sealed would be seen
    assert [line.table for line in health if columns_hold(line)] == ["patients_draft"]


def columns_hold(line: Line) -> bool:
    """Say whether the canary can be read in one of a line's columns."""
    with connection.cursor() as cursor:
        for column in line.columns:
            cursor.execute(f'SELECT "{column}" FROM {line.table} WHERE "{column}" IS NOT NULL')
            if any(CANARY.encode() in bytes(value) for (value,) in cursor.fetchall()):
                return True
    return False
