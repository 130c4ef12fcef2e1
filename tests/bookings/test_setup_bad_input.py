"""Whatever is sent to the set-up pages, none breaks; and no page of theirs knows an answer."""

import random
from datetime import date, time
from urllib.parse import urlencode

import pytest
from django.test import Client

from clinic.models import Role
from tests.bookings.longer_visits import patient_of
from tests.bookings.pages import book_for
from tests.bookings.setup_pages import owner_in
from tests.calendars import make_calendar
from tests.factories import ClosureFactory, OpeningFactory, StaffFactory
from tests.patients.health_records import CANARY, send_form, sign_form
from tests.routes import list_routes
from tests.test_bad_input import NONSENSE, fields_of, to_bytes

pytestmark = pytest.mark.django_db

SEED = 20261126
ROUNDS = 4


def real_paths() -> list[str]:
    """Return every address of the set-up, each with rows that are there."""
    calendar = make_calendar()
    person = calendar.practitioners[0]
    day = date(2027, 1, 9)
    rows = {
        "sites": calendar.site.pk,
        "rooms": calendar.rooms[0].pk,
        "people": StaffFactory.create().pk,
        "practitioners": person.pk,
        "hours": person.pk,
        "site": calendar.site.pk,
        "closures": ClosureFactory.create(site=calendar.site, first_date=day, last_date=day).pk,
        "extra": OpeningFactory.create(
            practitioner=person, site=calendar.site, date=day, starts=time(9), ends=time(10)
        ).pk,
    }
    paths = []
    for route in list_routes():
        if route.namespace == "setup":
            before = route.path.split("{pk}", maxsplit=1)[0].rstrip("/").rsplit("/", maxsplit=1)[-1]
            paths.append(route.path.format(pk=rows[before]) if "pk" in route.names else route.path)
    return paths


def test_no_nonsense_breaks_a_page() -> None:
    dice, client = random.Random(SEED), Client(raise_request_exception=False)
    owner_in(client)
    rows = ["row-TOTAL_FORMS", "row-INITIAL_FORMS", "row-0-site", "do", "copy_from", "copy_to", "accepted"]
    answers = []

    for path in real_paths():
        for _round in range(ROUNDS):
            names = fields_of(client, path) + rows
            data = urlencode([(name, to_bytes(dice.choice(NONSENSE))) for name in names])
            answer = client.post(path, data, "application/x-www-form-urlencoded")
            answers.append((path, answer.status_code))
            query = urlencode(
                [
                    (name, dice.choice(NONSENSE).encode("utf-8", "replace"))
                    for name in ("from", "site", "year", "user", "zone")
                ]
            )
            answers.append((path, client.get(f"{path}?{query}").status_code))

    assert [answer for answer in answers if answer[1] >= 500] == []
    assert sum(status == 422 for _path, status in answers) > 20


def test_no_page_of_the_set_up_knows_an_answer() -> None:
    client = Client()
    owner_in(client)
    calendar = make_calendar()
    visit = book_for(calendar)
    sign_form(send_form(patient_of(visit)))
    shown = [
        client.get(route.path).content.decode()
        for route in list_routes()
        if route.namespace == "setup" and not route.names
    ]
    refused = client.post(f"/setup/sites/{calendar.site.pk}/archive/").content.decode()

    assert visit.reference in refused
    assert not [page for page in (*shown, refused) if CANARY in page]


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.NURSE, Role.CLINICIAN])
def test_only_owners_set_up_and_the_desk_reads_two_pages(role: str) -> None:
    client = Client()
    client.force_login(StaffFactory.create(roles=[role]))

    opened = {path for path in real_paths() if client.get(path).status_code == 200}

    assert opened == ({"/setup/hours/", "/setup/holidays/"} if role == Role.FRONT_DESK else set())
