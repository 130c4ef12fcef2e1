"""One form, one key."""

import uuid
from datetime import UTC, date, datetime

import pytest
from django.db import transaction

from bookings.models import Appointment, RequestKey
from bookings.services.keys import fingerprint, take_key
from bookings.services.refusals import KeyReused
from tests.calendars import make_calendar

pytestmark = pytest.mark.django_db


@pytest.fixture
def hold() -> Appointment:
    return make_calendar().hold()


def test_a_fingerprint_is_the_same_for_the_same_data_in_any_order() -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    assert fingerprint(a=1, b=["x", None, at]) == fingerprint(b=["x", None, at], a=1)


@pytest.mark.parametrize(
    "other", [{"a": 2}, {"a": "1"}, {"b": 1}, {"a": 1, "b": None}, {"a": [1]}, {"a": date(2026, 1, 1)}]
)
def test_a_fingerprint_differs_for_other_data(other: dict[str, object]) -> None:
    assert fingerprint(**other) != fingerprint(a=1)


def test_a_key_is_taken_once_and_then_names_its_visit(hold: Appointment) -> None:
    key = uuid.uuid4()
    assert take_key(key, "print", hold.pk) is None
    assert take_key(key, "print", uuid.uuid4()) == hold


def test_a_key_with_other_data_is_refused(hold: Appointment) -> None:
    key = uuid.uuid4()
    take_key(key, "print", hold.pk)
    with pytest.raises(KeyReused):
        take_key(key, "other", hold.pk)


def test_a_key_is_given_back_with_the_transaction(hold: Appointment) -> None:
    key = uuid.uuid4()
    with transaction.atomic():
        take_key(key, "print", hold.pk)
        transaction.set_rollback(True)
    assert not RequestKey.objects.filter(pk=key).exists()
    assert take_key(key, "other", hold.pk) is None


def test_a_key_keeps_no_personal_data(hold: Appointment) -> None:
    key = uuid.uuid4()
    take_key(key, fingerprint(name="Hannah"), hold.pk)
    used = RequestKey.objects.get(pk=key)
    assert len(used.fingerprint) == 64
    assert "Hannah" not in used.fingerprint
