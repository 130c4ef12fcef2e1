"""Opening a record with a reason: an hour by the database's clock, once, sealed, and the owner is told."""

import time
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError
from django.utils import timezone

from clinic.models import OutboxMessage, Role
from clinic.services import letters
from patients.models import DataKey, Patient, ReasonAccess
from patients.queries.care_team import is_on_care_team
from patients.queries.reason_accesses import count_to_look_at, list_opened
from patients.services import reason_access
from patients.services.reason_access import close_access, mark_looked_at, open_with_reason, revoke_access
from patients.services.refusals import NotClinical
from tests.factories import PatientFactory, StaffFactory
from tests.patients.care_team import REASON, end_in, give_reason, outsider
from tests.race.together import all_at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient() -> Patient:
    return PatientFactory.create(name="Zacharias Quill")


def lengths() -> list[timedelta]:
    return [row.ends_at - row.opened_at for row in ReasonAccess.objects.order_by("opened_at")]


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.NURSE])
def test_a_reason_opens_a_record_for_exactly_an_hour(patient: Patient, role: Role) -> None:
    user, now = outsider(role), timezone.now()

    access = give_reason(user, patient, now)

    assert lengths() == [timedelta(minutes=60)]
    assert is_on_care_team(user, patient.pk, now)
    assert abs(access.opened_at - now) < timedelta(seconds=5)


def test_it_counts_from_the_databases_clock_not_the_servers(patient: Patient) -> None:
    access = give_reason(outsider(), patient, timezone.now() - timedelta(days=3))

    assert access.ends_at > timezone.now() + timedelta(minutes=59)


def test_it_ends_to_the_moment(patient: Patient) -> None:
    user = outsider()
    end_in(give_reason(user, patient, timezone.now()), 0.4)

    while_open = is_on_care_team(user, patient.pk, timezone.now())
    time.sleep(0.5)

    assert while_open
    assert not is_on_care_team(user, patient.pk, timezone.now())


@pytest.mark.parametrize("roles", [[Role.OWNER], [Role.FRONT_DESK], []])
def test_nobody_else_may(patient: Patient, roles: list[Role]) -> None:
    with pytest.raises(NotClinical):
        give_reason(StaffFactory.create(roles=roles), patient, timezone.now())

    assert not ReasonAccess.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_a_second_press_opens_nothing_more(patient: Patient) -> None:
    user = outsider()

    first, second = (give_reason(user, patient, timezone.now(), reason=REASON * n) for n in (1, 2))

    assert first == second
    assert ReasonAccess.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_presses_at_once_open_it_once(patient: Patient) -> None:
    user = outsider()
    StaffFactory.create(roles=[Role.OWNER])

    outcomes = all_at_once([lambda: give_reason(user, patient, timezone.now())] * 6)

    assert all(outcome.won for outcome in outcomes)
    assert ReasonAccess.objects.count() == OutboxMessage.objects.count() == 1


def test_two_at_a_time_and_longer_than_an_hour_are_refused_by_the_database(patient: Patient) -> None:
    user, now = outsider(), timezone.now()
    give_reason(user, patient, now)
    more = {"patient": patient, "user": user, "sealed": b"x", "opened_at": now + timedelta(minutes=30)}

    for ends_at in (now + timedelta(minutes=40), now + timedelta(days=1)):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReasonAccess.objects.create(**more, ends_at=ends_at)


@pytest.mark.parametrize(
    "change",
    ["ends_at = ends_at + interval '1 second'", "sealed = 'x'", "opened_at = opened_at - interval '1 s'"],
)
def test_what_was_opened_never_changes_and_never_gets_longer(patient: Patient, change: str) -> None:
    give_reason(outsider(), patient, timezone.now())

    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE patients_reasonaccess SET {change}")


def test_it_can_be_closed_early_and_opened_anew(patient: Patient) -> None:
    user, other = outsider(), outsider()
    give_reason(user, patient, timezone.now())
    give_reason(other, patient, timezone.now())

    close_access(user=user, patient_id=patient.pk)
    closed = not is_on_care_team(user, patient.pk, timezone.now())
    give_reason(user, patient, timezone.now())

    assert closed
    assert is_on_care_team(user, patient.pk, timezone.now())
    assert is_on_care_team(other, patient.pk, timezone.now())
    assert ReasonAccess.objects.count() == 3


def test_an_owner_can_end_it(patient: Patient) -> None:
    user = outsider()
    access = give_reason(user, patient, timezone.now())

    revoke_access(access_id=access.pk)
    ended = ReasonAccess.objects.get().ends_at
    revoke_access(access_id=access.pk)

    assert not is_on_care_team(user, patient.pk, timezone.now())
    assert ReasonAccess.objects.get().ends_at == ended


def test_every_owner_who_may_sign_in_is_told_at_once_and_nothing_of_whom(patient: Patient) -> None:
    owners = [
        StaffFactory.create(roles=[Role.OWNER, Role.CLINICIAN]),
        StaffFactory.create(roles=[Role.OWNER]),
    ]
    StaffFactory.create(roles=[Role.OWNER], is_active=False)
    StaffFactory.create(roles=[Role.CLINICIAN])
    user, now = outsider(name="Dr Away"), timezone.now()

    give_reason(user, patient, now)

    messages = list(OutboxMessage.objects.order_by("to"))
    assert {message.to for message in messages} == {owner.email for owner in owners}
    assert all(message.send_after_at <= now for message in messages)
    mail = str(letters.write(messages[0]).message())
    assert "/setup/opened/" in mail
    for word in ("Quill", "Dr Away", REASON):
        assert word.casefold() not in mail.casefold()


def test_the_reason_is_sealed_and_read_by_the_owners_page_only(patient: Patient) -> None:
    access = give_reason(outsider(), patient, timezone.now())

    found = list_opened(access.opened_at - timedelta(minutes=1), access.opened_at + timedelta(minutes=1))

    assert REASON.encode() not in bytes(access.sealed)
    assert [each.reason for each in found] == [REASON]
    assert list_opened(access.opened_at + timedelta(minutes=1), access.ends_at) == []


def test_a_destroyed_key_closes_the_reason_and_not_the_page(patient: Patient) -> None:
    access = give_reason(outsider(), patient, timezone.now())
    DataKey.objects.all().delete()

    (found,) = list_opened(access.opened_at, access.ends_at)

    assert found.reason is None


def test_the_first_owner_who_looked_counts(patient: Patient) -> None:
    access = give_reason(outsider(), patient, timezone.now())
    owners = [StaffFactory.create(roles=[Role.OWNER]) for _number in range(2)]
    waiting = count_to_look_at()

    for owner in owners:
        mark_looked_at(access_id=access.pk, by=owner, now=timezone.now())

    assert (waiting, count_to_look_at()) == (1, 0)
    assert ReasonAccess.objects.get().looked_by == owners[0]


def test_without_its_role_check_anybody_could_open_one(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of `test_nobody_else_may`."""
    monkeypatch.setattr(reason_access, "check_reads", lambda _user: None)

    open_with_reason(StaffFactory.create(roles=[Role.FRONT_DESK]), patient, REASON, timezone.now())

    assert ReasonAccess.objects.exists()
