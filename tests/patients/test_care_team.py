"""Who is on a patient's care team: one rule, for lists and for single records."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookings.models import Appointment
from bookings.queries.care_visits import list_ties_by_visits
from clinic.models import DutyShift, Role, User
from patients.models import FormVersion, Patient
from patients.queries import care_team
from patients.queries.care_team import (
    care_team_patients,
    find_access,
    find_patient_of,
    is_on_care_team,
    of_care_team,
)
from patients.services.reviews import add_addendum
from patients.services.urgent import acknowledge_alert
from tests.calendars import MONDAY, make_calendar
from tests.factories import PatientFactory, SiteFactory, StaffFactory
from tests.patients.care_team import end_in, give_reason, on_staff_of, outsider, visit_of
from tests.patients.health_records import raise_alert, send_form, sign_form

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def patient() -> Patient:
    return PatientFactory.create()


def both(user: User, patient: Patient) -> bool:
    """Return whether somebody is on a care team, which lists and single records must say alike."""
    listed = care_team_patients(user, MONDAY).filter(pk=patient.pk).exists()
    assert is_on_care_team(user, patient.pk, MONDAY) is listed
    return listed


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.NURSE])
def test_nobody_is_on_it_without_a_tie(patient: Patient, role: Role) -> None:
    send_form(patient)

    assert not both(outsider(role), patient)


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.NURSE])
def test_the_review_pool_is_on_every_one(patient: Patient, role: Role) -> None:
    assert both(StaffFactory.create(roles=[role], in_review_pool=True), patient)


@pytest.mark.parametrize("roles", [[Role.OWNER], [Role.FRONT_DESK], [Role.OWNER, Role.FRONT_DESK], []])
def test_nobody_else_is_whatever_else_they_are(patient: Patient, roles: list[Role]) -> None:
    user = StaffFactory.create(roles=roles, in_review_pool=True)
    DutyShift.objects.create(user=user, starts_at=MONDAY - HOUR, ends_at=MONDAY + HOUR)
    raise_alert(patient)

    assert not both(user, patient)


def test_an_owner_who_is_a_doctor_is_on_it_as_a_doctor(patient: Patient) -> None:
    roles = [Role.OWNER, Role.CLINICIAN]

    assert both(StaffFactory.create(roles=roles, in_review_pool=True), patient)
    assert not both(StaffFactory.create(roles=roles, in_review_pool=False), patient)


def test_who_may_not_sign_in_is_on_none(patient: Patient) -> None:
    assert not both(
        StaffFactory.create(roles=[Role.CLINICIAN], in_review_pool=True, is_active=False), patient
    )


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.NURSE])
def test_a_shift_where_the_patient_comes_and_not_elsewhere(role: Role) -> None:
    calendar = make_calendar(practitioners=2)
    visit, patient = visit_of(calendar)
    colleague = on_staff_of(calendar, 1, role)

    at_this_site = both(colleague, patient)
    Appointment.objects.filter(pk=visit.pk).update(site=SiteFactory.create())

    assert at_this_site
    assert not both(colleague, patient)


def test_the_end_of_a_shift_ends_it() -> None:
    calendar = make_calendar(practitioners=2)
    _visit, patient = visit_of(calendar)
    colleague = on_staff_of(calendar, 1)

    assert is_on_care_team(colleague, patient.pk, MONDAY + 8 * HOUR)
    assert not is_on_care_team(colleague, patient.pk, MONDAY + 11 * HOUR)


def test_whoever_decided_on_the_newest_form(patient: Patient) -> None:
    review = sign_form(send_form(patient))
    User.objects.filter(pk=review.reviewer_id).update(in_review_pool=False)
    reviewer = User.objects.get(pk=review.reviewer_id)
    add_addendum(review=review, author=StaffFactory.create(roles=[Role.CLINICIAN]), text="More", now=MONDAY)

    on_the_newest = both(reviewer, patient)
    send_form(patient)

    assert on_the_newest
    assert not both(reviewer, patient)


def test_others_have_no_part_in_a_decision_and_others_forms_do_not_make_it_old(patient: Patient) -> None:
    review = sign_form(send_form(patient))
    User.objects.filter(pk=review.reviewer_id).update(in_review_pool=False)
    reviewer, other = User.objects.get(pk=review.reviewer_id), PatientFactory.create()
    send_form(other)
    send_form(other)

    assert both(reviewer, patient)
    assert not both(outsider(), patient)
    assert not both(reviewer, other)


def test_whoever_had_a_visit_with_the_patient_long_ago() -> None:
    calendar = make_calendar(practitioners=2)
    _visit, patient = visit_of(calendar)
    users = [on_staff_of(calendar, number) for number in (0, 1)]
    years_later = MONDAY + timedelta(days=800)

    assert [is_on_care_team(user, patient.pk, years_later) for user in users] == [True, False]


def test_a_duty_that_begins_later_is_none_yet(patient: Patient) -> None:
    doctor = outsider()
    DutyShift.objects.create(user=doctor, starts_at=MONDAY + HOUR, ends_at=MONDAY + 2 * HOUR)
    raise_alert(patient)

    assert not both(doctor, patient)
    assert is_on_care_team(doctor, patient.pk, MONDAY + HOUR)


def test_who_is_on_duty_while_an_urgent_answer_waits(patient: Patient) -> None:
    doctor, nurse = outsider(), outsider(Role.NURSE)
    for user in (doctor, nurse):
        DutyShift.objects.create(user=user, starts_at=MONDAY - HOUR, ends_at=MONDAY + HOUR)
    before = both(doctor, patient)
    raise_alert(patient)

    assert not before
    assert both(doctor, patient)
    assert not both(nurse, patient)
    assert not both(outsider(), patient)
    assert not is_on_care_team(doctor, patient.pk, MONDAY + HOUR)


def test_every_clinician_once_all_were_called(patient: Patient) -> None:
    raise_alert(patient, passed_on_at=MONDAY)

    assert both(outsider(), patient)
    assert not both(outsider(Role.NURSE), patient)


def test_whoever_took_an_urgent_answer_on_for_a_day(patient: Patient) -> None:
    first, second = outsider(), outsider()
    alert = raise_alert(patient, passed_on_at=MONDAY)

    acknowledge_alert(alert_id=alert.pk, by=first, now=MONDAY)

    assert both(first, patient)
    assert not both(second, patient)
    assert not is_on_care_team(first, patient.pk, MONDAY + 24 * HOUR)


def test_a_reason_opens_one_record_and_puts_it_on_no_list(patient: Patient) -> None:
    user, other = outsider(), PatientFactory.create()

    access = give_reason(user, patient, timezone.now())

    found = find_access(user, patient.pk, MONDAY)
    assert found is not None
    assert found.reason == access
    assert found.audit_note == f"reason:{access.pk}"
    assert not is_on_care_team(user, other.pk, MONDAY)
    assert not is_on_care_team(outsider(), patient.pk, MONDAY)
    assert not care_team_patients(user, MONDAY).exists()


def test_a_reason_that_has_ended_opens_nothing(patient: Patient) -> None:
    user = outsider()
    access = give_reason(user, patient, timezone.now())
    assert is_on_care_team(user, patient.pk, MONDAY)

    end_in(access, 0.0001)

    assert find_access(user, patient.pk, MONDAY) is None


def test_a_reason_counts_only_where_nothing_else_does(patient: Patient) -> None:
    user = outsider()
    give_reason(user, patient, timezone.now())

    User.objects.filter(pk=user.pk).update(in_review_pool=True)
    found = find_access(User.objects.get(pk=user.pk), patient.pk, MONDAY)

    assert found is not None
    assert found.audit_note == ""


def test_lists_are_filtered_in_the_query(patient: Patient) -> None:
    calendar = make_calendar(practitioners=2)
    _visit, mine = visit_of(calendar)
    versions = [send_form(patient), send_form(mine)]
    user = on_staff_of(calendar, 1)

    with CaptureQueriesContext(connection) as queries:
        found = list(of_care_team(FormVersion.objects.order_by("pk"), user, MONDAY))

    assert found == [versions[1]]
    assert len(queries) == 2  # the shifts, and the list itself


def test_a_list_costs_as_much_for_fifty_patients_as_for_one() -> None:
    calendar = make_calendar(practitioners=2)
    user = on_staff_of(calendar, 1)
    for _number in range(50):
        send_form(PatientFactory.create())

    with CaptureQueriesContext(connection) as queries:
        list(of_care_team(FormVersion.objects.order_by("pk"), user, MONDAY))

    assert len(queries) == 2


def test_the_pool_asks_the_database_nothing_more(patient: Patient) -> None:
    user = StaffFactory.create(roles=[Role.CLINICIAN])
    send_form(patient)

    with CaptureQueriesContext(connection) as queries:
        list(of_care_team(FormVersion.objects.order_by("pk"), user, MONDAY))
        assert is_on_care_team(user, patient.pk, MONDAY)

    assert len(queries) == 1


def test_the_visits_of_a_site_are_found_by_their_index() -> None:
    """Those of some weeks, of two years of visits."""
    calendar = make_calendar(practitioners=2)
    visit, _patient = visit_of(calendar)
    for number in range(1500):
        visit.pk, visit.reference = uuid.uuid4(), f"X{number}"
        visit.starts_at, visit.ends_at = visit.ends_at + 12 * HOUR, visit.ends_at + 13 * HOUR
        Appointment.objects.bulk_create([visit])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE bookings_appointment")

    plan = care_team_patients(on_staff_of(calendar, 1), MONDAY).explain()

    assert "visit_site_day" in plan


def test_the_patient_is_found_by_whatever_an_address_names(patient: Patient) -> None:
    version, alert, other = send_form(patient), raise_alert(patient), PatientFactory.create()

    assert find_patient_of({"patient_id": patient.pk}) == patient
    assert find_patient_of({"version_id": version.pk, "number": 1}) == patient
    assert find_patient_of({"alert_id": alert.pk}) == patient
    assert find_patient_of({"patient_id": other.pk, "version_id": version.pk}) is None
    with pytest.raises(LookupError):
        find_patient_of({"number": 1})

    Patient.objects.filter(pk=patient.pk).update(archived_at=MONDAY)
    assert find_patient_of({"version_id": version.pk}) is None


def test_one_part_of_the_site_tells_the_ties(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(care_team, "_tellers", [list_ties_by_visits])

    care_team.visits_told_by(lambda _user, _now: [])

    assert len(care_team._tellers) == 1
    assert care_team._tellers[0] is not list_ties_by_visits


def test_without_the_ties_told_by_time_nobody_on_shift_would_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the shift rule is what opens the record, and nothing else."""
    calendar = make_calendar(practitioners=2)
    _visit, patient = visit_of(calendar)
    colleague = on_staff_of(calendar, 1)
    assert both(colleague, patient)

    monkeypatch.setattr(care_team, "_tellers", [])

    assert not both(colleague, patient)
