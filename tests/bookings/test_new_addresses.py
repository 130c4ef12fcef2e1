"""A changed e-mail: whoever reads the old one can move a visit no longer, and the new one gets links."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from phonenumber_field.phonenumber import PhoneNumber

from bookings.life_cycle import UNDO
from bookings.models import Appointment, VisitLink
from bookings.services import visits
from bookings.services.new_addresses import change_contacts, count_links_of
from bookings.services.refusals import JustMerged
from clinic.models import OutboxMessage
from patients.models import Patient
from patients.services.contacts import Contacts
from tests.bookings.longer_visits import patient_of
from tests.bookings.two_records import book_two, merge, people_of
from tests.calendars import MONDAY, NOW, PATIENT, make_calendar
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

DAY = NOW.replace(hour=12)
"""19:00 in Bangkok and 12:00 in London: nobody sleeps."""


def contacts_of(patient: Patient, **changes: Any) -> Contacts:
    said = Contacts(
        name=patient.name,
        birth_date=patient.birth_date,
        phone=PhoneNumber.from_string(str(patient.phone)),
        email=patient.email,
        contact_name=patient.contact_name,
        language=patient.language,
        zone=patient.zone,
    )
    return replace(said, **changes)


@pytest.fixture
def visit() -> Appointment:
    return make_calendar().book(email="old@example.com")


@pytest.fixture
def told(visit: Appointment) -> Appointment:
    OutboxMessage.objects.update(status="sent")
    return visit


def change(visit: Appointment, **changes: Any) -> int:
    patient = patient_of(visit)
    return change_contacts(patient=patient, contacts=contacts_of(patient, **changes), now=DAY)


def alive() -> int:
    return VisitLink.objects.filter(revoked_at=None).count()


def test_links_at_the_old_address_stop_and_the_new_one_is_told(told: Appointment) -> None:
    old = VisitLink.objects.get()

    assert change(told, email="new@example.com") == 1

    assert VisitLink.objects.get(pk=old.pk).revoked_at == DAY
    message = OutboxMessage.objects.get(status="waiting")
    assert (message.to, message.kind, message.send_after_at) == ("new@example.com", "booked", DAY + UNDO)
    assert VisitLink.objects.get(revoked_at=None).pk.hex == message.facts["link_id"].replace("-", "")


def test_what_still_waits_goes_to_the_new_address_with_its_link(visit: Appointment) -> None:
    assert change(visit, email="new@example.com") == 0

    message = OutboxMessage.objects.get()
    assert (message.to, alive()) == ("new@example.com", 1)


@pytest.mark.parametrize("changes", [{"name": "H. W."}, {"email": "OLD@example.com"}, {"phone": None}])
def test_other_changes_leave_links_alone(told: Appointment, changes: dict[str, Any]) -> None:
    assert change(told, **changes) == 0

    assert (alive(), OutboxMessage.objects.count()) == (1, 1)


def test_without_an_address_links_stop_and_nobody_is_told(told: Appointment) -> None:
    assert change(told, email="") == 0

    assert (alive(), OutboxMessage.objects.filter(status="waiting").exists()) == (0, False)


def test_a_visit_that_is_over_is_not_told_again(told: Appointment) -> None:
    Appointment.objects.update(starts_at=DAY - timedelta(days=2), ends_at=DAY - timedelta(days=2) + UNDO)

    assert change(told, email="new@example.com") == 0


def test_an_account_keeps_its_address(told: Appointment) -> None:
    account = UserFactory.create(email="old@example.com")
    Patient.objects.update(account=account)

    change(told, email="new@example.com")

    account.refresh_from_db()
    assert account.email == "old@example.com"


def test_a_contact_person_makes_the_record_somebody_elses_to_write_to(told: Appointment) -> None:
    change(told, contact_name="Jane Whitfield")
    assert Patient.objects.get().booked_for == "other"

    change(told, contact_name="")
    assert Patient.objects.get().booked_for == "self"


def test_a_record_that_went_is_not_changed() -> None:
    kept, gone = people_of(*book_two(make_calendar()))
    merge(kept, gone)

    with pytest.raises(JustMerged):
        change_contacts(patient=gone, contacts=contacts_of(gone, name="X Y"), now=DAY)


def test_links_are_counted_by_visit(told: Appointment) -> None:
    patient = patient_of(told)
    assert count_links_of(patient, now=NOW) == 1

    visits.cancel_visit(appointment=told, actor=PATIENT, reason="", now=NOW)
    assert count_links_of(patient, now=MONDAY) == 0
