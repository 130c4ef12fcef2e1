"""Sending a form: an immutable version, once, judged by the rules of its day."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from clinic.models import OutboxMessage
from patients.models import FormVersion, Patient, VisitRequest
from patients.queries.health_forms import list_versions, open_draft, open_version
from patients.queries.vault import get_vault
from patients.services import submission
from patients.services.refusals import ChangedElsewhere, NotComplete
from tests.factories import PatientFactory, VisitTypeFactory
from tests.patients.forms import SIGNED, answers_of, save, send, send_case
from tests.patients.open_cases import load_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient() -> Patient:
    return PatientFactory.create()


def judged(version: FormVersion) -> dict[str, Any]:
    vault = get_vault([version.patient_id])
    return dict(open_version(version, vault).assessment)


@pytest.mark.parametrize("case", ["vo-01", "vo-02", "vo-03", "vo-04", "vo-05", "vo-06"])
def test_sent_form_is_judged_like_the_worked_case(patient: Patient, case: str) -> None:
    if case == "vo-04":  # seen by video
        patient.wanted_mode = load_case(case)["answers"]["n_mode"]

    assert judged(send_case(patient, case)) == load_case(case)["expected"]


def test_version_holds_the_answers_and_what_the_booking_knew(patient: Patient) -> None:
    version = send_case(patient)

    sent = open_version(version, get_vault([patient.pk]))
    assert sent.answers["b_full_name"] == patient.name
    assert sent.answers.items() >= answers_of("calm").items()
    assert (version.number, version.stage) == (1, FormVersion.Stage.COMPLETE)


def test_what_another_answer_hides_is_not_sent_and_not_forgotten(patient: Patient) -> None:
    version = send_case(patient, b_country="GB", a_cross_border=True, n_stay_days=7)
    draft = save(patient, 10**6, b_country="TH")
    home = send(patient, draft.revision)
    vault = get_vault([patient.pk])

    assert open_version(version, vault).answers["n_stay_days"] == 7
    assert "n_stay_days" not in open_version(home, vault).answers
    assert open_draft(patient).answers["n_stay_days"] == 7


def test_sending_twice_makes_one_version(patient: Patient) -> None:
    first = send_case(patient)

    assert send(patient, 1) == first
    assert list_versions(patient) == [first]


def test_a_change_after_sending_makes_the_next_version(patient: Patient) -> None:
    first = send_case(patient)
    draft = save(patient, 1, f_itch_nrs=7)

    second = send(patient, draft.revision)

    assert [version.number for version in list_versions(patient)] == [2, 1]
    assert second.digest != first.digest


def test_send_refuses_an_open_question(patient: Patient) -> None:
    draft = save(patient, **(answers_of("calm") | SIGNED | {"e_burn": None, "x_signature": None}))

    with pytest.raises(NotComplete) as refusal:
        send(patient, draft.revision)

    assert refusal.value.keys == ("e_burn", "x_signature")
    assert not FormVersion.objects.exists()


@pytest.mark.parametrize(
    ("booked_for", "filled_by", "born", "signs"),
    [
        ("self", "parent_guardian", "2006-12-02", True),
        ("child", "self", "2006-12-02", True),
        ("child", "parent_guardian", "2006-12-01", False),  # 20 today
        ("self", "self", "2006-12-02", False),
    ],
)
def test_a_guardian_who_takes_part_signs_for_whoever_is_under_20(
    booked_for: str, filled_by: str, born: str, signs: bool
) -> None:
    patient = PatientFactory.create(booked_for=booked_for)
    guardian = {"b_guardian_consent": "no", "b_guardian_name": "Test Mother"}
    answers = answers_of("calm") | SIGNED | guardian
    revision = save(patient, **(answers | {"a_completing_for": filled_by, "b_dob": born})).revision

    if signs:
        with pytest.raises(NotComplete) as refusal:
            send(patient, revision)
        assert refusal.value.keys == ("x_guardian_signature",)
        assert not FormVersion.objects.exists()
        revision = save(patient, revision, x_guardian_signature="Test Mother").revision

    assert send(patient, revision).number == 1


def test_a_guardian_who_agreed_signs_too(patient: Patient) -> None:
    guardian = {"b_guardian_consent": "yes", "b_guardian_name": "Test Mother"}
    revision = save(patient, **(answers_of("calm") | SIGNED | guardian | {"b_dob": "2006-12-02"})).revision

    with pytest.raises(NotComplete):
        send(patient, revision)


def test_not_sure_where_there_is_no_such_option_is_an_answer(patient: Patient) -> None:
    version = send_case(patient, e_burn=None, x_unsure=["e_burn"])

    assert version.stage == FormVersion.Stage.BEFORE
    assert judged(version)["route"] == "incomplete"


def test_send_refuses_what_was_not_checked(patient: Patient) -> None:
    save(patient, **(answers_of("calm") | SIGNED))
    save(patient, 1, f_itch_nrs=7)

    with pytest.raises(ChangedElsewhere):
        send(patient, 1)


@pytest.mark.parametrize("values", [{"digest": "x"}, {"number": 9}, {"needs_longer_visit": True}])
def test_version_never_changes(patient: Patient, values: dict[str, Any]) -> None:
    version = send_case(patient)

    with pytest.raises(DatabaseError), transaction.atomic():
        FormVersion.objects.filter(pk=version.pk).update(**values)


def test_extended_route_asks_the_desk_once_for_a_longer_visit(patient: Patient) -> None:
    longer = VisitTypeFactory.create(code="CONS_EXT")
    version = send_case(patient, "vo-04")
    draft = save(patient, 1, g_bother=1)

    send(patient, draft.revision)

    request = VisitRequest.objects.get()
    assert (request.version, request.visit_type, request.review) == (version, longer, None)


def test_a_longer_visit_is_asked_for_before_the_form_is_complete(patient: Patient) -> None:
    version = send_case(patient, "vo-04", k_hsv=None)

    assert judged(version)["route"] == "incomplete"
    assert version.needs_longer_visit


def test_what_is_missing_alone_asks_for_nothing(patient: Patient) -> None:
    assert not send_case(patient, k_hsv=None).needs_longer_visit


def test_standard_route_asks_for_nothing(patient: Patient) -> None:
    assert not send_case(patient).needs_longer_visit
    assert not VisitRequest.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_without_the_guard_it_would_be_sent_unsigned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submission, "needs_guardian", lambda *_facts: False)
    answers = answers_of("vo-05") | SIGNED | {"x_guardian_signature": None}
    patient = PatientFactory.create()

    assert send(patient, save(patient, **answers).revision).number == 1
