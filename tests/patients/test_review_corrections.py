"""A clinician's own value beside the patient's: every kind of question, both kept, and when it counts."""

from typing import Any

import pytest
from django.test import Client

from clinic.models import ReadRecord, Role, User
from patients.models import FormVersion, Override, Patient, UrgentAlert
from patients.queries import reviews as queries
from patients.queries.vault import get_vault
from patients.questionnaire import load_questionnaire
from patients.services.reviews import correct_answer
from tests.factories import PatientFactory, SiteFactory, StaffFactory
from tests.patients.forms import NOW, save, send, send_case

pytestmark = pytest.mark.django_db

NUMBERS = {question.key: n for n, question in enumerate(load_questionnaire().questions, start=1)}


@pytest.fixture
def patient() -> Patient:
    SiteFactory.create()
    return PatientFactory.create()


@pytest.fixture
def version(patient: Patient) -> FormVersion:
    return send_case(patient, "vo-02")


@pytest.fixture(autouse=True)
def doctor(client: Client) -> User:
    user = StaffFactory.create(roles=[Role.CLINICIAN], name="Dr Ploy")
    client.force_login(user)
    return user


def correct(client: Client, version: FormVersion, key: str, **values: Any) -> Any:
    return client.post(f"/review/forms/{version.pk}/correct/{NUMBERS[key]}/", values)


def value_of(version: FormVersion, key: str) -> Any:
    found = queries.list_corrections(version.patient_id, get_vault([version.patient_id]))
    return {each.key: each.value for each in found}[key]


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("k_hsv", {"value": "never"}, "never"),
        ("k_hsv", {"value": ""}, None),
        ("g_scar_types", {"value": ["icepick", "rolling"]}, ["icepick", "rolling"]),
        ("a_photo_care", {"value": "no"}, False),
        ("b_dob", {"value": "1994-03-02"}, "1994-03-02"),
        ("b_country", {"value": "GB"}, "GB"),
        ("b_gender", {"value": "she"}, "she"),
        ("f_itch_nrs", {"value": "7"}, 7),
        ("f_bsa", {"value": "12"}, 12),
        (
            "i_med_last",
            {"value-jak_oral": "2026-10-01", "value-systemic_steroid": ""},
            {"jak_oral": "2026-10-01"},
        ),
        ("f_poem", {f"value-poem_{n}": "2" for n in range(1, 8)}, {f"poem_{n}": 2 for n in range(1, 8)}),
        (
            "h_treatments",
            {
                "value-0-type": "subcision",
                "value-0-last_date": "2026-01-31",
                "value-0-reaction": "dark_marks",
            },
            [{"type": "subcision", "last_date": "2026-01-31", "reaction": "dark_marks"}],
        ),
    ],
)
def test_every_kind_of_question_has_its_control(
    client: Client, version: FormVersion, key: str, typed: dict[str, Any], value: Any
) -> None:
    assert client.get(f"/review/forms/{version.pk}/correct/{NUMBERS[key]}/").status_code == 200

    answer = correct(client, version, key, reason="Examined", **typed)

    assert (answer.status_code, answer["Location"]) == (
        302,
        f"/review/forms/{version.pk}/#a-{NUMBERS[key]}",
    )
    assert value_of(version, key) == value


def test_every_question_can_be_corrected(client: Client, version: FormVersion) -> None:
    codes = {
        question.key: client.get(f"/review/forms/{version.pk}/correct/{number}/").status_code
        for number, question in enumerate(load_questionnaire().questions, start=1)
    }

    assert {key for key, code in codes.items() if code != 200} == {"e_fitz"}
    assert codes["e_fitz"] == 404  # worked out from two other answers


@pytest.mark.parametrize(
    ("key", "typed"),
    [("k_hsv", {"value": "nonsense"}), ("f_itch_nrs", {"value": "11"}), ("b_dob", {"value": "soon"})],
)
def test_a_value_that_does_not_fit_is_refused(
    client: Client, version: FormVersion, key: str, typed: dict[str, str]
) -> None:
    assert correct(client, version, key, **typed).status_code == 422
    assert not Override.objects.exists()


@pytest.mark.parametrize(("key", "value"), [("k_hsv", "recurrent"), ("e_sunscreen", "")])
def test_the_same_value_again_is_no_correction(
    client: Client, patient: Patient, key: str, value: str
) -> None:
    version = send_case(patient, "vo-02", e_sunscreen=None)

    answer = correct(client, version, key, value=value)

    assert answer.status_code == 422
    assert "That is the answer already." in answer.content.decode()
    assert not Override.objects.exists()


def test_both_values_are_shown_with_who_and_why_and_flags_follow(
    client: Client, version: FormVersion
) -> None:
    before = client.get(f"/review/forms/{version.pk}/").content.decode()

    correct(client, version, "k_hsv", value="never", reason="Never had one")

    page = client.get(f"/review/forms/{version.pk}/").content.decode()
    row = page.partition(f'id="a-{NUMBERS["k_hsv"]}"')[2].partition("</div>")[0]
    for words in ("They keep coming back", "No, never", "Dr Ploy", "Never had one"):
        assert words in row
    assert "F_HSV_HISTORY" in before
    assert "F_HSV_HISTORY" not in page


def test_an_urgent_value_calls_those_on_duty_once(client: Client, version: FormVersion) -> None:
    nurse = StaffFactory.create(roles=[Role.NURSE])
    client.force_login(nurse)

    correct(client, version, "c_now", value=["painful_blisters_spreading"])
    correct(client, version, "k_hsv", value="never")

    assert UrgentAlert.objects.get().patient == version.patient
    assert "possible cold-sore virus in eczema" in client.get("/review/alerts/").content.decode()


def test_a_correction_holds_the_draft_as_a_save_does(
    version: FormVersion, doctor: User, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(10) as asked:
        correct_answer(version=version, key="k_hsv", value="never", reason="", by=doctor, now=NOW)

    statements = [query["sql"] for query in asked]
    locks = next(n for n, sql in enumerate(statements) if "patients_draft" in sql and "FOR UPDATE" in sql)
    assert locks < next(n for n, sql in enumerate(statements) if "patients_override" in sql)


def test_who_answers_anew_is_heard(client: Client, version: FormVersion) -> None:
    correct(client, version, "k_hsv", value="never")
    draft = save(version.patient, 10**6, k_hsv="now")
    newer = send(version.patient, draft.revision)

    page = client.get(f"/review/forms/{newer.pk}/").content.decode()

    assert "F_HSV_ACTIVE" in page
    assert "No longer counts: answered anew since." in page


def test_the_check_sees_a_correction_that_would_hide_a_newer_answer(
    client: Client, version: FormVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    correct(client, version, "k_hsv", value="never")
    newer = send(version.patient, save(version.patient, 10**6, k_hsv="now").revision)
    monkeypatch.setattr(queries.Correction, "counts_for", lambda _correction, _answers: True)

    page = client.get(f"/review/forms/{newer.pk}/").content.decode()

    assert "F_HSV_ACTIVE" not in page


def test_a_correction_shows_a_question_that_nobody_asked(client: Client, patient: Patient) -> None:
    version = send_case(patient, "calm", f_doctor_dx="no")
    correct(client, version, "f_doctor_dx", value="yes")

    page = client.get(f"/review/forms/{version.pk}/").content.decode()

    assert f'id="a-{NUMBERS["f_age_onset"]}"' in page


def test_a_nurse_may_note_what_was_examined(client: Client, version: FormVersion) -> None:
    nurse = StaffFactory.create(roles=[Role.NURSE])
    client.force_login(nurse)

    assert correct(client, version, "k_hsv", value="past").status_code == 302
    assert Override.objects.get().by == nurse


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.OWNER])
def test_others_may_not(client: Client, version: FormVersion, role: Role) -> None:
    client.force_login(StaffFactory.create(roles=[role]))

    assert correct(client, version, "k_hsv", value="past").status_code == 403
    assert not Override.objects.exists()


def test_asking_for_a_value_is_a_read(client: Client, version: FormVersion, doctor: User) -> None:
    client.get(f"/review/forms/{version.pk}/correct/{NUMBERS['k_hsv']}/")

    record = ReadRecord.objects.get()
    assert (record.reader, record.subject_ids) == (doctor, [version.pk])


@pytest.mark.parametrize("number", [0, 105, 9999])
def test_there_is_no_such_question(client: Client, version: FormVersion, number: int) -> None:
    assert client.get(f"/review/forms/{version.pk}/correct/{number}/").status_code == 404
