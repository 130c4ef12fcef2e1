"""A table's lines as people and visits, read with the same fields that people type into."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError

from bookings.forms.contacts import ContactEmailField, NameField, PhoneField
from bookings.hours import to_epoch
from bookings.import_columns import Field
from bookings.import_files import Table
from bookings.import_rows import Choices, Person, Problem, ReadFile, Row, WantedVisit
from bookings.import_values import (
    is_called_off,
    person_key,
    read_cell_date,
    read_cell_time,
    read_language,
    read_mode,
    without_apostrophe,
    words_key,
)
from bookings.queries.import_facts import Clinicians
from patients.typed_dates import DateProblem

EARLIEST_BIRTH = date(1900, 1, 1)
FARTHEST_DAYS = 731
"""How far ahead a visit may stand in a file: two years."""
LONGEST_SHOWN = 80


class _Wrong(Exception):
    """A cell cannot be read: the code of its problem and what was typed."""

    def __init__(self, code: str, typed: str = "") -> None:
        super().__init__(code)
        self.code, self.typed = code, typed


def read_rows(table: Table, choices: Choices, clinicians: Clinicians, *, now: datetime) -> ReadFile:
    """Return the people and visits of a table, and what is wrong with the others, by line.

    A line without a readable person is left out; with an unreadable visit its person stays. Times are the
    site's by the clock.
    """
    return _Reader(table, choices, clinicians, now).read()


class _Reader:
    """Reads one table; remembers the first Buddhist year it met."""

    def __init__(self, table: Table, choices: Choices, clinicians: Clinicians, now: datetime) -> None:
        self.table, self.choices, self.clinicians, self.now = table, choices, clinicians, now
        self.today = now.astimezone(clinicians.site.tz).date()
        self.buddhist: tuple[str, date] | None = None
        self.name = NameField(missing="")
        self.contact = NameField(missing="", required=False)
        self.phone = PhoneField(region=clinicians.site.country, required=False)
        self.email = ContactEmailField(required=False)

    def read(self) -> ReadFile:
        """Return the file, line by line."""
        rows, problems = [], []
        for number, cells in enumerate(self.table.rows, start=2):
            try:
                person = self._person(cells)
            except _Wrong as wrong:
                problems.append(Problem(number, wrong.code, wrong.typed[:LONGEST_SHOWN]))
                continue
            visit = None
            try:
                visit = self._visit(cells)
            except _Wrong as wrong:
                problems.append(Problem(number, wrong.code, wrong.typed[:LONGEST_SHOWN]))
            rows.append(Row(number, person, visit))
        return ReadFile(tuple(rows), tuple(problems), self.buddhist)

    def _cell(self, cells: tuple[str, ...], field: Field) -> str:
        column = self.choices.columns.get(field)
        return "" if column is None or column >= len(cells) else without_apostrophe(cells[column])

    def _person(self, cells: tuple[str, ...]) -> Person:
        name = self._cell(cells, Field.NAME)
        if not name:
            name = f"{self._cell(cells, Field.FIRST_NAME)} {self._cell(cells, Field.LAST_NAME)}".strip()
        if not name:
            raise _Wrong("name_missing")
        born = self._cell(cells, Field.BIRTH_DATE)
        return Person(
            name=str(_cleaned(self.name, name, "name")),
            phone=self._phone(self._cell(cells, Field.PHONE)),
            email=str(_cleaned(self.email, self._cell(cells, Field.EMAIL), "email") or ""),
            birth_date=self._date(born, "birth_date", EARLIEST_BIRTH, self.today) if born else None,
            language=read_language(self._cell(cells, Field.LANGUAGE)) or "",
            contact_name=str(
                _cleaned(self.contact, self._cell(cells, Field.CONTACT_NAME), "contact_name") or ""
            ),
        )

    def _phone(self, typed: str) -> str:
        """Return a phone as E.164; a spreadsheet may have eaten its "+" or the zero it began with."""
        tries = [typed]
        if typed.isascii() and typed.isdigit():
            tries += [f"0{typed}", f"+{typed}"]
        for attempt in tries:
            try:
                number = self.phone.clean(attempt)
            except ValidationError:
                continue
            if number is None:
                return ""
            if attempt == typed or phonenumbers.is_valid_number(number):
                return str(number.as_e164)
        raise _Wrong("phone", typed)

    def _date(self, typed: str, code: str, earliest: date, latest: date) -> date:
        try:
            read = read_cell_date(typed, order=self.choices.order, earliest=earliest, latest=latest)
        except DateProblem as problem:
            ends = {"short_year": "_short", "too_early": "_bounds", "too_late": "_bounds"}
            raise _Wrong(code + ends.get(problem.code, ""), typed) from None
        if read.was_buddhist and self.buddhist is None:
            self.buddhist = (typed, read.day)
        return read.day

    def _visit(self, cells: tuple[str, ...]) -> WantedVisit | None:
        typed_day, typed_time = self._cell(cells, Field.DATE), self._cell(cells, Field.TIME)
        if not typed_day:
            return None
        if is_called_off(self._cell(cells, Field.STATUS)):
            raise _Wrong("called_off", self._cell(cells, Field.STATUS))
        latest = self.today + timedelta(days=FARTHEST_DAYS)
        day = self._date(typed_day, "date", EARLIEST_BIRTH, latest)
        clock = read_cell_time(typed_time or typed_day)
        if clock is None:
            raise _Wrong("time", typed_time)
        starts_at = self._instant(day, clock)
        if starts_at <= self.now:
            raise _Wrong("over", f"{typed_day} {typed_time}".strip())
        visit_type_id = self._visit_type(self._cell(cells, Field.VISIT_TYPE))
        return WantedVisit(
            starts_at=starts_at,
            visit_type_id=visit_type_id,
            mode=self._mode(self._cell(cells, Field.MODE), visit_type_id),
            practitioner_id=self._practitioner(self._cell(cells, Field.PRACTITIONER), visit_type_id),
        )

    def _instant(self, day: date, clock: time) -> datetime:
        return datetime.fromtimestamp(to_epoch(day, clock, self.clinicians.site.tz), tz=UTC)

    def _visit_type(self, typed: str) -> int:
        found = self.clinicians.visit_types_by_words.get(words_key(typed))
        if typed and found is None:
            raise _Wrong("visit_type", typed)
        found = found or self.choices.visit_type_id
        if found is None or found not in self.clinicians.offers:
            raise _Wrong("visit_type_missing")
        if self.clinicians.offers[found].is_gated:
            raise _Wrong("gated", typed)
        return found

    def _mode(self, typed: str, visit_type_id: int) -> str:
        read = read_mode(typed)
        if read is None:
            raise _Wrong("mode", typed)
        kind = self.clinicians.offers[visit_type_id].visit_type
        mode = read or (self.choices.mode if self.choices.mode in kind.modes else kind.modes[0])
        if mode not in kind.modes:
            raise _Wrong("mode_not_offered", typed)
        return mode

    def _practitioner(self, typed: str, visit_type_id: int) -> int | None:
        if not typed:
            return None
        found = self.clinicians.practitioners_by_name.get(person_key(typed), set())
        if len(found) != 1:
            raise _Wrong("practitioners" if found else "practitioner", typed)
        (practitioner_id,) = found
        if visit_type_id not in self.clinicians.does[practitioner_id]:
            raise _Wrong("not_theirs", typed)
        return practitioner_id


def _cleaned(field: forms.Field, typed: str, code: str) -> Any:
    """Return what a field makes of a cell."""
    clean: Callable[[str], Any] = field.clean
    try:
        return clean(typed)
    except ValidationError:
        raise _Wrong(code, typed) from None
