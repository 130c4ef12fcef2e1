"""What a copy leaves out for a guardian: what a young person said alone, and what follows from it."""

import json

import pytest

from clinic.models import ReadRecord
from clinic.services.audit import Reader, record_read
from patients.models import Patient
from patients.pages import PRIVATE
from patients.services.drafts import Writer, save_answers
from tests.bookings.canaries import write_person
from tests.bookings.test_own_copies import LATER, asked_in, folder, whole_copy
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db

__all__ = ["folder"]


def test_a_guardian_gets_no_private_answer() -> None:
    person = write_person(cancels=False)
    whole = json.loads(whole_copy(person)["data.json"])
    assert asked_in(whole) & PRIVATE

    files = whole_copy(person, leaves_out_private=True)

    data = json.loads(files["data.json"])
    assert asked_in(data)
    assert not asked_in(data) & PRIVATE
    assert data["urgent"] == []
    assert "a young person answered alone" in files["index.html"].decode()


def test_a_guardian_reads_neither_of_doubts_nor_that_an_answer_was_urgent() -> None:
    person = write_person(cancels=False)
    leave_private_open(person.patient)
    record_read(
        reader=Reader(StaffFactory.create(roles=["clinician"])),
        action=ReadRecord.Action.LISTED,
        subject_type="alert",
        subject_ids=[person.patient.pk],
        patient_ids=[person.patient.pk],
        now=LATER,
    )
    whole = whole_copy(person)["data.json"].decode()
    assert "d_trying" in whole
    assert '"alert"' in whole

    files = whole_copy(person, leaves_out_private=True)

    data = files["data.json"].decode()
    assert not [key for key in PRIVATE if key in data + files["index.html"].decode()]
    assert '"alert"' not in data
    told = [{read["at"] for read in json.loads(text)["opened_by"]} for text in (whole, data)]
    assert LATER.isoformat() in told[0] - told[1]


def leave_private_open(patient: Patient) -> None:
    """Answer "not sure" to a question that is asked of the young person alone."""
    save_answers(
        patient=patient,
        changes={},
        seen_revision=0,
        writer=Writer(None, only_private=True),
        reference_date=LATER.date(),
        now=LATER,
        overwrite=True,
        unsure=["d_trying"],
    )
