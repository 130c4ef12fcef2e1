"""Asking to be called: noted on the open alert, told to clinicians and the desk, and never to a guardian."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from clinic.models import Role
from patients.models import Patient, UrgentAlert
from patients.queries.alerts import wants_call
from patients.services.private_links import make_private_link, token_of
from patients.services.urgent import acknowledge_alert
from patients.views import call_back, call_proofs
from tests.factories import SiteFactory, StaffFactory
from tests.patients.form_pages import AGREED, keep_answers, path_of, sign_in

pytestmark = pytest.mark.django_db

OFFER, ASKED = "Would you like us to call you?", "We have asked the clinic to call you."


@pytest.fixture
def patient(client: Client) -> Patient:
    SiteFactory.create()
    patient = sign_in(client)
    keep_answers(patient, **AGREED, l_selfharm="yes")
    return patient


@pytest.fixture
def child(client: Client) -> Patient:
    """A child of 15 whose parent's account is signed in."""
    SiteFactory.create()
    child = sign_in(client, name="Lily", booked_for="child", birth_date="2011-05-14")
    child.refresh_from_db()
    keep_answers(child, **AGREED, b_dob="2011-05-14", a_completing_for="parent_guardian")
    return child


def ask(client: Client, patient: Patient) -> Any:
    return client.post(path_of(patient, "call"))


def answer_alone(child: Patient, **answers: str) -> tuple[str, str]:
    """Answer on the private link; return its address and the page."""
    address = f"/private/{token_of(make_private_link(patient=child, now=timezone.now()))}/"
    page = Client().post(address, {"l_selfharm": "no", "d_pregnant": "no"} | answers).content.decode()
    return address, page


def proof_of(page: str) -> str:
    found = re.search(r'name="proof" value="([^"]+)"', page)
    assert found
    return found[1]


def test_asking_is_noted_on_the_open_alert_and_said(client: Client, patient: Patient) -> None:
    before = client.get(path_of(patient)).content.decode()

    answer = ask(client, patient)

    after = client.get(answer["Location"].partition("#")[0]).content.decode()
    assert OFFER in before
    assert ASKED not in before
    assert ASKED in after
    assert OFFER not in after
    assert UrgentAlert.objects.get().call_wanted_at is not None


def test_asking_again_changes_nothing(client: Client, patient: Patient) -> None:
    ask(client, patient)
    first = UrgentAlert.objects.get().call_wanted_at

    ask(client, patient)

    assert UrgentAlert.objects.get().call_wanted_at == first


def test_an_alert_that_was_taken_on_is_raised_once_more(client: Client, patient: Patient) -> None:
    doctor = StaffFactory.create(roles=[Role.CLINICIAN])
    acknowledge_alert(alert_id=UrgentAlert.objects.get().pk, by=doctor, now=timezone.now())

    ask(client, patient)

    fresh = UrgentAlert.objects.get(acknowledged_at=None)
    assert fresh.call_wanted_at is not None
    assert UrgentAlert.objects.count() == 2


def test_it_is_offered_for_nothing_else(client: Client) -> None:
    patient = sign_in(client)
    keep_answers(patient, **AGREED, c_now=["painful_blisters_spreading"])

    assert OFFER not in client.get(path_of(patient)).content.decode()
    assert ask(client, patient).status_code == 404
    assert UrgentAlert.objects.get().call_wanted_at is None


def test_without_a_phone_nothing_is_offered(client: Client, patient: Patient) -> None:
    Patient.objects.update(phone="")

    assert OFFER not in client.get(path_of(patient)).content.decode()


def test_clinicians_read_who_asked_with_the_number(client: Client, patient: Patient) -> None:
    ask(client, patient)
    client.force_login(StaffFactory.create(roles=[Role.CLINICIAN]))

    page = client.get("/review/alerts/").content.decode()

    assert "Asked to be called, +44 7700 900318" in page
    assert "the number may be theirs" not in page


def test_the_desk_reads_that_a_call_is_wanted_and_no_reason(client: Client, patient: Patient) -> None:
    client.force_login(StaffFactory.create(roles=[Role.FRONT_DESK]))
    before = client.get("/desk/").content.decode()
    UrgentAlert.objects.update(call_wanted_at=timezone.now())

    after = client.get("/desk/").content.decode()

    assert "The patient asked to be called." not in before
    assert "The patient asked to be called." in after
    for word in ("harm", "U_", "crisis", "suicid"):
        assert word not in after.partition('class="doctor-calls"')[2].partition("</section>")[0]


def test_on_a_private_link_the_young_person_asks_alone(client: Client, child: Patient) -> None:
    address, page = answer_alone(child, l_selfharm="yes")

    answer = Client().post(f"{address}call/", {"proof": proof_of(page)})

    assert OFFER in page
    assert ASKED in answer.content.decode()
    assert OFFER not in answer.content.decode()
    assert 'href="tel:1323"' in answer.content.decode()
    assert UrgentAlert.objects.get().call_wanted_at is not None
    client.force_login(StaffFactory.create(roles=[Role.CLINICIAN]))
    assert "the number may be theirs" in client.get("/review/alerts/").content.decode()


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_whoever_holds_the_link_learns_nothing_from_the_button(child: Patient, answer: str) -> None:
    address, _page = answer_alone(child, l_selfharm=answer)

    for proof in ("", "made-up", f"{child.pk}:1:x"):
        refused = Client().post(f"{address}call/", {"proof": proof})
        assert refused.status_code == 404
        assert ASKED not in refused.content.decode()
    assert not UrgentAlert.objects.filter(call_wanted_at__isnull=False).exists()


def test_without_the_proof_the_button_would_tell(child: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call_back, "is_proof", lambda *_facts: True)
    address, _page = answer_alone(child, l_selfharm="yes")

    assert ASKED in Client().post(f"{address}call/").content.decode()


def test_a_link_does_not_tell_that_a_call_was_asked_for(child: Patient) -> None:
    address, page = answer_alone(child, l_selfharm="yes")
    Client().post(f"{address}call/", {"proof": proof_of(page)})

    _address, again = answer_alone(child, l_selfharm="yes")

    assert wants_call(child.pk)
    assert OFFER in again
    assert ASKED not in again


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_a_guardian_is_answered_the_same_whatever_was_said_alone(
    client: Client, child: Patient, answer: str
) -> None:
    answer_alone(child, l_selfharm=answer)

    assert ask(client, child).status_code == 404
    page = client.get(path_of(child)).content.decode()
    assert OFFER not in page
    assert ASKED not in page
    assert not UrgentAlert.objects.filter(call_wanted_at__isnull=False).exists()


def test_a_proof_is_for_one_patient_and_one_day(
    patient: Patient, child: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    proof = call_proofs.prove(patient.pk)

    assert call_proofs.is_proof(proof, patient.pk)
    assert not call_proofs.is_proof(proof, child.pk)
    monkeypatch.setattr(call_proofs, "LASTS", timedelta(0))
    assert not call_proofs.is_proof(proof, patient.pk)
