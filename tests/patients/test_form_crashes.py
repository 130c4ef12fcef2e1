"""The database dies while a form is saved or sent: nothing is half done, and doing it again does it once."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection
from django.test import Client

from patients.models import Draft, FormVersion, Patient, UrgentAlert, VisitRequest
from patients.queries.health_forms import open_draft
from tests.factories import PatientFactory, UserFactory, VisitTypeFactory
from tests.patients.forms import CONSENT, SIGNED, answers_of, save, send

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def patient() -> Patient:
    VisitTypeFactory.create(code="CONS_EXT")
    return PatientFactory.create(account=UserFactory.create())


@contextmanager
def dying_at(table: str, event: str) -> Iterator[None]:
    """Let Postgres end a connection at the moment it has written a row of `table`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()), pg_sleep(1); RETURN NULL; END $$"
        )
        cursor.execute(f"CREATE TRIGGER die AFTER {event} ON {table} FOR EACH ROW EXECUTE FUNCTION die()")
    try:
        yield
    finally:
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER die ON {table}; DROP FUNCTION die()")


@pytest.mark.parametrize(
    ("table", "event"),
    [("patients_formversion", "INSERT"), ("patients_visitrequest", "INSERT"), ("patients_draft", "UPDATE")],
)
def test_a_form_is_never_half_sent(patient: Patient, table: str, event: str) -> None:
    draft = save(patient, **(answers_of("vo-04") | SIGNED))

    with dying_at(table, event), pytest.raises(OperationalError):
        send(patient, draft.revision)

    assert not FormVersion.objects.exists()
    assert not VisitRequest.objects.exists()
    assert Draft.objects.get().sent_revision is None
    assert send(patient, draft.revision).number == 1
    assert (FormVersion.objects.count(), VisitRequest.objects.count()) == (1, 1)


def test_an_urgent_answer_is_saved_with_its_alert_or_not_at_all(patient: Patient) -> None:
    save(patient, **CONSENT)

    with dying_at("patients_urgentalert", "INSERT"), pytest.raises(OperationalError):
        save(patient, 1, c_now=["hot_spreading_redness"])

    assert "c_now" not in open_draft(patient).answers
    save(patient, 1, c_now=["hot_spreading_redness"])
    assert UrgentAlert.objects.count() == 1


def test_the_page_says_sorry_and_sends_once_when_tried_again(patient: Patient) -> None:
    draft = save(patient, **(answers_of("vo-04") | SIGNED))
    browser = Client(raise_request_exception=False)
    assert patient.account is not None
    browser.force_login(patient.account)
    address = f"/form/{patient.pk}/check/"

    with dying_at("patients_formversion", "INSERT"):
        sorry = browser.post(address, {"revision": draft.revision})
    again = browser.post(address, {"revision": draft.revision})

    assert (sorry.status_code, again.status_code) == (503, 302)
    assert FormVersion.objects.count() == 1
