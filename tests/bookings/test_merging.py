"""Two records become one: what moves, what stays, what is refused, and that an undo restores exactly."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest

from bookings.models import Appointment, WalkIn
from bookings.queries.merging import list_obstacles, list_obstacles_to_undo
from bookings.services import merging, visits
from bookings.services.merging import CHOICES, MOVED, merge_patients, undo_merge
from bookings.services.refusals import CannotMerge, JustMerged
from patients.models import DeskMessage, FormLink, Merge, Patient, TabletPass
from patients.queries.people import unattached
from patients.services.private_links import make_private_link
from tests import rows
from tests.bookings.longer_visits import ask_longer, patient_of
from tests.bookings.two_records import TUESDAY, book_two, merge, people_of
from tests.calendars import MONDAY, NOW, PATIENT, Calendar, make_calendar, person
from tests.factories import PatientFactory, StaffFactory, UserFactory
from tests.patients.health_records import begin_form, send_form

pytestmark = pytest.mark.django_db

STAYS = {
    # sealed with a key and a place of its own, so that it opens nowhere else
    *("data_key", "draft", "versions", "consents", "photos", "overrides", "method_decisions", "messages"),
    "urgent_alerts",
    # what was done with this very record
    *("identity_checks", "merges", "merges_away", "merged_records"),
    # ends with the merge
    *("form_links", "tablet_passes"),
}
LATER = NOW + timedelta(hours=23)


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(practitioners=2, rooms=2)


@pytest.fixture
def pair(calendar: Calendar) -> tuple[Appointment, Appointment]:
    return book_two(calendar)


def undo(made: Merge, **changes: Any) -> Merge:
    values: dict[str, Any] = {"by": made.by, "now": LATER}
    return undo_merge(merge_id=made.pk, **(values | changes))


def test_everything_that_names_a_patient_moves_or_stays_on_purpose() -> None:
    moved = {model._meta.get_field("patient").remote_field.get_accessor_name() for model in MOVED.values()}
    related = {each.get_accessor_name() for each in Patient._meta.related_objects if each.get_accessor_name()}

    assert related - {None} == moved | STAYS


def test_visits_requests_walk_ins_and_messages_move(calendar: Calendar, pair: Any) -> None:
    kept, gone = people_of(*pair)
    ask_longer(pair[1], None, kind="next")
    DeskMessage.objects.create(id=uuid.uuid4(), patient=gone, words="Hello", by=StaffFactory.create(), at=NOW)
    WalkIn.objects.create(
        key=uuid.uuid4(),
        site=calendar.site,
        day=date(2026, 11, 20),
        patient=gone,
        name="H.",
        visit_type=calendar.visit_type,
        came_at=NOW,
    )

    merge(kept, gone)

    assert Appointment.objects.filter(patient=kept).count() == 2
    assert (kept.visit_requests.count(), kept.desk_messages.count(), kept.walk_ins.count()) == (1, 1, 1)
    gone.refresh_from_db()
    assert (gone.merged_into, gone.archived_at) == (kept, NOW)


def test_the_desk_chooses_each_value(pair: Any) -> None:
    kept, gone = people_of(*pair)

    merge(kept, gone, "email", "zone")

    kept.refresh_from_db()
    assert (kept.name, kept.email, kept.zone) == ("Hannah Whitfield", "h@example.com", "Europe/London")


def test_nobody_gets_a_message(pair: Any) -> None:
    with rows.nothing_written():
        pass
    before = rows.snapshot()["clinic_outboxmessage"]

    merge(*people_of(*pair))

    assert rows.snapshot()["clinic_outboxmessage"] == before


def test_a_record_that_went_cannot_be_attached_to_an_account(pair: Any) -> None:
    merge(*people_of(*pair))

    assert not unattached("h@example.com").exists()


def test_an_account_comes_along(calendar: Calendar) -> None:
    account = UserFactory.create()
    kept, gone = people_of(*book_two(calendar, account=account))

    merge(kept, gone)

    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.account, gone.account) == (account, None)


def test_links_to_the_form_of_the_other_record_stop_working(pair: Any) -> None:
    kept, gone = people_of(*pair)
    link = make_private_link(patient=gone, now=NOW)
    TabletPass.objects.create(
        patient=gone,
        holder="patient",
        token_hash="a" * 64,
        code_hash="b" * 64,
        made_at=NOW,
        scan_before_at=NOW,
        made_by=StaffFactory.create(),
    )

    made = merge(kept, gone)

    assert FormLink.objects.get(pk=link.pk).revoked_at == NOW
    assert not TabletPass.objects.filter(ended_at=None).exists()
    undo(made)
    assert FormLink.objects.get(pk=link.pk).revoked_at is None


def obstacle_accounts(pair: Any) -> None:
    for patient in people_of(*pair):
        Patient.objects.filter(pk=patient.pk).update(account=UserFactory.create())


def obstacle_forms(pair: Any) -> None:
    for patient in people_of(*pair):
        begin_form(patient)


def obstacle_form_of_the_other(pair: Any) -> None:
    send_form(people_of(pair[1])[0])


def obstacle_overlap(pair: Any) -> None:
    Appointment.objects.filter(pk=pair[1].pk).update(starts_at=MONDAY, ends_at=pair[0].ends_at)


def obstacle_requests(pair: Any) -> None:
    for visit in pair:
        ask_longer(visit, None)


def obstacle_archive(pair: Any) -> None:
    Patient.objects.filter(pk=patient_of(pair[1]).pk).update(archived_at=NOW)


OBSTACLES = [
    (obstacle_accounts, "account"),
    (obstacle_forms, "health form"),
    (obstacle_form_of_the_other, "Keep that record"),
    (obstacle_overlap, "same time: Mon 23 Nov"),
    (obstacle_requests, "open request"),
    (obstacle_archive, "archive"),
]


@pytest.mark.parametrize(("stand_in_the_way", "words"), OBSTACLES)
def test_what_stands_in_the_way_is_named_and_nothing_is_changed(
    pair: Any, stand_in_the_way: Any, words: str
) -> None:
    stand_in_the_way(pair)
    by = StaffFactory.create()
    with rows.nothing_written(), pytest.raises(CannotMerge) as refusal:
        merge(*people_of(*pair), by=by)

    assert len(refusal.value.reasons) == 1
    assert words in str(refusal.value)


@pytest.mark.parametrize("status", ["cancelled", "done", "no_show"])
def test_only_a_visit_that_holds_its_time_can_overlap(pair: Any, status: str) -> None:
    obstacle_overlap(pair)
    Appointment.objects.filter(pk=pair[1].pk).update(status=status)

    assert list_obstacles(*people_of(*pair)) == []


def test_the_record_with_the_form_is_kept(pair: Any) -> None:
    kept, gone = people_of(*pair)
    send_form(kept)

    merge(kept, gone)

    assert kept.versions.count() == 1


def test_a_page_that_is_out_of_date_merges_nothing(pair: Any) -> None:
    kept, gone = people_of(*pair)
    Patient.objects.filter(pk=gone.pk).update(email="new@example.com")

    with pytest.raises(CannotMerge, match="changed"):
        merge(kept, gone)


def test_a_second_press_is_refused(pair: Any) -> None:
    kept, gone = people_of(*pair)
    merge(kept, gone)

    with pytest.raises(CannotMerge):
        merge(*people_of(*pair)[:1], gone)
    assert Merge.objects.count() == 1


def test_an_undo_restores_both_records_exactly(calendar: Calendar) -> None:
    kept, gone = people_of(*book_two(calendar, account=UserFactory.create()))
    ask_longer(gone.appointments.get(), None, kind="next")
    by = StaffFactory.create()
    before = {table: rows.snapshot()[table] for table in WATCHED}

    made = merge(kept, gone, *CHOICES, by=by)
    assert {table: rows.snapshot()[table] for table in WATCHED} != before
    undo(made)

    assert {table: rows.snapshot()[table] for table in WATCHED} == before
    assert (Merge.objects.get().undone_at, Merge.objects.get().undone_by) == (LATER, by)


WATCHED = ("patients_patient", "bookings_appointment", "patients_visitrequest", "bookings_allocation")


def test_what_came_since_stays_with_the_record_that_was_kept(calendar: Calendar, pair: Any) -> None:
    kept, gone = people_of(*pair)
    made = merge(kept, gone, "email")
    since = calendar.book(TUESDAY + timedelta(days=1))
    Appointment.objects.filter(pk=since.pk).update(patient=kept)
    Patient.objects.filter(pk=kept.pk).update(phone="+66812345678")

    undo(made)

    kept.refresh_from_db()
    assert set(kept.appointments.values_list("pk", flat=True)) == {pair[0].pk, since.pk}
    assert (str(kept.phone), kept.email) == ("+66812345678", "hannah@example.com")
    assert list(gone.appointments.values_list("pk", flat=True)) == [pair[1].pk]


def test_a_visit_that_was_cancelled_since_goes_back_as_it_is(pair: Any) -> None:
    kept, gone = people_of(*pair)
    made = merge(kept, gone)
    visits.cancel_visit(appointment=pair[1], actor=PATIENT, reason="", now=NOW)

    undo(made)

    assert gone.appointments.get().status == "cancelled"


def test_a_merge_can_be_undone_once_within_a_day(pair: Any) -> None:
    made = merge(*people_of(*pair))
    with pytest.raises(CannotMerge, match="24 hours"):
        undo(made, now=NOW + timedelta(hours=24, seconds=1))

    undo(made)
    with pytest.raises(CannotMerge, match="already"):
        undo(made)


def test_an_account_that_changed_since_stands_in_the_way(pair: Any) -> None:
    made = merge(*people_of(*pair))
    Patient.objects.filter(pk=made.kept_id).update(account=UserFactory.create())

    with pytest.raises(CannotMerge, match="account"):
        undo(made)


def test_a_form_begun_with_the_other_records_account_stands_in_the_way(calendar: Calendar) -> None:
    kept, gone = people_of(*book_two(calendar, account=UserFactory.create()))
    made = merge(kept, gone)
    begin_form(kept)

    with pytest.raises(CannotMerge, match="health form"):
        undo(made, now=LATER)


def test_a_record_that_became_a_part_of_a_third_one_stands_in_the_way(pair: Any) -> None:
    kept, gone = people_of(*pair)
    made = merge(kept, gone)
    third = PatientFactory.create()
    second = merge(third, Patient.objects.get(pk=kept.pk))

    with pytest.raises(CannotMerge, match="archive"):
        undo(made)
    undo(second)
    undo(made)
    assert list_obstacles_to_undo(Merge.objects.get(pk=made.pk), now=LATER) != []
    assert gone.appointments.count() == 1


def test_a_booking_for_a_record_that_just_went_is_refused(calendar: Calendar) -> None:
    account = UserFactory.create()
    kept, gone = people_of(*book_two(calendar, account=account, name="Hannah W"))
    hold = calendar.hold(TUESDAY + timedelta(days=1))
    known = {"person": person(account=account, name="Hannah W"), "key": uuid.uuid4(), "actor": PATIENT}
    Patient.objects.filter(pk=gone.pk).update(merged_into=kept, archived_at=NOW)
    stale = Patient.objects.get(pk=gone.pk)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(visits, "get_patient_of", lambda person: stale)
        with pytest.raises(JustMerged, match="try again"):
            visits.book_held_visit(appointment_id=hold.pk, now=NOW, **known)


def test_who_is_not_there_cannot_be_merged(pair: Any) -> None:
    kept, _gone = people_of(*pair)

    with pytest.raises(Patient.DoesNotExist):
        merge_patients(
            kept_id=kept.pk,
            gone_id=uuid.uuid4(),
            taken=frozenset(),
            seen="",
            by=StaffFactory.create(),
            now=NOW,
        )


def test_the_check_under_the_locks_is_missed_when_it_is_gone(
    pair: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    obstacle_form_of_the_other(pair)
    monkeypatch.setattr(merging, "list_obstacles", lambda kept, gone: [])

    made = merge(*people_of(*pair))

    assert Patient.objects.get(pk=made.gone_id).versions.exists()  # a form that no page shows any more
