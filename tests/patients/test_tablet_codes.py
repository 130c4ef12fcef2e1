"""The ways into a tablet pass: its token, its typed code, and where neither may ever stand."""

import logging
from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings

from clinic import confined
from clinic.models import ReadRecord
from patients.models import Patient
from patients.services.tablets import letters_of, token_of
from patients.views import tablet as pages
from tests.clinic.log_capture import handled
from tests.factories import PatientFactory, SiteFactory
from tests.patients.tablets import address_of, form_of, hand_out, start_on

pytestmark = pytest.mark.django_db

CODE_PAGE = "/tablet/"


@pytest.fixture
def patient() -> Patient:
    SiteFactory.create()
    return PatientFactory.create(name="Hannah Whitfield")


@pytest.mark.parametrize("typed", ["{}", " {} ", "{small}", "{bare}"])
def test_a_typed_code_leads_to_the_same_page(patient: Patient, typed: str) -> None:
    found = hand_out(patient)
    letters = letters_of(found)
    sent = typed.format(letters, small=letters.lower(), bare=letters.replace("-", ""))

    answer = Client().post(CODE_PAGE, {"code": sent})

    assert (answer.status_code, answer["Location"]) == (302, address_of(found))


@pytest.mark.parametrize("typed", ["", "BCDF-GHJK", "x" * 41, "\x00", "๑๒๓๔๕๖๗๘", "' OR 1=1"])
def test_a_wrong_code_is_refused_beside_the_field(patient: Patient, typed: str) -> None:
    hand_out(patient)

    answer = Client().post(CODE_PAGE, {"code": typed})

    assert answer.status_code == 422
    assert "invalid-feedback" in answer.content.decode()


def test_codes_are_counted(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "CODES_AN_HOUR", 3)
    found, tablet = hand_out(patient), Client()

    for _try in range(3):
        tablet.post(CODE_PAGE, {"code": "BCDF-GHJK"})
    answer = tablet.post(CODE_PAGE, {"code": letters_of(found)})

    assert answer.status_code == 422
    assert "Too many tries" in answer.content.decode()


def test_codes_are_counted_by_network(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    """One subscriber of IPv6 has a /64: each of its addresses would be a fresh start."""
    monkeypatch.setattr(pages, "CODES_AN_HOUR", 3)
    code = {"code": letters_of(hand_out(patient))}

    for number in range(3):
        Client(REMOTE_ADDR=f"2001:db8:0:1::{number}").post(CODE_PAGE, {"code": "BCDF-GHJK"})

    assert Client(REMOTE_ADDR="2001:db8:0:1:f::9").post(CODE_PAGE, code).status_code == 422
    assert Client(REMOTE_ADDR="2001:db8:0:2::9").post(CODE_PAGE, code).status_code == 302


def test_a_used_code_opens_nothing(patient: Patient) -> None:
    found = hand_out(patient)
    start_on(Client(), found)

    assert Client().post(CODE_PAGE, {"code": letters_of(found)}).status_code == 422


def test_opening_is_written_down_with_the_pass(patient: Patient) -> None:
    tablet, found = Client(), hand_out(patient)

    start_on(tablet, found)

    read = ReadRecord.objects.get()
    assert (read.subject_type, read.subject_ids, read.patient_ids) == (
        "tablet_pass",
        [found.pk],
        [patient.pk],
    )
    assert (read.reader, read.reason) == (None, f"tablet {found.pk}")


def test_the_token_stands_in_no_table_log_or_referrer(
    patient: Patient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    tablet, found = Client(), hand_out(patient)
    token, letters = token_of(found), letters_of(found)

    shown = tablet.get(address_of(found))
    Client(enforce_csrf_checks=True).post(address_of(found))
    Client().get(f"/tablet/open/{token}x/")
    Client().put(address_of(found))
    tablet.post(CODE_PAGE, {"code": letters})
    start_on(tablet, found)
    tablet.get(form_of(found))

    secret = tablet.cookies[confined.COOKIE].value
    logged = handled(caplog)
    assert '"route": "tablet:open' in logged
    for hidden in (token, letters, letters.replace("-", ""), secret):
        assert hidden not in logged
        assert tables_with(hidden) == []
    assert shown["Referrer-Policy"] == "strict-origin"
    assert "no-store" in shown["Cache-Control"]


def tables_with(text: str) -> list[str]:
    """Return the tables in which a text stands."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT 1 FROM "{table}" AS line WHERE line::text LIKE %s LIMIT 1', [f"%{text}%"])
            found += [table] if cursor.fetchone() else []
    return found


@override_settings(OVER_HTTPS=True)
def test_the_cookie_is_the_servers_own(patient: Patient) -> None:
    tablet = Client()
    start_on(tablet, hand_out(patient))

    cookie: Any = tablet.cookies[confined.COOKIE]

    assert (cookie["httponly"], cookie["secure"], cookie["samesite"], cookie["path"]) == (
        True,
        True,
        "Lax",
        "/",
    )
    assert cookie["max-age"] == ""
    assert len(cookie.value) == 43
