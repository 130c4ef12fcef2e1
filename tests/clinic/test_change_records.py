"""Each change of a watched row is noted with who asked, however it is written; nothing personal is copied."""

from typing import Any
from uuid import UUID

import pghistory
import pgtrigger
import pytest
from django.db import connection, transaction
from django.test import Client

from bookings.models import Closure
from clinic.middleware import HistoryMiddleware
from clinic.models import ChangeRecord, Resource, Role, Site, User
from clinic.named_tasks import named
from clinic.prepared import run
from patients.models import Patient
from tests.bookings.pages import book_in
from tests.calendars import make_calendar
from tests.factories import PatientFactory, ResourceFactory, SiteFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db

BY = {"user": 41, "url": "/setup/rooms/", "request": "a1"}


def newest(table: str) -> ChangeRecord:
    return ChangeRecord.objects.filter(table_name=table).latest("pk")


def said_by(table: str) -> tuple[int | None, str, str]:
    row = newest(table)
    return row.actor_id, row.origin, row.request_id


def test_a_change_says_what_changed_and_who_asked() -> None:
    room: Resource = ResourceFactory.create(name="Room 1")

    with pghistory.context(**BY):
        Resource.objects.filter(pk=room.pk).update(name="Room 2")

    row = newest("clinic_resource")
    assert (row.operation, row.row_id, row.columns) == ("update", str(room.pk), ["name"])
    assert (row.before, row.after) == ({"name": "Room 1"}, {"name": "Room 2"})
    assert said_by("clinic_resource") == (41, "/setup/rooms/", "a1")
    assert row.transaction_id > 0


def write_raw(room: Resource) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE clinic_resource SET name = %s WHERE id = %s", ["raw", room.pk])


def write_bulk(room: Resource) -> None:
    room.name = "bulk"
    Resource.objects.bulk_update([room], ["name"])


def create_bulk(room: Resource) -> None:
    Resource.objects.bulk_create([Resource(kind=room.kind, name="new", site=room.site)])


def write_prepared(room: Resource) -> None:
    with transaction.atomic():
        Resource.objects.filter(pk=room.pk).update(name="first")
        run("UPDATE clinic_resource SET name = 'prepared' WHERE id = %(id)s::int8", {"id": room.pk})


def delete(room: Resource) -> None:
    room.delete()


@pytest.mark.parametrize(
    "write", [write_raw, write_bulk, create_bulk, write_prepared, delete], ids=lambda write: write.__name__
)
def test_however_it_is_written_the_actor_is_named(write: Any) -> None:
    room = ResourceFactory.create()
    before = ChangeRecord.objects.filter(table_name="clinic_resource").count()

    with pghistory.context(**BY):
        write(room)

    assert ChangeRecord.objects.filter(table_name="clinic_resource").count() > before
    assert said_by("clinic_resource") == (41, "/setup/rooms/", "a1")


def test_without_a_context_a_change_is_noted_and_names_nobody() -> None:
    write_raw(ResourceFactory.create())

    assert said_by("clinic_resource") == (None, "", "")


def test_a_task_names_itself() -> None:
    room = ResourceFactory.create()

    named(write_raw)(room)

    assert said_by("clinic_resource") == (None, f"{__name__}.write_raw", "")


def test_a_write_that_changes_nothing_leaves_no_row() -> None:
    site: Site = SiteFactory.create()
    before = ChangeRecord.objects.count()

    site.save()

    assert ChangeRecord.objects.count() == before


def test_signing_in_is_an_event_and_no_change(client: Client) -> None:
    user = StaffFactory.create()
    before = ChangeRecord.objects.count()

    client.force_login(user)

    user.refresh_from_db()
    assert user.last_login is not None
    assert ChangeRecord.objects.count() == before


def test_ignoring_triggers_does_not_silence_it() -> None:
    room = ResourceFactory.create()

    with pgtrigger.ignore():
        write_raw(room)

    assert newest("clinic_resource").columns == ["name"]


def test_names_and_contacts_change_without_being_copied() -> None:
    patient: Patient = PatientFactory.create(name="Hannah Whitfield", email="hannah@example.com")
    patient.name, patient.email, patient.is_demo = "Somchai Jaidee", "somchai@example.com", True
    patient.save()

    rows = ChangeRecord.objects.filter(table_name="patients_patient", row_id=str(patient.pk)).order_by("pk")
    created, changed = rows
    text = str([(row.before, row.after) for row in rows])

    assert changed.columns == ["email", "is_demo", "name", "search_text"]
    assert changed.after == {"is_demo": True}
    assert "name" in created.columns
    for words in ("Hannah", "Somchai", "example.com"):
        assert words not in text


def test_a_new_role_is_noted_with_both_values() -> None:
    user: User = StaffFactory.create(roles=[Role.NURSE])

    user.roles = [Role.NURSE, Role.OWNER]
    user.save()

    row = newest("clinic_user")
    assert (row.before, row.after) == ({"roles": ["nurse"]}, {"roles": ["nurse", "owner"]})


def test_through_the_pages_a_booking_names_the_account_and_the_request(client: Client) -> None:
    account = UserFactory.create()
    client.force_login(account)

    visit = book_in(client, make_calendar())

    row = newest("patients_patient")
    assert UUID(row.row_id) == visit.patient_id
    assert (row.actor_id, len(row.request_id)) == (account.pk, 32)
    assert row.origin.startswith("/book/")


def test_through_the_pages_the_owner_is_named(client: Client) -> None:
    site, owner = SiteFactory.create(), StaffFactory.create(roles=[Role.OWNER])
    client.force_login(owner)
    days = {
        "first_date": "2027-04-13",
        "last_date": "2027-04-15",
        "name_en": "Songkran",
        "name_th": "สงกรานต์",
    }

    client.post(f"/setup/holidays/site/{site.pk}/close/", days)

    assert Closure.objects.exists()
    assert newest("bookings_closure").actor_id == owner.pk


def test_without_the_middleware_nobody_is_named(client: Client, settings: Any) -> None:
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if HistoryMiddleware.__name__ not in name]
    account = UserFactory.create()
    client.force_login(account)

    book_in(client, make_calendar())

    assert said_by("patients_patient") == (None, "", "")
