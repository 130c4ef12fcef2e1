"""The duty list in the admin: the owner's, by the clinic's clock, and never backwards."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from clinic.models import DutyShift, Role, User
from tests.clinic.admin_pages import address, signed_in
from tests.factories import SiteFactory, StaffFactory

pytestmark = pytest.mark.django_db

EIGHT = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
"""08:00 in Bangkok."""


@pytest.fixture
def owner() -> Client:
    """A browser of an owner, at a clinic in Bangkok."""
    SiteFactory.create()
    return signed_in(Role.OWNER)


@pytest.fixture
def doctor() -> User:
    return StaffFactory.create(name="Dr Ploy S.", roles=[Role.CLINICIAN], phone="+66812345678")


def typed(doctor: User, **changes: Any) -> dict[str, Any]:
    """Return a shift as its form posts it."""
    times = {"starts_at_0": "2026-11-25", "starts_at_1": "08:00", "ends_at_0": "2026-11-25"}
    return {"user": doctor.pk, **times, "ends_at_1": "20:00", **changes}


def make_shift(doctor: User, **changes: Any) -> DutyShift:
    values = {"user": doctor, "starts_at": EIGHT, "ends_at": EIGHT + timedelta(hours=12)}
    return DutyShift.objects.create(**(values | changes))


def test_a_shift_is_typed_by_the_clinics_clock(owner: Client, doctor: User) -> None:
    owner.post(address("clinic.dutyshift", "add"), typed(doctor))

    shift = DutyShift.objects.get()
    assert (shift.user, shift.starts_at, shift.ends_at) == (doctor, EIGHT, EIGHT + timedelta(hours=12))


def test_a_shift_is_shown_by_the_clinics_clock_which_is_named(owner: Client, doctor: User) -> None:
    page = owner.get(address("clinic.dutyshift", "change", make_shift(doctor).pk)).content.decode()

    assert 'value="08:00' in page
    assert "Times are by the clock of Bangkok." in page


def test_without_a_site_the_clock_is_utc(doctor: User) -> None:
    signed_in(Role.OWNER).post(address("clinic.dutyshift", "add"), typed(doctor))

    assert DutyShift.objects.get().starts_at == EIGHT + timedelta(hours=7)


@pytest.mark.parametrize("ends", [{"ends_at_1": "08:00"}, {"ends_at_0": "2026-11-24"}])
def test_a_shift_must_end_after_it_begins(owner: Client, doctor: User, ends: dict[str, str]) -> None:
    page = owner.post(address("clinic.dutyshift", "add"), typed(doctor, **ends))

    assert page.context["adminform"].form.errors == {"ends_at": ["The end must be after the start."]}
    assert not DutyShift.objects.exists()


def test_only_clinicians_who_may_sign_in_can_be_on_duty(owner: Client, doctor: User) -> None:
    StaffFactory.create(roles=[Role.NURSE])
    StaffFactory.create(roles=[Role.CLINICIAN], is_active=False)

    form = owner.get(address("clinic.dutyshift", "add")).context["adminform"].form

    assert list(form.fields["user"].queryset) == [doctor]


@pytest.mark.parametrize("words", ["ploy", "Dr Ploy"])
def test_shifts_are_found_by_name(owner: Client, doctor: User, words: str) -> None:
    shift = make_shift(doctor)
    make_shift(StaffFactory.create(name="Dr Anan", roles=[Role.CLINICIAN]))

    found = owner.get(address("clinic.dutyshift", "changelist"), {"q": words}).context["cl"].queryset

    assert list(found) == [shift]


def test_the_list_shows_the_phone_and_times(owner: Client, doctor: User) -> None:
    make_shift(doctor)

    page = owner.get(address("clinic.dutyshift", "changelist")).content.decode()

    assert "+66 81 234 5678" in page
    assert "25 Nov 2026, 08:00" in page


def test_a_shift_can_be_deleted(owner: Client, doctor: User) -> None:
    owner.post(address("clinic.dutyshift", "delete", make_shift(doctor).pk), {"post": "yes"})

    assert not DutyShift.objects.exists()


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.NURSE, Role.CLINICIAN])
def test_nobody_else_changes_the_duty_list(doctor: User, role: str) -> None:
    shift, client = make_shift(doctor), signed_in(role)

    for page in (address("clinic.dutyshift", "add"), address("clinic.dutyshift", "delete", shift.pk)):
        assert client.post(page, typed(doctor) | {"post": "yes"}).status_code == 403
    assert list(DutyShift.objects.all()) == [shift]
