"""Two records become one: what moves, what stays, and what is refused."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest

from bookings.models import Appointment, WalkIn
from bookings.queries.merging import list_obstacles
from bookings.services import merging, visits
from bookings.services.merging import MOVED, merge_patients
from bookings.services.refusals import CannotMerge, JustMerged
from patients.models import ErasureRequest, FormLink, Merge, Patient, TabletPass
from patients.queries.people import unattached
from patients.services.private_links import make_private_link
from tests import rows
from tests.bookings.longer_visits import ask_longer, patient_of
from tests.bookings.two_records import TUESDAY, book_two, merge, people_of, undo
from tests.calendars import MONDAY, NOW, PATIENT, Calendar, make_calendar, person
from tests.factories import StaffFactory, UserFactory
from tests.patients.health_records import begin_form, send_form, write_desk_message

pytestmark = pytest.mark.django_db

STAYS = {
    # sealed with a key and a place of its own, so that it opens nowhere else
    *("data_key", "draft", "versions", "consents", "photos", "overrides", "method_decisions", "messages"),
    *("urgent_alerts", "reason_accesses"),
    # what was done with this very record
    *("data_exports", "erasure_requests", "locked_record"),
    *("identity_checks", "imported", "merges", "merges_away", "merged_records"),
    # ends with the merge
    *("form_links", "tablet_passes"),
}


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(practitioners=2, rooms=2)


@pytest.fixture
def pair(calendar: Calendar) -> tuple[Appointment, Appointment]:
    return book_two(calendar)


def test_everything_that_names_a_patient_moves_or_stays_on_purpose() -> None:
    names = {each: each.get_accessor_name() for each in Patient._meta.related_objects}
    moved = {name for each, name in names.items() if each.related_model in MOVED.values()}

    assert set(names.values()) - {None} == moved | STAYS


def test_visits_requests_walk_ins_and_messages_move(calendar: Calendar, pair: Any) -> None:
    kept, gone = people_of(*pair)
    ask_longer(pair[1], None, kind="next")
    write_desk_message(gone, by=StaffFactory.create(), at=NOW)
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
    send_form(patient_of(pair[1]))


def obstacle_overlap(pair: Any) -> None:
    Appointment.objects.filter(pk=pair[1].pk).update(starts_at=MONDAY, ends_at=pair[0].ends_at)


def obstacle_requests(pair: Any) -> None:
    for visit in pair:
        ask_longer(visit, None)


def obstacle_erasure(pair: Any) -> None:
    ErasureRequest.objects.create(patient=patient_of(pair[1]), asked_at=NOW)


def obstacle_archive(pair: Any) -> None:
    Patient.objects.filter(pk=patient_of(pair[1]).pk).update(archived_at=NOW)


OBSTACLES = [
    (obstacle_accounts, "account"),
    (obstacle_forms, "health form"),
    (obstacle_form_of_the_other, "Keep that record"),
    (obstacle_overlap, "same time: Mon 23 Nov"),
    (obstacle_requests, "open request"),
    (obstacle_erasure, "asked us to erase"),
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


def test_a_booking_for_a_record_that_just_went_is_refused(calendar: Calendar) -> None:
    account = UserFactory.create()
    kept, gone = people_of(*book_two(calendar, account=account, name="Hannah W"))
    hold = calendar.hold(TUESDAY + timedelta(days=1))
    known: dict[str, Any] = {
        "person": person(account=account, name="Hannah W"),
        "key": uuid.uuid4(),
        "actor": PATIENT,
    }
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
