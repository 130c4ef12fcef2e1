"""The lines of a clinic's own table once they are read: people, their visits, and what is wrong. Pure."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bookings.import_columns import Field
from bookings.import_values import Order


@dataclass(frozen=True)
class Choices:
    """What was chosen on screen: the column of each field, the order of dates, and what rows leave open.

    `visit_type_id` and `mode` (a `VisitMode`) hold for rows that name none.
    """

    columns: Mapping[Field, int]
    order: Order
    visit_type_id: int | None
    mode: str

    def as_json(self) -> dict[str, Any]:
        """Return the choices as plain values."""
        return {
            "columns": {field.value: column for field, column in self.columns.items()},
            "order": self.order.value,
            "visit_type": self.visit_type_id,
            "mode": self.mode,
        }

    @property
    def stamp(self) -> str:
        """A short text that differs whenever the choices do: a page that shows others is out of date."""
        return hashlib.sha256(json.dumps(self.as_json(), sort_keys=True).encode()).hexdigest()[:16]


def read_choices(values: Mapping[str, Any]) -> Choices:
    """Return the choices that `Choices.as_json` wrote."""
    return Choices(
        columns={Field(name): column for name, column in values["columns"].items()},
        order=Order(values["order"]),
        visit_type_id=values["visit_type"],
        mode=values["mode"],
    )


@dataclass(frozen=True)
class Person:
    """Who a line is about; the phone is E.164 or "", language "en" or "th"."""

    name: str
    phone: str = ""
    email: str = ""
    birth_date: date | None = None
    language: str = ""
    contact_name: str = ""


@dataclass(frozen=True)
class WantedVisit:
    """The visit of a line; `starts_at` is aware UTC."""

    starts_at: datetime
    visit_type_id: int
    mode: str
    practitioner_id: int | None = None


@dataclass(frozen=True)
class Row:
    """One line of the file by its number (the line of headings is 1); its visit, if it has a readable one."""

    number: int
    person: Person
    visit: WantedVisit | None


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong in a line: a code (bookings/views/import_words.py has the words) and what was typed.

    Without its person a line is left out; what is wrong with a visit leaves out that visit alone.
    """

    row: int
    code: str
    typed: str = ""


@dataclass(frozen=True)
class ReadFile:
    """All lines of a file: those with a person, what is wrong, and an example of a Buddhist year if any."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    buddhist: tuple[str, date] | None
