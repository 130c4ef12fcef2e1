"""Records that may be one person's: found by phone, e-mail or birth date, judged by their names. Bounded.

Who shares a phone or an e-mail under another name is family, and is never named here.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from phonenumber_field.phonenumber import PhoneNumber

from patients.likeness import are_alike, are_in_other_letters, are_same
from patients.models import Patient
from patients.search_text import fold

WINDOW = 500
"""Records that one page of the list looks at, newest first; each is compared with records of any age."""

# Each arm reads an index, and no further than a few rows: a phone that stands in hundreds of records (the
# clinic's own) says nothing. The mailbox is written as in the index of `patients.models.Mailbox`.
_NEAR = r"""
WITH one AS ({one})
SELECT one.id, other.id,
       one.phone <> '' AND one.phone = other.phone,
       one.email <> '' AND lower(regexp_replace(one.email, '\+[^@]*@', '@'))
                         = lower(regexp_replace(other.email, '\+[^@]*@', '@')),
       one.birth_date = other.birth_date
  FROM one
  CROSS JOIN LATERAL (
       (SELECT id FROM patients_patient p
         WHERE p.phone = one.phone AND one.phone <> '' AND p.archived_at IS NULL LIMIT 20)
       UNION
       (SELECT id FROM patients_patient p
         WHERE lower(regexp_replace(p.email, '\+[^@]*@', '@'))
             = lower(regexp_replace(one.email, '\+[^@]*@', '@'))
           AND one.email <> '' AND p.archived_at IS NULL LIMIT 20)
       UNION
       (SELECT id FROM patients_patient p
         WHERE p.birth_date = one.birth_date AND p.archived_at IS NULL
           AND similarity(p.search_text, one.search_text) > 0.3 LIMIT 20)
  ) AS near
  JOIN patients_patient other ON other.id = near.id
 WHERE other.id <> one.id
   AND NOT EXISTS (SELECT FROM patients_differentpeople d
                    WHERE d.first_id = least(one.id, other.id) AND d.second_id = greatest(one.id, other.id))
"""

_KNOWN = _NEAR.format(
    one="SELECT id, phone, email, birth_date, search_text FROM patients_patient WHERE id = ANY(%(ids)s)"
)
_NEW = _NEAR.format(
    one="SELECT %(id)s::uuid AS id, %(phone)s::text AS phone, %(email)s::text AS email,"
    " %(birth_date)s::date AS birth_date, %(search_text)s::text AS search_text"
)


@dataclass(frozen=True)
class Duplicate:
    """A record that may be the same person as another, and what both share."""

    one: Patient
    other: Patient
    same_phone: bool
    same_email: bool
    same_birth_date: bool
    same_name: bool

    @property
    def births_differ(self) -> bool:
        """Whether both birth dates are known, and are not one."""
        known = None not in (self.one.birth_date, self.other.birth_date)
        return known and not self.same_birth_date


def list_duplicates_of(patient_ids: Collection[UUID]) -> list[Duplicate]:
    """Return the records that may be the same person as these, by name. Two queries, whatever their
    number.
    """
    if not patient_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, {"ids": list(patient_ids)})
        return _judge(cursor.fetchall(), {})


def list_duplicates_of_new(
    *, name: str, birth_date: date | None, phone: PhoneNumber | None, email: str
) -> list[Duplicate]:
    """Return the records that may be the person somebody is about to write down. Two queries."""
    someone = Patient(name=name, birth_date=birth_date, email=email, phone=phone or "")
    columns = {
        "id": someone.pk,
        "phone": phone.as_e164 if phone else "",
        "email": email,
        "birth_date": birth_date,
        "search_text": fold(name),
    }
    with connection.cursor() as cursor:
        cursor.execute(_NEW, columns)
        return _judge(cursor.fetchall(), {someone.pk: someone})


def list_newest_duplicates(page: int) -> tuple[list[Duplicate], bool]:
    """Return each pair once among the newest `WINDOW` records, or an earlier page of as many (from 0).

    Also whether there are records before these. Three queries.
    """
    first = page * WINDOW
    newest = Patient.objects.filter(archived_at=None).order_by("-created_at", "pk")
    ids = list(newest.values_list("pk", flat=True)[first : first + WINDOW + 1])
    return _each_once(list_duplicates_of(ids[:WINDOW])), len(ids) > WINDOW


def _judge(rows: Iterable[Any], new: dict[UUID, Patient]) -> list[Duplicate]:
    """Return those pairs whose names may be one person's; `new` are people who have no record."""
    rows = list(rows)
    people = Patient.objects.in_bulk({key for row in rows for key in row[:2]}) | new
    found = [_compare(people[row[0]], people[row[1]], *map(bool, row[2:])) for row in rows]
    likely = [each for each in found if _is_likely(each)]
    return sorted(
        likely, key=lambda each: (each.one.name, str(each.one.pk), each.other.name, str(each.other.pk))
    )


def _compare(one: Patient, other: Patient, same_phone: bool, same_email: bool, same_birth: bool) -> Duplicate:
    return Duplicate(one, other, same_phone, same_email, same_birth, are_same(one.name, other.name))


def _is_likely(pair: Duplicate) -> bool:
    one, other = pair.one, pair.other
    shares_contact = pair.same_phone or pair.same_email
    if are_alike(one.name, other.name):
        return pair.same_birth_date or (shares_contact and (pair.same_name or not pair.births_differ))
    return shares_contact and pair.same_birth_date and are_in_other_letters(one.name, other.name)


def _each_once(pairs: Iterable[Duplicate]) -> list[Duplicate]:
    seen: dict[frozenset[UUID], Duplicate] = {}
    for pair in pairs:
        seen.setdefault(frozenset({pair.one.pk, pair.other.pk}), pair)
    return list(seen.values())
