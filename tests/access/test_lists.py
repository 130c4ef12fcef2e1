"""Lists hold exactly what the table says of whoever asks: theirs, the site's, or the care team's."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.utils import timezone

from bookings.queries.visits import list_visits_for, visits
from bookings.views import my_visits
from clinic.access.fields import Field
from clinic.access.objects import Reach
from clinic.access.rules import rule_for
from tests.access.canaries import canary
from tests.access.records import Record
from tests.access.shown import read
from tests.access.walk import lets_in
from tests.access.world import CARE_TEAM, FORM_TYPE, OWNERS, PEOPLE, World, taken_back
from tests.bookings.pages import local_day
from tests.patients.forms import save, send

pytestmark = pytest.mark.django_db


def newest(record: Record) -> str:
    """Return the address of the newest form of a record."""
    return f"/review/forms/{record.patient.versions.latest('number').pk}/"


class List(NamedTuple):
    """A page that lists records: where, by which words one is known there, and whose records are listed."""

    name: str
    path: str
    sign: Callable[[Record], Any]
    reach: Reach
    method: str = "GET"
    of_site: bool = False


ROLE, THEIRS, CARE = Reach.ROLE, Reach.THEIRS, Reach.CARE_TEAM
SHEETS = {"calls:to-book"}
"""Lists that scripts ask for."""

DAY = "?site={site}&date={date}"
LISTS = [
    List("bookings:my-visits", "/visits/", lambda it: it.visit.reference, THEIRS),
    List("patients:forms", "/form/", lambda it: f"/form/{it.patient.pk}/", THEIRS),
    List("patients:messages", "/messages/", lambda it: canary(Field.TO_PATIENT, it.whose), THEIRS),
    List("desk:requests", "/desk/requests/", lambda it: it.request_id, ROLE),
    List("people:search", "/desk/patients/?q=Kontaktzq", lambda it: it.patient.pk, ROLE),
    List("people:duplicates", "/desk/patients/duplicates/", lambda it: it.patient.pk, ROLE),
    List("calls:to-book", "/desk/to-book/", lambda it: f"{it.missed.patient}<", ROLE),
    List("board:day", f"/desk/{DAY}", lambda it: it.visit.reference, ROLE, of_site=True),
    List("desk:day-list", f"/desk/list/{DAY}", lambda it: it.visit.reference, ROLE, of_site=True),
    List("board:print", f"/desk/print/{DAY}", lambda it: f"<td><bdi>{it.patient}</bdi>", ROLE, of_site=True),
    List("queue:queue", "/review/", newest, CARE),
    List("review:alerts", "/review/alerts/", newest, CARE),
    List("imports:export-patients", "/setup/import/patients/", lambda it: it.patient.email, ROLE, "POST"),
    List("imports:export-visits", "/setup/import/visits/", lambda it: it.patient.email, ROLE, "POST", True),
]


def listed(world: World, page: List, who: str, record: Record) -> set[str]:
    """Return whose records stand in a list, opened for the site and day of a record."""
    site = record.calendar.site.slug
    day = local_day(record.visit)
    path = page.path.format(site=site, date=day)
    headers = {"hx-request": "true"} if page.name in SHEETS else {}
    days = f"site={site}&first={day}&last={day}" if page.method == "POST" else ""
    with taken_back():
        answer = read(world.browser(who).generic(page.method, path, days, FORM_TYPE, headers=headers))
    text = answer.text + answer.headers  # a list of one leads on to it
    return {it.whose for it in world.records if str(page.sign(it)) in text}


def due_in(world: World, page: List, who: str, record: Record) -> set[str]:
    """Return whose records a list holds by the table."""
    rule = rule_for(page.name, "")
    if rule is None or not lets_in(rule, who):
        return set()
    return {
        it.whose
        for it in world.records
        if (page.reach != Reach.THEIRS or OWNERS[it.whose] == who)
        and (page.reach != Reach.CARE_TEAM or it.whose in CARE_TEAM.get(who, ()))
        and (not page.of_site or it.calendar.site == record.calendar.site)
    }


@pytest.mark.parametrize("listing", LISTS, ids=lambda listing: listing.name)
def test_a_list_holds_what_the_table_says(world: World, listing: List) -> None:
    for record in world.records:
        draft = save(record.patient, 10**6, x_words=f"again {canary(Field.ANSWERS, record.whose)}")
        send(record.patient, draft.revision)

    for who in PEOPLE:
        for record in world.records[:2]:
            assert listed(world, listing, who, record) == due_in(world, listing, who, record), who


def test_a_list_that_forgets_whose_it_is_would_be_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(my_visits, "list_visits_for", lambda _user, now: list(visits().all()))

    page, record = LISTS[0], world.records[0]

    assert listed(world, page, "patient A", record) != due_in(world, page, "patient A", record)
    assert len(list_visits_for(world.users["patient A"], now=timezone.now())) == 1  # type: ignore[arg-type]
