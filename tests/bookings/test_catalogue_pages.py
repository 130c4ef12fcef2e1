"""The owner's pages of treatments and their cards: what is shown, what is needed, and what is refused."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic.models import Practitioner, Site, Treatment, TreatmentCard
from clinic.services import cards
from clinic.services.catalogue import load_catalogue
from tests import rows
from tests.bookings.offering import owner
from tests.factories import PractitionerFactory, SiteFactory

pytestmark = pytest.mark.django_db

TODAY = timezone.now().date()


@pytest.fixture
def client() -> Client:
    return owner()


@pytest.fixture
def doctor() -> Practitioner:
    return PractitionerFactory.create(short="Dr Ploy")


@pytest.fixture
def site() -> Site:
    return SiteFactory.create()


@pytest.fixture
def card(site: Site) -> TreatmentCard:
    load_catalogue()
    return TreatmentCard.objects.get(treatment__method="MN_SERUM", language="en")


@pytest.fixture
def checked(card: TreatmentCard, doctor: Practitioner) -> TreatmentCard:
    """A card that has all it needs to be shown, and is not shown."""
    card.reviewer, card.reviewed_date = doctor, TODAY - timedelta(days=10)
    card.save()
    return card


def page_of(card: TreatmentCard) -> str:
    return f"/setup/treatments/{card.treatment_id}/"


def words_of(card: TreatmentCard, **changes: Any) -> dict[str, Any]:
    """Return the form of a card as a browser posts it unchanged; `changes` replace some."""
    names = (
        "name",
        "where",
        "drawing_alt",
        "how",
        "how_often",
        "downtime",
        "evidence_text",
        "known",
        "unknown",
    )
    values = {
        "seen": cards.stamp_of_card(card),
        **{name: getattr(card, name) for name in names},
        "harms": "\n".join(card.harms),
        "tell_doctor_first": "\n".join(card.tell_doctor_first),
        "sources": "\n".join(f"{each['label']} | {each['ref']}" for each in card.sources),
        "reviewer": card.reviewer_id or "",
        "reviewed_date": card.reviewed_date or "",
    }
    return values | changes


def show(client: Client, card: TreatmentCard, visibility: str) -> Any:
    seen = cards.stamp_of_card(TreatmentCard.objects.get(pk=card.pk))
    return client.post(page_of(card) + "cards/en/show/", {"visibility": visibility, "seen": seen})


def visibility(card: TreatmentCard) -> str:
    return TreatmentCard.objects.get(pk=card.pk).visibility


def test_lists_take_the_same_queries_for_one_and_for_four(client: Client, card: TreatmentCard) -> None:
    def count(path: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        return len(seen)

    paths = ("/setup/treatments/", "/setup/gates/")
    for path in paths:
        count(path)
    four = [count(path) for path in paths]
    Treatment.objects.exclude(pk=card.treatment_id).update(method=None)
    treatments = Treatment.objects.exclude(pk=card.treatment_id)
    for each in treatments:
        each.visit_types.update(treatment=None)
        each.cards.all().delete()
    treatments.delete()

    assert [count(path) for path in paths] == four


def test_page_shows_both_cards_as_patients_see_them(client: Client, checked: TreatmentCard) -> None:
    show(client, checked, "public")
    home = client.get("/").content.decode()
    page = client.get(page_of(checked)).content.decode()

    body = home[home.index('<p class="how">') : home.index("</article>")]
    assert body in page
    assert page.count('class="tx card2"') == 2
    assert "สิ่งที่เรารู้" in page


@pytest.mark.parametrize("missing", ["unknown", "reviewer", "reviewed_date"])
def test_a_card_that_lacks_something_is_not_shown(
    client: Client, checked: TreatmentCard, missing: str
) -> None:
    setattr(checked, missing, "" if missing == "unknown" else None)
    checked.save()

    page = show(client, checked, "public")

    assert (page.status_code, visibility(checked)) == (422, "off")
    assert page.content.decode().count('class="missing"') >= 1


@pytest.mark.parametrize("missing", ["unknown", "reviewer", "reviewed_date"])
def test_the_database_refuses_too_if_the_service_does_not(
    client: Client, checked: TreatmentCard, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    setattr(checked, missing, "" if missing == "unknown" else None)
    checked.save()
    monkeypatch.setattr(cards, "list_missing", lambda _card: [])

    with pytest.raises(IntegrityError):
        show(client, checked, "public")


def test_a_checked_card_is_shown_and_taken_off(client: Client, checked: TreatmentCard) -> None:
    seen = []
    for wanted in ("public", "after_booking", "off", "off"):
        assert show(client, checked, wanted).status_code == 302
        seen.append(visibility(checked))

    assert seen == ["public", "after_booking", "off", "off"]


def test_a_card_that_changed_since_it_was_looked_at_is_not_shown(
    client: Client, checked: TreatmentCard
) -> None:
    form = {"visibility": "public", "seen": cards.stamp_of_card(checked)}
    TreatmentCard.objects.filter(pk=checked.pk).update(known="Miracles")

    page = client.post(page_of(checked) + "cards/en/show/", form)

    assert (page.status_code, visibility(checked)) == (409, "off")


def test_taking_a_card_off_never_waits(client: Client, checked: TreatmentCard) -> None:
    show(client, checked, "public")

    client.post(page_of(checked) + "cards/en/show/", {"visibility": "off", "seen": "something old"})

    assert visibility(checked) == "off"


@pytest.mark.parametrize("form", [{"visibility": "everywhere"}, {}])
def test_nonsense_shows_nothing(client: Client, checked: TreatmentCard, form: dict[str, str]) -> None:
    assert client.post(page_of(checked) + "cards/en/show/", form).status_code == 404
    assert client.post(page_of(checked) + "cards/fr/show/", {"visibility": "public"}).status_code == 404
    assert client.get(page_of(checked) + "cards/fr/").status_code == 404


def test_words_are_stored_and_shown_to_nobody_by_it(client: Client, card: TreatmentCard) -> None:
    answer = client.post(page_of(card) + "cards/en/", words_of(card, known="New.", harms="One\n\nTwo"))

    card.refresh_from_db()
    assert (answer.status_code, card.known, card.harms, card.visibility) == (
        302,
        "New.",
        ["One", "Two"],
        "off",
    )


def test_preview_shows_the_typed_words_and_saves_nothing(client: Client, card: TreatmentCard) -> None:
    with rows.nothing_written():
        page = client.post(
            page_of(card) + "cards/en/",
            words_of(card, known="Typed just now.", look="1"),
            headers={"hx-request": "true"},
        )

    assert page.status_code == 200
    assert "Typed just now." in page.content.decode()
    assert b"<html" not in page.content


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", ""),
        ("name", "x" * 81),
        ("sources", "no address here"),
        ("reviewed_date", "2999-01-01"),
        ("reviewed_date", "never"),
        ("reviewer", "999999"),
    ],
)
def test_wrong_words_are_said_at_the_field(
    client: Client, card: TreatmentCard, field: str, wrong: str
) -> None:
    page = client.post(page_of(card) + "cards/en/", words_of(card, how="Kept as typed", **{field: wrong}))

    assert (page.status_code, set(page.context["form"].errors)) == (422, {field})
    assert b"Kept as typed" in page.content


def test_a_shown_card_keeps_what_it_needs(client: Client, checked: TreatmentCard) -> None:
    show(client, checked, "public")
    checked.refresh_from_db()

    page = client.post(page_of(checked) + "cards/en/", words_of(checked, unknown=" "))

    assert (page.status_code, list(page.context["form"].errors)) == (422, ["unknown"])
    assert visibility(checked) == "public"


def test_new_words_of_a_shown_card_ask_for_a_new_check(client: Client, checked: TreatmentCard) -> None:
    show(client, checked, "public")
    checked.refresh_from_db()

    page = client.post(page_of(checked) + "cards/en/", words_of(checked, known="New."), follow=True)

    assert b"the words changed after they were checked" in page.content


def test_a_second_owner_is_told_and_nothing_is_lost(client: Client, card: TreatmentCard) -> None:
    mine = words_of(card, known="Mine")
    client.post(page_of(card) + "cards/en/", words_of(card, known="Theirs"))

    refused = client.post(page_of(card) + "cards/en/", mine)
    stood = TreatmentCard.objects.get(pk=card.pk).known
    client.post(page_of(card) + "cards/en/", mine | {"seen": refused.context["form"]["seen"].value()})

    assert (refused.status_code, stood) == (409, "Theirs")
    assert TreatmentCard.objects.get(pk=card.pk).known == "Mine"


def test_a_missing_language_is_written_once(client: Client, card: TreatmentCard) -> None:
    TreatmentCard.objects.filter(treatment=card.treatment, language="th").delete()
    form = words_of(card, seen="", name="เข็ม")

    answers = [client.post(page_of(card) + "cards/th/", form).status_code for _press in range(2)]

    assert answers == [302, 302]
    assert TreatmentCard.objects.get(treatment=card.treatment, language="th").name == "เข็ม"


@pytest.mark.parametrize(("days", "due"), [(364, 0), (365, 1)])
def test_a_check_of_a_year_ago_is_due(client: Client, checked: TreatmentCard, days: int, due: int) -> None:
    today = client.get("/setup/treatments/").context["today"]
    TreatmentCard.objects.filter(pk=checked.pk).update(reviewed_date=today - timedelta(days=days))

    page = client.get("/setup/treatments/").content.decode()

    assert page.count("Check again") == due


@pytest.mark.parametrize(
    ("number", "ends", "words"),
    [
        ("", None, "Not entered"),
        ("12/2569", date(2020, 1, 1), "ended on 1 January 2020"),
        ("12/2569", date(2090, 1, 1), "until 1 January 2090"),
    ],
)
def test_advertising_approval_is_shown(
    client: Client, card: TreatmentCard, site: Site, number: str, ends: date | None, words: str
) -> None:
    site.advertising_approval, site.advertising_approval_expiry_date = number, ends
    site.save()

    assert words in client.get(page_of(card)).content.decode()
