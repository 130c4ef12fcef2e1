"""A few words from the desk: sent once, taken back in time, and never copied elsewhere."""

import uuid
from datetime import timedelta

import pytest

from clinic.models import Clinic, OutboxMessage, User
from clinic.services.delivery import deliver
from clinic.services.letters import write
from patients.models import DeskMessage, Patient
from patients.queries.vault import get_vault_of
from patients.services.desk_messages import AlreadyGone, NoAddress, send_desk_message, take_back_message
from patients.services.identity import AskForTwo, check_identity
from tests.calendars import NOW
from tests.factories import PatientFactory, StaffFactory

pytestmark = pytest.mark.django_db

MINUTES = timedelta(minutes=3)
WORDS = "There is parking behind the house. Nok"


@pytest.fixture
def nok() -> User:
    return StaffFactory.create(name="Nok")


@pytest.fixture
def hannah() -> Patient:
    Clinic.objects.create(pk=1, name="Mali", phone="+6620000000")
    return PatientFactory.create(email="hannah@example.com")


def send(patient: Patient, by: User, key: uuid.UUID | None = None, words: str = WORDS) -> DeskMessage:
    return send_desk_message(
        message_id=key or uuid.uuid4(), patient=patient, words=words, by=by, now=NOW, delay=MINUTES
    )


def test_a_message_waits_three_minutes_and_its_words_stand_in_its_own_row_only(
    hannah: Patient, nok: User
) -> None:
    message = send(hannah, nok)

    row = OutboxMessage.objects.get(subject_id=message.pk)
    assert (row.to, row.send_after_at, row.facts) == ("hannah@example.com", NOW + MINUTES, {})


def test_the_mail_has_the_words_and_no_name(hannah: Patient, nok: User) -> None:
    message = send(hannah, nok, words=f"{WORDS}\n<b>&")

    mail = write(OutboxMessage.objects.get(subject_id=message.pk))

    assert mail.subject == "A message from Mali"
    assert f"{WORDS}\n<b>&" in str(mail.body)
    html = str(mail.alternatives[0][0])
    assert "&lt;b&gt;&amp;" in html
    assert hannah.name not in str(mail.body) + html


def test_a_second_press_is_the_same_message(hannah: Patient, nok: User) -> None:
    key = uuid.uuid4()

    messages = [send(hannah, nok, key), send(hannah, nok, key, "Other words")]

    assert messages[0] == messages[1]
    row = DeskMessage.objects.get()
    assert get_vault_of([row.sealed]).open_words(row.sealed, row=row) == WORDS
    assert OutboxMessage.objects.count() == 1


def test_without_an_address_nothing_is_written(nok: User) -> None:
    with pytest.raises(NoAddress, match="Please call"):
        send(PatientFactory.create(email=""), nok)

    assert not DeskMessage.objects.exists()


def test_what_is_taken_back_never_leaves(hannah: Patient, nok: User, mailoutbox: list[object]) -> None:
    message = send(hannah, nok)

    take_back_message(message_id=message.pk, patient=hannah, now=NOW)

    row = OutboxMessage.objects.get()
    OutboxMessage.objects.update(send_after_at=NOW - MINUTES)
    deliver(message_id=row.pk, now=NOW)
    assert (OutboxMessage.objects.get().status, mailoutbox) == ("dropped", [])


@pytest.mark.parametrize("state", [{"status": "sent"}, {"attempts": 1}, {"status": "dropped"}])
def test_what_has_begun_to_leave_is_not_taken_back(
    hannah: Patient, nok: User, state: dict[str, object]
) -> None:
    message = send(hannah, nok)
    OutboxMessage.objects.update(**state)

    with pytest.raises(AlreadyGone):
        take_back_message(message_id=message.pk, patient=hannah, now=NOW)

    assert DeskMessage.objects.get().taken_back_at is None


def test_nobody_takes_back_a_message_to_somebody_else(hannah: Patient, nok: User) -> None:
    message = send(hannah, nok)

    with pytest.raises(DeskMessage.DoesNotExist):
        take_back_message(message_id=message.pk, patient=PatientFactory.create(), now=NOW)


def test_two_facts_are_asked_for(hannah: Patient, nok: User) -> None:
    check_identity(patient=hannah, asked=["contact", "name"], by=nok, now=NOW)

    check = hannah.identity_checks.get()
    assert (check.asked, check.by, check.at) == (["name", "contact"], nok, NOW)


@pytest.mark.parametrize("asked", [[], ["name"], ["name", "name"], ["name", "nonsense"]])
def test_fewer_than_two_facts_are_no_check(hannah: Patient, nok: User, asked: list[str]) -> None:
    with pytest.raises(AskForTwo, match="two"):
        check_identity(patient=hannah, asked=asked, by=nok, now=NOW)

    assert not hannah.identity_checks.exists()
