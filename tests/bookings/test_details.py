"""The details page asks kindly, reads what people type, and loses nothing."""

import pytest
from django.test import Client

from bookings.models import Appointment
from bookings.services.claims import HOLD_EXTENSIONS
from tests.bookings.pages import TYPED, book_in, expire, hold_in
from tests.calendars import Calendar, make_calendar
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar()


@pytest.fixture
def held(client: Client, calendar: Calendar) -> Appointment:
    return hold_in(client, calendar)


def test_details_shows_the_held_time_and_the_privacy_notice(client: Client, held: Appointment) -> None:
    page = client.get("/book/details/")

    assert page.status_code == 200
    assert "Held. About 10 minutes left" in page.content.decode()
    assert 'href="/privacy/"' in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_details_without_a_held_time_leads_to_choosing_one(client: Client, calendar: Calendar) -> None:
    response = client.get("/book/details/", follow=True)

    assert response.redirect_chain == [("/book/", 302)]
    assert "Choose a time first" in response.content.decode()


def test_details_after_booking_says_so_and_shows_the_proof(client: Client, calendar: Calendar) -> None:
    book_in(client, calendar)

    response = client.get("/book/details/", follow=True)

    assert response.redirect_chain == [("/book/done/", 302)]
    assert "Nothing was booked twice" in response.content.decode()


def test_details_goes_on_to_check(client: Client, held: Appointment) -> None:
    response = client.post("/book/details/", TYPED)

    assert (response.status_code, response["Location"]) == (302, "/book/check/")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("081 234 5678", "+66812345678"),
        ("๐๘๑-๒๓๔-๕๖๗๘", "+66812345678"),
        ("０８１２３４５６７８", "+66812345678"),
        ("+66 (0)81 234 5678", "+66812345678"),
        ("(+66) 81-234-5678", "+66812345678"),
        ("02 123 4567", "+6621234567"),
        ("+44 7700 900318", "+447700900318"),
        ("00 44 7700 900318", "+447700900318"),
        ("0044-7700-900318", "+447700900318"),
        ("\u202a+44\u00a07700\u00a0900318\u202c", "+447700900318"),
        ("tel:+971.50.555.0142", "+971505550142"),
        ("  +1 (212) 555-0100 ", "+12125550100"),
    ],
)
def test_details_accepts_phones_as_people_write_them(
    client: Client, held: Appointment, typed: str, stored: str
) -> None:
    client.post("/book/details/", TYPED | {"phone": typed})

    assert client.get("/book/check/").context["person"]["phone"].as_e164 == stored


def test_details_reads_national_phones_in_the_country_of_the_site(client: Client, calendar: Calendar) -> None:
    calendar.site.country = "GB"
    calendar.site.save()
    hold_in(client, calendar)

    client.post("/book/details/", TYPED | {"phone": "020 7946 0018"})

    assert client.get("/book/check/").context["person"]["phone"].as_e164 == "+442079460018"


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("phone", "07700 900 318", "Add the country code to your mobile number, like +44"),
        ("phone", "", "Enter your mobile number"),
        ("phone", "not a phone", "Enter a phone number, like +66 81 234 5678"),
        ("phone", "📱", "Enter a phone number, like +66 81 234 5678"),
        ("phone", "+1 21255", "Check your mobile number"),
        ("phone", "1" * 10_000, "This is too long for a phone number"),
        ("email", "", "Enter your email"),
        ("email", "hannah.w@example", "Enter an email in the format name@example.com"),
        ("email", "a@" + "b" * 10_000, "This is too long for an email address"),
        ("email", "me@exa\u202emple", "Enter an email in the format name@example.com"),
        ("name", "", "Enter the full name"),
        ("name", "\u200b\u202e", "Enter the full name"),
        ("name", "\x00", "Enter the full name"),
        ("name", "12345", "Write the name with letters"),
        ("name", "Ann 🎉", "Write the name without emoji"),
        ("name", "A" * 10_000, "This name is too long"),
        ("who", "", "Choose who this is for"),
        ("who", "the cat", "Choose who this is for"),
    ],
)
def test_details_says_what_to_fix_and_keeps_what_was_typed(
    client: Client, held: Appointment, field: str, typed: str, words: str
) -> None:
    response = client.post("/book/details/", TYPED | {field: typed})
    page = response.content.decode()

    assert response.status_code == 422
    assert page.count(words) == 2, "once in the summary, once at the field"
    assert "<title>Error: " in page
    assert client.session["booking"]["details"][field] == typed.replace("\x00", "")


@pytest.mark.parametrize("name", ["ณัฐธิดา ใจดี", "王小明", "علی\u200cرضا", "O'Neil-Łoś", "\u202eAnn\u202c Lee"])
def test_details_accepts_a_name_in_any_script(client: Client, held: Appointment, name: str) -> None:
    assert client.post("/book/details/", TYPED | {"name": name}).status_code == 302


def test_details_asks_for_a_childs_birth_date_and_the_contacts_name(
    client: Client, held: Appointment
) -> None:
    response = client.post("/book/details/", TYPED | {"who": "child"})

    assert set(response.context["form"].errors) == {"birth_day", "contact_name"}


def test_details_asks_for_the_contacts_name_for_somebody_else(client: Client, held: Appointment) -> None:
    response = client.post("/book/details/", TYPED | {"who": "other"})

    assert list(response.context["form"].errors) == ["contact_name"]


def test_details_for_me_ignores_what_stands_in_the_other_fields(client: Client, held: Appointment) -> None:
    response = client.post("/book/details/", TYPED | {"contact_name": "🎉", "birth_year": "2537"})

    assert response.status_code == 302


CHILD = TYPED | {"who": "child", "contact_name": "Hannah Whitfield", "birth_day": "1", "birth_month": "2"}


def test_details_asks_about_a_buddhist_year(client: Client, held: Appointment) -> None:
    page = client.post("/book/details/", CHILD | {"birth_year": "2557"}).content.decode()

    assert page.count("You typed 2557. Is that 2014?") == 2
    assert 'value="2557"' in page
    assert 'name="accept_year" value="2014"' in page


def test_details_takes_the_suggested_year_with_one_press(client: Client, held: Appointment) -> None:
    response = client.post("/book/details/", CHILD | {"birth_year": "2557", "accept_year": "2014"})

    assert response.status_code == 302
    assert client.get("/book/check/").context["person"]["birth_date"].isoformat() == "2014-02-01"


def test_details_takes_no_other_year_than_the_one_it_suggested(client: Client, held: Appointment) -> None:
    response = client.post("/book/details/", CHILD | {"birth_year": "2557", "accept_year": "1990"})

    assert response.status_code == 422


@pytest.mark.parametrize("year", ["1900", "2400", "9999", "\x00", "๑๙๐๐", "9" * 10_000])
def test_details_explains_an_impossible_year(client: Client, held: Appointment, year: str) -> None:
    response = client.post("/book/details/", CHILD | {"birth_year": year})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["birth_year"]


def test_details_refuses_29_february_of_an_ordinary_year(client: Client, held: Appointment) -> None:
    response = client.post("/book/details/", CHILD | {"birth_day": "29", "birth_year": "2015"})

    assert "does not have that day" in response.content.decode()


def test_details_keeps_typed_values_when_one_comes_back(client: Client, held: Appointment) -> None:
    client.post("/book/details/", TYPED | {"name": "Ann", "email": "wrong"})

    page = client.get("/book/details/").content.decode()

    assert 'value="Ann"' in page
    assert 'value="wrong"' in page


def test_details_keeps_a_draft_without_judging_it(client: Client, held: Appointment) -> None:
    response = client.post("/book/details/", {"who_asked": "1", "name": "Ann", "draft": "1"})

    assert response.status_code == 204
    assert client.session["booking"]["details"]["name"] == "Ann"


def test_details_keeps_typed_values_over_a_switch_of_language(client: Client, held: Appointment) -> None:
    response = client.post("/book/details/", TYPED | {"name": "Ann", "go_on_in": "th"}, follow=True)

    assert response.redirect_chain == [("/th/book/details/", 302)]
    assert 'value="Ann"' in response.content.decode()


def test_details_keeps_typed_values_when_the_hold_expires(client: Client, held: Appointment) -> None:
    expire(held)

    response = client.post("/book/details/", TYPED | {"name": "Ann", "email": "wrong"})

    assert "still free" in response.content.decode()
    assert 'value="Ann"' in response.content.decode()


def test_more_time_adds_ten_minutes_and_keeps_what_was_typed(client: Client, held: Appointment) -> None:
    response = client.post("/book/more-time/", TYPED | {"name": "Ann", "from": "details"}, follow=True)

    assert "Held. About 20 minutes left" in response.content.decode()
    assert 'value="Ann"' in response.content.decode()


def test_more_time_ends_after_ten_times_with_a_word(client: Client, held: Appointment) -> None:
    Appointment.objects.filter(pk=held.pk).update(hold_extensions=HOLD_EXTENSIONS)

    response = client.post("/book/more-time/", {"from": "details"}, follow=True)

    assert "hold this time any longer" in response.content.decode()


def test_more_time_never_sends_people_elsewhere(client: Client, held: Appointment) -> None:
    response = client.post("/book/more-time/", {"from": "https://evil.example/"})

    assert response["Location"] == "/book/details/"


def test_hold_again_holds_a_time_that_is_still_free(client: Client, held: Appointment) -> None:
    expire(held)

    response = client.post("/book/hold-again/", TYPED | {"from": "details"}, follow=True)

    assert "Held. About 10 minutes left" in response.content.decode()


def test_hold_again_says_when_the_time_has_gone(
    client: Client, calendar: Calendar, held: Appointment
) -> None:
    expire(held)
    calendar.book(held.starts_at, now=held.created_at)

    response = client.post("/book/hold-again/", TYPED | {"from": "details"}, follow=True)

    assert "has gone. Your details are saved." in response.content.decode()
    assert "Choose another time" in response.content.decode()


def test_details_starts_with_what_a_signed_in_patient_told_us(client: Client, calendar: Calendar) -> None:
    client.force_login(UserFactory.create(name="Mali", email="mali@example.com"))
    hold_in(client, calendar)

    page = client.get("/book/details/").content.decode()

    assert 'value="Mali"' in page
    assert 'value="mali@example.com"' in page


@pytest.mark.parametrize("path", ["/book/details/", "/book/check/", "/book/more-time/", "/book/hold-again/"])
def test_booking_posts_need_the_token_of_our_own_page(path: str, calendar: Calendar) -> None:
    client = Client(enforce_csrf_checks=True)
    visit = hold_in(client, calendar)

    response = client.post(path, TYPED)

    assert response.status_code == 403
    visit.refresh_from_db()
    assert visit.status == "held"
