"""The ledger of erasures: written out day by day, and done again in a backup that was restored.

A line is JSON: the id of a record, the kind of erasure, when, until when it is locked, and a mark. The mark
is an HMAC by SECRET_KEY, so that nobody can have people erased by writing lines. It names nobody.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from bookings.services.erasure import destroy_locked, erase_patient
from patients.models import ErasureRecord, Patient

SALT = "bookings.ledger"


class BadLedger(Exception):
    """A line was not written by this installation, or is damaged. `number` counts from 1."""

    def __init__(self, number: int) -> None:
        super().__init__(f"Line {number} of the ledger is damaged, or not of this installation.")
        self.number = number


@dataclass(frozen=True)
class Replayed:
    """What was done again: how many were erased, destroyed, and found as they should be."""

    erased: int
    destroyed: int
    unchanged: int


def write_ledger() -> Iterator[str]:
    """Yield the ledger, oldest first, a line of JSON for each erasure."""
    for row in ErasureRecord.objects.order_by("at", "pk").iterator():
        line = {
            "subject": str(row.subject),
            "kind": row.kind,
            "at": row.at.isoformat(),
            "destroy_on": row.destroy_on and row.destroy_on.isoformat(),
        }
        yield json.dumps({**line, "mark": _mark(line, settings.SECRET_KEY)})


def replay_ledger(lines: Iterable[str], *, now: datetime) -> Replayed:
    """Erase again whom the ledger names, and who is here again. Twice is once; all lines are read first.

    :raises BadLedger: if a line is not one of ours; then nothing is done.
    """
    done = {"erased": 0, "destroyed": 0, "unchanged": 0}
    for line in [_read(number, text) for number, text in enumerate(lines, start=1) if text.strip()]:
        done[_replay(line, now)] += 1
    return Replayed(**done)


def _replay(line: dict[str, Any], now: datetime) -> str:
    patient_id, until = UUID(line["subject"]), line["destroy_on"]
    patient = Patient.objects.filter(pk=patient_id).first()
    if patient is None:
        return "unchanged"
    if patient.erased_at is None:
        erase_patient(
            patient_id=patient_id,
            now=now,
            again=True,
            destroy_on=date.fromisoformat(until) if until else None,
        )
        return "erased"
    if line["kind"] == ErasureRecord.Kind.DESTROYED and hasattr(patient, "locked_record"):
        destroy_locked(patient_id=patient_id, now=now)
        return "destroyed"
    return "unchanged"


def _read(number: int, text: str) -> dict[str, Any]:
    try:
        line = json.loads(text)
        mark = str(line.pop("mark"))
    except (ValueError, KeyError, AttributeError, TypeError):
        raise BadLedger(number) from None
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if not any(constant_time_compare(mark, _mark(line, secret)) for secret in secrets):
        raise BadLedger(number)
    return dict(line)


def _mark(line: dict[str, Any], secret: str) -> str:
    text = json.dumps(line, sort_keys=True)
    return salted_hmac(SALT, text, secret=secret, algorithm="sha256").hexdigest()
