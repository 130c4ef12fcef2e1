"""What a row of the clinicians' queue says, and how times read."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bookings.views.queue_words import say_day, say_wait
from clinic.models import Role, User
from patients.models import FormReader, Photo
from patients.services import reviews
from patients.services.drafts import Writer
from patients.services.submission import send_form
from tests.bookings.queue_pages import form_of, open_queue, row_of, visit_in
from tests.calendars import Calendar, make_calendar
from tests.factories import StaffFactory
from tests.patients.forms import save
from tests.patients.open_cases import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar()


@pytest.fixture
def doctor(client: Client) -> User:
    user = StaffFactory.create(roles=[Role.CLINICIAN], name="Dr Ploy")
    client.force_login(user)
    return user


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (-5, "now"),
        (5, "in 5 min"),
        (84, "in 1 h 24"),
        (61, "in 1 h 01"),
        (23 * 60, "in 23 h"),
        (2 * 1440, "in 2 days"),
    ],
)
def test_how_long_until_a_visit_reads_like_this(minutes: int, words: str) -> None:
    assert say_wait(timedelta(minutes=minutes)) == words


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        (datetime(2026, 11, 25, 6, 0, tzinfo=UTC), "Today 13:00"),
        (datetime(2026, 11, 25, 17, 30, tzinfo=UTC), "Tomorrow 00:30"),
        (datetime(2026, 11, 27, 2, 20, tzinfo=UTC), "Fri 27 Nov, 09:20"),
    ],
)
def test_today_is_the_sites_day(calendar: Calendar, instant: datetime, words: str) -> None:
    now = datetime(2026, 11, 25, 4, 36, tzinfo=UTC)

    assert say_day(instant, calendar.site.tz, "en", now) == words


def test_a_colleague_who_has_it_open_is_named(client: Client, calendar: Calendar, doctor: User) -> None:
    version = form_of("Hannah")
    anan = StaffFactory.create(roles=[Role.CLINICIAN], name="Dr Anan")
    reviews.note_reader(version=version, user=anan, now=timezone.now())
    assert "Dr Anan is reading this now" in open_queue(client)

    FormReader.objects.update(seen_at=timezone.now() - timedelta(minutes=2, seconds=5))
    assert "Dr Anan opened this 2 min ago" in open_queue(client)

    FormReader.objects.update(seen_at=timezone.now() - timedelta(minutes=31))
    assert "Dr Anan" not in open_queue(client)


def test_a_row_says_flags_in_words_ratings_and_what_is_new(
    client: Client, calendar: Calendar, doctor: User
) -> None:
    version = form_of("Hannah", "vo-06", x_words="canary-words-7714")
    form_of("Beam", "calm")
    visit_in(calendar, version.patient, 3)

    page = open_queue(client)

    hannah, beam = row_of(page, "Hannah"), row_of(page, "Beam")
    assert '<li class="flag r">' in hannah
    assert "Red flag: </span>Personal keloid" in hannah
    assert "Amber flag: </span>Earlier bad reaction" in hannah
    assert "First form" in hannah
    assert re.search(r"in [23] h", hannah)
    assert "No flags from answers" in beam
    assert "canary-words-7714" in page.partition('aria-label="Preview of Hannah"')[2].partition("</aside>")[0]


def test_a_newer_version_says_how_much_changed(client: Client, calendar: Calendar, doctor: User) -> None:
    version = form_of("Hannah")
    Photo.objects.create(
        patient=version.patient,
        view="front",
        width=9,
        height=9,
        size=1,
        brightness=120,
        sharpness=50,
        uploaded_at=version.sent_at + timedelta(minutes=1),
    )
    draft = save(version.patient, 10**6, f_itch_nrs=9, g_bother=8)
    send_form(
        patient=version.patient,
        seen_revision=draft.revision,
        writer=Writer(None),
        reference_date=TODAY,
        now=version.sent_at + timedelta(minutes=2),
    )

    page = open_queue(client)

    assert "2 answers changed, 1 new photo" in row_of(page, "Hannah")
    preview = page.partition('aria-label="Preview of Hannah"')[2]
    assert "Changed since version 1" in preview
    assert '<ins><span class="vh">now </span>9 of 10</ins>' in preview
