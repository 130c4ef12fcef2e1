"""The visit a patient comes to next, as the review of forms shows it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bookings.queries.next_visits import find_visit_without_form
from clinic.models import Role
from patients.queries import next_visits
from patients.queries.next_visits import find_next_visit
from tests.calendars import MONDAY, NOW, make_calendar
from tests.factories import PatientFactory, StaffFactory
from tests.patients.forms import send_case

pytestmark = pytest.mark.django_db


def test_the_next_visit_comes_with_where_and_with_whom() -> None:
    visit = make_calendar().book()
    assert visit.patient is not None

    found = find_next_visit(visit.patient.pk, now=NOW)

    assert found is not None
    assert (found.starts_at, found.kind, found.practitioner) == (MONDAY, "First consultation", "Dr A")
    assert found.rooms == ("Room 1",)
    assert found.zone.key == "Asia/Bangkok"


def test_a_visit_is_next_until_it_is_over() -> None:
    visit = make_calendar().book()
    assert visit.patient is not None

    assert find_next_visit(visit.patient.pk, now=MONDAY + timedelta(minutes=39)) is not None
    assert find_next_visit(visit.patient.pk, now=MONDAY + timedelta(minutes=41)) is None


def test_who_has_no_visit_has_none_ahead() -> None:
    assert find_next_visit(PatientFactory.create().pk, now=NOW) is None


def test_only_visits_without_a_form_are_missing_one() -> None:
    visit = make_calendar().book()
    assert find_visit_without_form(StaffFactory.create(roles=[Role.CLINICIAN]), now=NOW) == visit
    assert visit.patient is not None

    send_case(visit.patient)

    assert find_visit_without_form(StaffFactory.create(roles=[Role.CLINICIAN]), now=NOW) is None


def test_without_anybody_who_knows_there_is_none_to_show(monkeypatch: pytest.MonkeyPatch) -> None:
    visit = make_calendar().book()
    assert visit.patient is not None
    monkeypatch.setattr(next_visits, "_tellers", [])

    assert find_next_visit(visit.patient.pk, now=NOW) is None


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2026, 11, 20, 2, tzinfo=UTC), date(2026, 11, 21)),
        (datetime(2026, 11, 21, 16, 59, tzinfo=UTC), date(2026, 11, 21)),
        (datetime(2026, 11, 21, 17, 1, tzinfo=UTC), None),  # past midnight in Bangkok
    ],
)
def test_a_form_is_due_two_days_before_by_the_sites_calendar(now: datetime, due: date | None) -> None:
    visit = make_calendar().book()
    assert visit.patient is not None

    found = find_next_visit(visit.patient.pk, now=now)

    assert found is not None
    assert found.form_due(now=now) == due
