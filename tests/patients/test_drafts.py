"""Drafts: nothing before consent, nothing lost, nothing overwritten unseen."""

import threading
from typing import Any

import pytest
from django.db import connection

from patients.models import Consent, Draft, Patient
from patients.queries.health_forms import open_draft
from patients.services.drafts import Writer
from patients.services.refusals import BadAnswer, ChangedElsewhere, NoConsent, NotYours
from tests.factories import PatientFactory
from tests.patients.forms import CONSENT, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient() -> Patient:
    return PatientFactory.create()


@pytest.fixture
def agreed(patient: Patient) -> Patient:
    """A patient who has agreed to be asked; their draft is at revision 1."""
    save(patient, **CONSENT)
    return patient


def test_save_keeps_answers_and_adds_to_them(agreed: Patient) -> None:
    save(agreed, 1, f_itch_12m="yes", x_words="ลาย 😀")
    save(agreed, 2, f_itch_nrs=4)

    kept = open_draft(agreed)
    assert kept.answers == CONSENT | {"f_itch_12m": "yes", "x_words": "ลาย 😀", "f_itch_nrs": 4}
    assert kept.revision == 3


def test_save_clears_an_answer(agreed: Patient) -> None:
    save(agreed, 1, f_itch_12m="yes")

    save(agreed, 2, f_itch_12m=None)

    assert "f_itch_12m" not in open_draft(agreed).answers


def test_save_of_the_same_answers_changes_nothing(agreed: Patient) -> None:
    save(agreed, 1, f_itch_12m="yes")

    assert save(agreed, 1, f_itch_12m="yes").revision == 2


@pytest.mark.parametrize("changes", [{"f_itch_12m": "yes"}, {"x_words": "scars"}, {"b_dob": "1994-03-01"}])
def test_nothing_is_asked_before_consent(patient: Patient, changes: dict[str, Any]) -> None:
    with pytest.raises(NoConsent):
        save(patient, **changes)

    assert not Draft.objects.filter(revision__gt=0).exists()


def test_after_consent_is_taken_back_nothing_more_is_asked(agreed: Patient) -> None:
    save(agreed, 1, a_health_data_consent=False)

    with pytest.raises(NoConsent):
        save(agreed, 2, f_itch_12m="yes")


def test_consents_are_kept_one_purpose_a_row_with_their_history(agreed: Patient) -> None:
    save(agreed, 1, a_photo_care=True)
    save(agreed, 2, a_photo_care=False)

    rows = Consent.objects.filter(purpose="a_photo_care").order_by("pk")
    assert sorted(row.is_given for row in rows) == [False, True]
    assert Consent.objects.filter(purpose="a_health_data_consent", is_given=True).count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"f_itch_nrs": 11},
        {"f_itch_nrs": "4"},
        {"f_itch_12m": "unsure"},
        {"c_now": ["nonsense"]},
        {"no_such_question": "yes"},
        {"b_dob": "1994-02-30"},
        {"x_words": "a" * 10_001},
        {"x_face_map": [{"a": 1}]},
        {"x_words": {"a": 1}},
        {"h_treatments": [{"type": "prp", "reaction": "wings"}]},
    ],
)
def test_save_refuses_an_answer_that_does_not_fit(agreed: Patient, changes: dict[str, Any]) -> None:
    with pytest.raises(BadAnswer) as refusal:
        save(agreed, 1, **changes)

    assert refusal.value.keys == tuple(changes)
    assert open_draft(agreed).revision == 1


def test_save_refuses_to_overwrite_what_was_not_seen(agreed: Patient) -> None:
    save(agreed, 1, f_itch_nrs=4, writer=Writer(None, "Phone"))

    with pytest.raises(ChangedElsewhere) as refusal:
        save(agreed, 1, f_itch_nrs=7)

    assert (refusal.value.keys, refusal.value.saved_on) == (("f_itch_nrs",), "Phone")
    assert open_draft(agreed).answers["f_itch_nrs"] == 4


def test_save_on_an_old_page_is_fine_for_other_questions(agreed: Patient) -> None:
    save(agreed, 1, f_itch_nrs=4)

    save(agreed, 1, f_itch_12m="yes")

    assert open_draft(agreed).answers.items() >= {"f_itch_nrs": 4, "f_itch_12m": "yes"}.items()


def test_guardian_may_not_touch_private_questions(agreed: Patient) -> None:
    with pytest.raises(NotYours):
        save(agreed, 1, writer=Writer(None, may_answer_private=False), l_selfharm="no")


def test_private_link_may_touch_nothing_else(agreed: Patient) -> None:
    alone = Writer(None, only_private=True)
    save(agreed, 1, writer=alone, l_selfharm="no")

    with pytest.raises(NotYours):
        save(agreed, 2, writer=alone, f_itch_12m="yes")


def test_draft_holds_no_readable_answer(agreed: Patient) -> None:
    save(agreed, 1, x_words="canary-7391")

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(d)::text || encode(sealed, 'escape') FROM patients_draft d")
        assert "canary-7391" not in cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_first_saves_at_once_keep_every_answer(patient: Patient) -> None:
    save(patient, **CONSENT)
    answers: list[dict[str, Any]] = [
        {"f_itch_nrs": 4},
        {"f_itch_12m": "yes"},
        {"x_words": "a"},
        {"g_bother": 3},
    ]
    start = threading.Barrier(len(answers))

    def work(changes: dict[str, Any]) -> None:
        start.wait()
        save(patient, 1, **changes)
        connection.close()

    crew = [threading.Thread(target=work, args=[changes]) for changes in answers]
    for member in crew:
        member.start()
    for member in crew:
        member.join()

    kept = open_draft(patient)
    assert kept.revision == 5
    assert set().union(*answers) <= set(kept.answers)
