"""Who in a file is one person, and who is here already: by name and one more thing they share."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from bookings.import_rows import Person, Row
from bookings.import_values import words_key
from bookings.queries.import_facts import list_known


@dataclass
class Guest:
    """One person of the file: what their lines say together, and the record that they are already."""

    person: Person
    first_row: int
    known_id: UUID | None = None


def list_guests(rows: Iterable[Row]) -> tuple[list[Guest], dict[int, Guest]]:
    """Return the people of a file, and who each line is about.

    Lines are about one person if name and phone, e-mail or birth date are the same, and nothing says that
    the birth dates differ. A family shares contacts and not its names: it is never one person.
    """
    guests: list[Guest] = []
    of_row: dict[int, Guest] = {}
    by_mark: dict[tuple[str, str], list[Guest]] = defaultdict(list)
    for row in rows:
        guest = _find(row.person, by_mark)
        if guest is None:
            guest = Guest(row.person, row.number)
            guests.append(guest)
        else:
            guest.person = _joined(guest.person, row.person)
        of_row[row.number] = guest
        for mark in _marks(row.person):
            if guest not in by_mark[mark]:
                by_mark[mark].append(guest)
    return guests, of_row


def recognise(guests: list[Guest]) -> None:
    """Note the record of everybody who is here already, the oldest that fits. One query."""
    by_mark: dict[tuple[str, str], list[Guest]] = defaultdict(list)
    for patient_id, person in list_known([guest.person for guest in guests]):
        record = Guest(person, 0, patient_id)
        for mark in _marks(person):
            by_mark[mark].append(record)
    for guest in guests:
        found = _find(guest.person, by_mark)
        guest.known_id = found.known_id if found else None


def _find(person: Person, by_mark: dict[tuple[str, str], list[Guest]]) -> Guest | None:
    """Return the first who has a mark of `person` and may be them by birth date."""
    for mark in _marks(person):
        for guest in by_mark.get(mark, ()):
            born = guest.person.birth_date
            if born is None or person.birth_date is None or born == person.birth_date:
                return guest
    return None


def _marks(person: Person) -> Iterator[tuple[str, str]]:
    """Return what makes somebody known again: their name with each thing that others hardly share with it."""
    name = words_key(person.name)
    for thing in (person.phone, person.email.casefold(), person.birth_date and person.birth_date.isoformat()):
        if thing:
            yield name, thing


def _joined(person: Person, more: Person) -> Person:
    """Return a person with what another of their lines knows and the first did not."""
    return replace(
        person,
        phone=person.phone or more.phone,
        email=person.email or more.email,
        birth_date=person.birth_date or more.birth_date,
        language=person.language or more.language,
        contact_name=person.contact_name or more.contact_name,
    )
