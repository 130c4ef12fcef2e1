"""C1: the clinicians' queue: order, tabs, filters, what a row says, and who may see it."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic.models import ReadRecord, Role, User
from patients.models import DataKey, FormVersion, Review
from patients.services import reviews
from tests.bookings.queue_pages import form_of, names_in, open_queue, row_of, sign, visit_in
from tests.calendars import Calendar, make_calendar
from tests.factories import PatientFactory, PractitionerFactory, StaffFactory, UserFactory
from tests.patients.forms import save, send, send_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar()


@pytest.fixture
def doctor(client: Client) -> User:
    user = StaffFactory.create(roles=[Role.CLINICIAN], name="Dr Ploy")
    client.force_login(user)
    return user


def test_the_next_visit_comes_first_by_instant_and_no_visit_last(
    client: Client, calendar: Calendar, doctor: User
) -> None:
    for name, hours in (("Late", 200), ("Soon", 9.5), ("Mid", 30)):
        visit_in(calendar, form_of(name).patient, hours)
    form_of("Nobody booked")
    past = form_of("Past")
    visit_in(calendar, past.patient, -100)
    visit_in(calendar, past.patient, 20)
    cancelled = form_of("Cancelled")
    visit_in(calendar, cancelled.patient, 1, status="cancelled", cancelled_by="clinic")

    page = open_queue(client)

    assert names_in(page)[:4] == ["Soon", "Past", "Mid", "Late"]
    assert set(names_in(page)[4:]) == {"Nobody booked", "Cancelled"}
    assert "No visit ahead" in row_of(page, "Nobody booked")


def test_tabs_follow_what_was_decided_and_newer_forms_come_back(
    client: Client, calendar: Calendar, doctor: User
) -> None:
    asked, decided, again = form_of("Asked"), form_of("Decided"), form_of("Again")
    form_of("Unread")
    sign(asked, doctor, Review.Decision.ASK)
    sign(decided, doctor, Review.Decision.GOES_AHEAD)
    sign(again, doctor, Review.Decision.ASK)
    send(again.patient, save(again.patient, 10**6, f_itch_nrs=9).revision)

    tabs = {tab: names_in(open_queue(client, tab=tab)) for tab in ("to-read", "waiting", "decided")}

    assert {tab: set(names) for tab, names in tabs.items()} == {
        "to-read": {"Unread", "Again"},
        "waiting": {"Asked"},
        "decided": {"Decided"},
    }
    assert re.search(
        r"To read <b>2</b>.*Waiting for patient <b>1</b>.*Decided <b>1</b>", open_queue(client), re.S
    )


def test_filters_by_doctor_red_flags_and_news(client: Client, calendar: Calendar, doctor: User) -> None:
    other = PractitionerFactory.create()
    red, calm, changed = form_of("Red", "vo-06"), form_of("Calm"), form_of("Changed")
    visit_in(calendar, red.patient, 3)
    visit_in(calendar, calm.patient, 5, practitioner=other)
    newer = send(changed.patient, save(changed.patient, 10**6, f_itch_nrs=2).revision)

    assert names_in(open_queue(client, red="1")) == ["Red"]
    assert names_in(open_queue(client, news="1")) == ["Changed"]
    assert names_in(open_queue(client, doctor=other.pk)) == ["Calm"]
    reviews.note_reader(version=newer, user=doctor, now=timezone.now())
    assert names_in(open_queue(client, news="1")) == []


@pytest.mark.parametrize(
    "query", [{"tab": "x"}, {"doctor": "9" * 50}, {"selected": "x"}, {"page": "x"}, {"doctor": "Ⅷ"}]
)
def test_an_address_that_cannot_be_read_shows_the_queue(
    client: Client, calendar: Calendar, doctor: User, query: dict[str, str]
) -> None:
    form_of("Hannah")

    assert names_in(open_queue(client, **query)) == ["Hannah"]


def test_the_chosen_row_is_in_the_address(client: Client, calendar: Calendar, doctor: User) -> None:
    form_of("Ann")
    chosen = form_of("Bee")

    page = open_queue(client, selected=chosen.pk)

    assert row_of(page, "Bee").startswith(f'id="r-{chosen.pk}" data-row="{chosen.pk}" class="cur"')
    hidden = {
        name: " hidden>" in tag for tag, name in re.findall(r"(<aside[^>]*Preview of (\w+)[^>]*>)", page)
    }
    assert hidden == {"Ann": True, "Bee": False}


def test_an_empty_queue_names_the_next_visit_without_a_form(
    client: Client, calendar: Calendar, doctor: User
) -> None:
    visit_in(calendar, PatientFactory.create(name="Nattaya"), 400)
    visit_in(calendar, PatientFactory.create(name="Sooner"), 300)

    page = open_queue(client)

    assert "All read. Next visit with no form: Sooner," in page


def test_opening_the_queue_is_written_down_once(client: Client, calendar: Calendar, doctor: User) -> None:
    versions = {form_of(name).pk for name in ("Ann", "Bee", "Cat")}

    open_queue(client)

    record = ReadRecord.objects.get()
    assert (record.reader, record.action, record.subject_type) == (doctor, "listed", "form_version")
    assert set(record.subject_ids) == versions
    assert len(record.patient_ids) == 3


def test_the_queue_takes_as_many_queries_for_many_rows_as_for_few(
    client: Client, calendar: Calendar, doctor: User
) -> None:
    def add(name: str) -> None:
        version = form_of(name, "vo-02")
        visit_in(calendar, version.patient, 5)
        reviews.correct_answer(
            version=version, key="k_hsv", value="never", reason="", by=doctor, now=timezone.now()
        )
        send(version.patient, save(version.patient, 10**6, f_itch_nrs=9).revision)

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            open_queue(client)
        return len(queries)

    add("First")
    few = count()
    for number in range(4):
        add(f"More {number}")

    assert count() == few
    assert few <= 20


def test_one_damaged_form_does_not_close_the_queue(client: Client, calendar: Calendar, doctor: User) -> None:
    form_of("Whole")
    other = send_case(PatientFactory.create(name="Damaged"))
    FormVersion.objects.bulk_create(
        [
            FormVersion(
                patient=other.patient,
                number=2,
                stage=other.stage,
                questionnaire=other.questionnaire,
                rules=other.rules,
                sealed=other.sealed,  # sealed for another row: it opens nowhere else
                sealed_assessment=other.sealed_assessment,
                digest="",
                reference_date=other.reference_date,
                filled_by=other.filled_by,
                sent_at=other.sent_at,
            )
        ]
    )

    page = open_queue(client)

    assert names_in(page) == ["Whole"]
    assert "The form of Damaged is damaged and can’t be opened." in page


def test_who_was_erased_is_gone_from_the_review(client: Client, calendar: Calendar, doctor: User) -> None:
    version = form_of("Erased")
    DataKey.objects.filter(patient=version.patient).delete()

    assert names_in(open_queue(client)) == []
    assert '<span class="count">' not in open_queue(client)
    for path in ("", "presence/", "correct/1/"):
        assert client.get(f"/review/forms/{version.pk}/{path}").status_code == 404


def test_a_long_queue_has_pages(
    client: Client, calendar: Calendar, doctor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookings.views.review_queue.PAGE", 2)
    for name in ("Ann", "Bee", "Cat"):
        form_of(name)

    first, second = open_queue(client), open_queue(client, page=2)

    assert (len(names_in(first)), len(names_in(second))) == (2, 1)
    assert "Later visits" in first
    assert "Earlier visits" in second


def test_one_walks_from_form_to_form_in_the_queues_order(
    client: Client, calendar: Calendar, doctor: User
) -> None:
    second, first = form_of("Second"), form_of("First")
    visit_in(calendar, second.patient, 20)
    visit_in(calendar, first.patient, 2)

    def go(version: FormVersion, way: str) -> str:
        return client.get(f"/review/next/{version.pk}/", {"go": way})["Location"]

    assert go(first, "next") == f"/review/forms/{second.pk}/"
    assert go(second, "back") == f"/review/forms/{first.pk}/"
    assert go(second, "next") == go(first, "back") == "/review/"
    sign(first, doctor, Review.Decision.GOES_AHEAD)
    assert go(first, "next") == f"/review/forms/{second.pk}/"
    assert client.get(f"/review/next/{first.pk}/", {"go": "up"}).status_code == 404


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.OWNER, None])
def test_others_see_neither_the_queue_nor_its_count(
    client: Client, calendar: Calendar, role: Role | None
) -> None:
    version = form_of("Hannah", x_words="canary-words-7714")
    client.force_login(StaffFactory.create(roles=[role]) if role else UserFactory.create())

    for path in ("/review/", f"/review/next/{version.pk}/"):
        answer = client.get(path)
        assert answer.status_code == 403
        assert "canary" not in answer.content.decode()
    assert 'href="/review/"' not in client.get("/desk/").content.decode()
    assert not ReadRecord.objects.exists()


@pytest.mark.parametrize("role", [Role.NURSE, Role.CLINICIAN])
def test_clinicians_and_nurses_see_the_count_on_every_staff_page(
    client: Client, calendar: Calendar, role: Role
) -> None:
    form_of("Hannah")
    client.force_login(StaffFactory.create(roles=[role]))

    page = client.get("/desk/").content.decode()

    assert '<span class="count">1<span class="vh"> to read</span></span>' in page
