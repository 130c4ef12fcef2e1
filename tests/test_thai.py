"""Thai is complete: no string of ours lacks it, and no page or mail leaves a Thai reader with English."""

import re
from datetime import date
from pathlib import Path

import allauth
import django
import pytest
from django.template import engines
from django.test import Client
from django.utils import timezone, translation

from bookings.services.walk_ins import Newcomer
from clinic.models import Clinic, Practitioner, Site, TreatmentCard
from clinic.models.places import known_zones
from clinic.services.catalogue import load_catalogue
from clinic.services.letters import write
from deploy.local.places import ROOT
from tests import thai
from tests.bookings.desk_lists import add_waiting, say_late
from tests.bookings.longer_visits import add_longer_type, ask_longer, patient_of
from tests.bookings.pages import TYPED, book_for, hold_in, token_for
from tests.calendars import Calendar, make_calendar
from tests.clinic import letters
from tests.factories import PatientFactory, StaffFactory, UserFactory
from tests.house_rules import project_files
from tests.patients.health_records import raise_alert
from tests.thai import Wording

APPS = ("bookings", "patients", "clinic")
SAME_IN_THAI = [
    r"\S+@\S+",
    r"https?://\S+",
    r"Google Calendar|Outlook",
    r"UTC[+−]?[\d:]*|GMT",
    r"Hannah( Whitfield)?",
    r"\b[A-Z0-9]{7,8}\b",  # a visit's reference
    r"Esc|Enter|Alt|Shift",  # keys
    # Names and references of science and of the law; the words around them are Thai.
    r"microneedling|Staphylococcus aureus|DMSO|G6PD|IP address|PDPA|Ryoncil|US FDA|EMA",
]
SOURCES = '<ul class="sources">'


def words_of_the_code() -> set[Wording]:
    found = set()
    for path in project_files(".py", ".html", ".txt"):
        room = path.relative_to(ROOT).parts
        if room[0] == "templates" or (room[0] in APPS and path.suffix == ".py"):
            found |= thai.wordings_of_code(path, path.read_text())
    return found


def test_catalogue_has_what_the_code_says_and_nothing_else() -> None:
    """`make messages` brings a missing entry, and takes away one that is no longer said."""
    catalogue = thai.wordings_of(thai.read_catalogue(thai.CATALOGUE.read_text()))

    said = words_of_the_code()

    assert len(said) > 800
    assert sorted(said - catalogue) == []
    assert sorted(catalogue - said) == []


def test_every_entry_has_good_thai() -> None:
    catalogue = thai.read_catalogue(thai.CATALOGUE.read_text())

    assert list(thai.faults_of(catalogue)) == []
    assert catalogue.num_plurals == 1


@pytest.mark.parametrize(
    ("name", "source", "wording"),
    [
        ("view.py", 'words = _("Book " "now")', Wording("", "Book now", "")),
        ("view.py", 'pgettext("a day", "Full")', Wording("a day", "Full", "")),
        ("page.html", '{% translate "Book now" as words %}', Wording("", "Book now", "")),
        (
            "page.html",
            "{% blocktranslate trimmed %}\n  Book\n  now\n{% endblocktranslate %}",
            Wording("", "Book now", ""),
        ),
        (
            "page.html",
            "{% blocktranslate count n=days %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}",
            Wording("", "%(n)s day", "%(n)s days"),
        ),
    ],
)
def test_a_new_string_would_be_missed(name: str, source: str, wording: Wording) -> None:
    """The reader of code sees each way we write strings; what it sees and the catalogue lacks fails above."""
    assert thai.wordings_of_code(ROOT / name, source) == {wording}


def test_borrowed_words_are_what_django_and_allauth_say() -> None:
    """A sentence they have reworded since would stand in our catalogue for nothing."""
    folders = [Path(django.__file__).parent, Path(allauth.__file__).parent]
    theirs = set[Wording]()
    for path in (path for folder in folders for path in folder.rglob("locale/en/LC_MESSAGES/django.po")):
        theirs |= thai.wordings_of(thai.read_catalogue(path.read_text()))
    module = ROOT / "clinic" / "borrowed_words.py"

    borrowed = thai.wordings_of_code(module, module.read_text())

    assert len(borrowed) > 80
    assert sorted(borrowed - theirs) == []


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('#, fuzzy\nmsgid "Day"\nmsgstr "วัน"', "fuzzy"),
        ('msgid "Day"\nmsgstr ""', "no Thai"),
        ('msgid "Day"\nmsgstr "Day"', "not in Thai"),
        ('msgid "In %(days)s"\nmsgstr "อีก %(day)s"', "placeholders"),
        ('msgid "<b>Day</b>"\nmsgstr "<b>วัน"', "placeholders"),
        ('msgid "Each"\nmsgstr "ใด ๆ"', "must not break"),
    ],
)
def test_a_bad_entry_is_found(entry: str, fault: str) -> None:
    (found,) = thai.faults_of(thai.read_catalogue(entry))

    assert fault in found


@pytest.fixture
def calendar(db: None) -> Calendar:
    """The clinic as it would be filled in: its own texts in Thai, its cards public in Thai."""
    Clinic.objects.create(pk=1, name="คลินิกมะลิ", email="hello@mali.example", licence_number="1")
    load_catalogue()
    calendar = make_calendar(practitioners=2, rooms=2)
    names = {"name": {"en": "Mali", "th": "มะลิ"}, "city": {"en": "Bangkok", "th": "กรุงเทพฯ"}}
    Site.objects.update(**names, address={"en": "1 Soi Mali", "th": "1 ซอยมะลิ"})
    Practitioner.objects.update(name={"en": "Dr Ploy S.", "th": "พญ. พลอย ส."})
    TreatmentCard.objects.filter(language="th").update(
        visibility="public", reviewer=calendar.practitioners[0], reviewed_date=date(2026, 11, 2)
    )
    calendar.site.refresh_from_db()
    return calendar


def english_at(client: Client, *paths: str) -> dict[str, list[str]]:
    """Return the English on each page that has any; sources keep the titles they were published under."""
    pages = {path: client.get(path, headers={"accept-language": "th"}).content.decode() for path in paths}
    assert [path for path, page in pages.items() if '<html lang="th"' not in page] == []
    found = {path: thai.english_of(_without_sources(page), SAME_IN_THAI) for path, page in pages.items()}
    return {path: words for path, words in found.items() if words}


def _without_sources(page: str) -> str:
    before, found, after = page.partition(SOURCES)
    return before + after.partition("</ul>")[2] if found else page


def test_public_pages_are_thai(client: Client, calendar: Calendar) -> None:
    paths = [
        *("/th/", "/th/privacy/", "/th/evidence/", "/th/sensitive-skin/"),
        *("/th/book/", "/th/book/?mode=video&home=Europe/London", "/th/book/?zone=Mars&day=never"),
        *("/th/book/?from=2020-01-01&to=2020-01-02", "/th/account/login/", "/th/account/login/code/"),
        *("/th/account/password/reset/", "/th/account/password/reset/done/", "/th/account/inactive/"),
        *("/th/visit/nothing/", "/th/nothing/"),
    ]

    assert english_at(client, *paths) == {}


def test_booking_pages_are_thai(client: Client, calendar: Calendar) -> None:
    hold_in(client, calendar)
    wrong = TYPED | {"who": "child", "name": "😀", "phone": "1", "email": "wrong", "birth_year": "2557"}

    refused = [client.post("/th/book/details/", typed).content.decode() for typed in ({}, wrong)]
    before = english_at(client, "/th/book/details/")
    client.post("/th/book/details/", TYPED | {"birth_year": ""})
    check = client.get("/th/book/check/")
    client.post("/th/book/check/", {"key": str(check.context["key"]), "stamp": check.context["stamp"]})

    assert [thai.english_of(page, SAME_IN_THAI) for page in refused] == [[], []]
    assert thai.english_of(check.content.decode(), SAME_IN_THAI) == []
    assert before | english_at(client, "/th/book/done/") == {}


def test_pages_of_a_visit_are_thai(client: Client, calendar: Calendar) -> None:
    user = UserFactory.create()
    visit = book_for(calendar, account=user)
    link = f"/th/visit/{token_for(visit)}/"
    client.force_login(user)

    found = english_at(client, link, f"{link}move/", f"{link}cancel/", "/th/visits/")
    client.post(f"{link}cancel/", {})

    assert found | english_at(client, link, f"{link}move/", "/th/visits/") == {}


def test_the_desks_pages_are_thai(client: Client, calendar: Calendar) -> None:
    visit = book_for(calendar)
    request = ask_longer(visit, add_longer_type(calendar, name={"en": "Longer", "th": "นัดนานขึ้น"}))
    raise_alert(patient_of(visit), passed_on_at=timezone.now())
    client.force_login(StaffFactory.create(name="นก"))
    day = visit.starts_at.astimezone(calendar.site.tz).date()
    calendar.site.refresh_from_db()

    pages = [
        f"/desk/{view}?site={calendar.site.slug}&date={day}" for view in ("", "list/", "week/", "print/")
    ]
    pages += ["/desk/why-not/", "/desk/requests/"]
    assert english_at(client, *pages, f"/desk/requests/{request.pk}/change/") == {}


def test_pages_about_people_are_thai(client: Client, calendar: Calendar) -> None:
    patient = patient_of(book_for(calendar, name="วนิดา ใจดี", email="w@example.com"))
    other = PatientFactory.create(name="วนิดา ใจดี", email="w@example.com", language="th")
    client.force_login(StaffFactory.create(name="นก"))
    here = "/desk/patients/"

    pages = [f"{here}?q=วนิดา", f"{here}?q=ฮฮฮ", f"{here}{patient.pk}/", f"{here}{other.pk}/?quick=late"]
    pages += [f"{here}duplicates/", f"{here}new/", f"{here}{patient.pk}/edit/"]
    found = english_at(client, *pages, f"{here}{patient.pk}/compare/{other.pk}/")

    zones = set(re.split(r"\W+", " ".join(known_zones())))
    words = {word for words in found.values() for word in words}
    assert {word for word in words if not set(re.split(r"\W+", word)) <= zones} == set()


def test_the_desks_sheets_are_thai(client: Client, calendar: Calendar) -> None:
    visit = book_for(calendar)
    entry = add_waiting(calendar, now=timezone.now(), newcomer=Newcomer(None, "วนิดา", None, "th"))
    say_late(calendar, now=timezone.now())
    client.force_login(StaffFactory.create(name="นก"))

    sheets = [f"/desk/{name}/" for name in ("book", "walk-in", "queue", "late")]
    read_out = f"/desk/book/{visit.reference}/read-out/"
    found = english_at(client, *sheets, f"/desk/queue/{entry.pk}/call/", read_out)
    letters_read_out = found.pop(read_out, [])

    assert found == {"/desk/book/": ["English"]}  # the name of the language, in it
    assert [word for word in letters_read_out if word not in visit.reference] == []


@pytest.mark.parametrize("kind", ["booked", "moved", "changed", "cancelled", "sign_in_code"])
def test_mails_are_thai(calendar: Calendar, kind: str) -> None:
    old = {"old_starts_at": letters.STARTS_AT.isoformat()} if kind in ("moved", "changed") else {}
    mail = write(letters.post(kind, language="th", facts=letters.visit_facts(**old)))
    lines = [str(mail.subject), *str(mail.body).splitlines()]
    html, _type = mail.alternatives[0]

    assert [line for line in lines if thai.is_english(thai.without(line, SAME_IN_THAI))] == []
    assert thai.english_of(str(html), SAME_IN_THAI) == []


@pytest.mark.parametrize(
    "source",
    [
        '{% load i18n %}<p>{% translate "Book a consultation" %}</p><p>Save your seat</p>',
        '<img alt="A drawing">',
        "<p>จอง the time</p>",
        '<button lang="th">Continue</button>',
    ],
)
def test_a_sentence_without_gettext_would_be_found(source: str) -> None:
    with translation.override("th"):
        page = engines["django"].from_string(source).render()

    assert len(thai.english_of(page, SAME_IN_THAI)) == 1


def test_an_english_page_is_full_of_english(client: Client, calendar: Calendar) -> None:
    assert len(thai.english_of(client.get("/book/").content.decode(), SAME_IN_THAI)) > 20


def test_what_is_marked_as_english_is_left_alone() -> None:
    assert thai.english_of('<a lang="en">Read this in English</a><p>อ่าน</p>', SAME_IN_THAI) == []
