"""Each patient's answers open with their own key, in their own row."""

import hmac
import threading
from uuid import UUID, uuid4

import pytest
from django.db import connection

from clinic.key_ring import get_key_ring
from clinic.sealing import Place, Unreadable, canonical, key_id_of, new_key, unseal
from patients.models import DataKey, Draft, Patient
from patients.queries.vault import Vault, get_vault, get_vault_of, key_place, open_keys, place_of
from patients.services.vault import ensure_vault
from tests.factories import PatientFactory

ANSWERS = {"k_keloid_personal": "yes", "ก": [1, None]}


@pytest.fixture
def patient() -> Patient:
    return PatientFactory.create()


@pytest.fixture
def patient_id() -> UUID:
    """Of a patient whom no database knows."""
    return uuid4()


@pytest.mark.django_db
def test_vault_opens_what_it_sealed(patient: Patient) -> None:
    vault, row = ensure_vault(patient.pk), Draft(patient=patient)

    sealed = vault.seal(ANSWERS, patient_id=patient.pk, row=row)

    assert get_vault([patient.pk]).open(sealed, patient_id=patient.pk, row=row) == ANSWERS


@pytest.mark.django_db
def test_vault_opens_nothing_that_was_moved_to_another_row_or_person(patient: Patient) -> None:
    other = PatientFactory.create()
    vault, row = ensure_vault(patient.pk), Draft(patient=patient)
    ensure_vault(other.pk)
    sealed = vault.seal(ANSWERS, patient_id=patient.pk, row=row)
    both = get_vault([patient.pk, other.pk])

    for whose, where in [(patient, Draft(patient=patient)), (other, row)]:
        with pytest.raises(Unreadable):
            both.open(sealed, patient_id=whose.pk, row=where)


@pytest.mark.django_db
def test_destroying_the_key_makes_everything_unreadable(patient: Patient) -> None:
    vault, row = ensure_vault(patient.pk), Draft(patient=patient)
    sealed = vault.seal(ANSWERS, patient_id=patient.pk, row=row)

    DataKey.objects.filter(patient=patient).delete()
    ensure_vault(patient.pk)

    with pytest.raises(Unreadable):
        get_vault([patient.pk]).open(sealed, patient_id=patient.pk, row=row)


@pytest.mark.django_db
def test_digest_follows_the_answers_and_the_key(patient: Patient) -> None:
    vault, other = ensure_vault(patient.pk), PatientFactory.create()
    digest = vault.digest(ANSWERS, patient_id=patient.pk)

    assert digest == vault.digest(dict(reversed(ANSWERS.items())), patient_id=patient.pk)
    assert digest != vault.digest(ANSWERS | {"k_hsv": "now"}, patient_id=patient.pk)
    assert digest != ensure_vault(other.pk).digest(ANSWERS, patient_id=other.pk)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_key(patient: Patient) -> None:
    start, made = threading.Barrier(8), []

    def make() -> None:
        start.wait()
        made.append(ensure_vault(patient.pk).keys[patient.pk])
        connection.close()

    crew = [threading.Thread(target=make) for _number in range(8)]
    for member in crew:
        member.start()
    for member in crew:
        member.join()

    assert DataKey.objects.filter(patient=patient).count() == 1
    assert (len(made), len(set(made))) == (8, 1)  # each got it, whoever was first


@pytest.mark.django_db
def test_words_open_by_whosever_key_they_were_sealed_with(patient: Patient) -> None:
    """A merge gives a visit to another patient; its words keep the key of the first."""
    other, row = PatientFactory.create(), Draft(patient=patient)
    sealed = ensure_vault(patient.pk).seal("Rings first", patient_id=patient.pk, row=row)
    ensure_vault(other.pk)
    row.patient = other

    assert get_vault_of([sealed, None]).open_words(sealed, row=row) == "Rings first"
    assert get_vault_of([]).open_words(None, row=row) == ""
    for vault in (get_vault([other.pk]), get_vault_of([None]), get_vault_of([b"\x01" * 40])):
        with pytest.raises(Unreadable):
            vault.open_words(sealed, row=row)
    with pytest.raises(Unreadable):
        get_vault_of([sealed]).open_words(sealed, row=Draft(patient=patient))
    note = get_vault([patient.pk]).seal("Rings twice", patient_id=patient.pk, row=row, field="sealed_note")
    assert get_vault_of([note]).open_words(note, row=row, field="sealed_note") == "Rings twice"
    with pytest.raises(Unreadable):
        get_vault_of([note]).open_words(note, row=row)


def test_what_is_sealed_belongs_to_table_row_field_and_patient(patient_id: UUID) -> None:
    """These places are authenticated: change how one is written, and nothing opens any more."""
    row, key_row = Draft(patient_id=patient_id), DataKey(patient_id=patient_id)
    key_id, key = uuid4(), new_key()
    vault = Vault({patient_id: (key_id, key)})

    sealed = vault.seal(ANSWERS, patient_id=patient_id, row=row)
    kept = vault.seal_bytes(b"x", patient_id=patient_id, place=place_of(row, "file"))

    assert place_of(row, "sealed") == Place("patients_draft", row.pk, "sealed")
    assert key_place(key_row) == Place("patients_datakey", key_row.pk, f"wrapped/{patient_id}")
    assert key_id_of(sealed) == key_id_of(kept) == key_id
    place = Place("patients_draft", row.pk, f"sealed/{patient_id}")
    assert unseal(sealed, key=key, place=place) == canonical(ANSWERS)
    assert unseal(kept, key=key, place=Place("patients_draft", row.pk, f"file/{patient_id}")) == b"x"


def test_a_digest_is_an_hmac_of_the_canonical_form(patient_id: UUID) -> None:
    key = new_key()
    digest = Vault({patient_id: (uuid4(), key)}).digest(ANSWERS, patient_id=patient_id)

    assert digest == hmac.new(key, canonical(ANSWERS), "sha256").hexdigest()


def test_a_vault_without_the_patients_key_does_nothing(patient_id: UUID) -> None:
    empty, row = Vault({}), Draft(patient_id=patient_id)
    place = place_of(row, "sealed")

    for attempt in (
        lambda: empty.seal(ANSWERS, patient_id=patient_id, row=row),
        lambda: empty.open(b"\x01" * 60, patient_id=patient_id, row=row),
        lambda: empty.seal_bytes(b"x", patient_id=patient_id, place=place),
        lambda: empty.open_bytes(b"\x01" * 60, patient_id=patient_id, place=place),
        lambda: empty.digest(ANSWERS, patient_id=patient_id),
    ):
        with pytest.raises(Unreadable):
            attempt()


def test_a_value_that_names_another_key_is_not_tried(patient_id: UUID) -> None:
    key, row = new_key(), Draft(patient_id=patient_id)
    sealed = Vault({patient_id: (uuid4(), key)}).seal(ANSWERS, patient_id=patient_id, row=row)

    with pytest.raises(Unreadable):
        Vault({patient_id: (uuid4(), key)}).open(sealed, patient_id=patient_id, row=row)


def test_a_key_that_does_not_open_leaves_the_others(patient_id: UUID) -> None:
    good = DataKey(patient_id=patient_id)
    good.ring_key, good.wrapped = get_key_ring().wrap(new_key(), place=key_place(good))
    bad = DataKey(patient_id=uuid4(), ring_key=good.ring_key, wrapped=good.wrapped)

    assert open_keys([bad, good]).keys.keys() == {patient_id}
    assert open_keys([bad, good]).keys[patient_id][0] == good.pk
