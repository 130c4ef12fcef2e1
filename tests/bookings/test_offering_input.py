"""Whatever is typed into the owner's forms, no page breaks, and nothing half-right is stored."""

import random
import re
from urllib.parse import urlencode

import pytest
from django.test import Client

from clinic.models import Clinic, ProductGate, Treatment, VisitType
from clinic.services.catalogue import load_catalogue
from tests.bookings.offering import owner
from tests.calendars import make_calendar
from tests.test_bad_input import NONSENSE, SEED, to_bytes

pytestmark = pytest.mark.django_db

ROUNDS = 4


@pytest.fixture
def paths() -> list[str]:
    Clinic.objects.create(pk=1, name="Mali")
    load_catalogue()
    kind = make_calendar().visit_type.pk
    treatment = Treatment.objects.order_by("order")[0].pk
    return [
        *(f"visit-types/{kind}/", "visit-types/new/", "treatments/new/", f"treatments/{treatment}/facts/"),
        *(
            f"treatments/{treatment}/cards/en/",
            f"treatments/{treatment}/gate/",
            "messages/booked/",
            "policy/",
        ),
        *("messages/booked/as-mail/", f"treatments/{treatment}/cards/en/show/"),
    ]


@pytest.mark.parametrize("look", [True, False])
def test_no_nonsense_breaks_a_form_of_the_owner(paths: list[str], look: bool) -> None:
    dice, browser = random.Random(f"{SEED} {look}"), owner()
    browser.raise_request_exception = False
    broken = []

    for path in paths:
        names = names_on(browser, f"/setup/{path}")
        for _round in range(ROUNDS):
            data = [
                (name, to_bytes(dice.choice(NONSENSE)))
                for name in names
                for _time in range(dice.randint(1, 2))
            ]
            data += [("look", b"1")] if look else []
            answer = browser.post(f"/setup/{path}", urlencode(data), "application/x-www-form-urlencoded")
            broken += [path] if answer.status_code >= 500 else []

    assert broken == []
    assert not ProductGate.objects.exists()
    assert VisitType.objects.get(code="CONS_NEW").minutes == 40


@pytest.mark.parametrize("number", ["0", "9" * 30])
def test_numbers_of_nothing_are_not_found(number: str) -> None:
    browser = owner()

    for path in (f"visit-types/{number}/", f"treatments/{number}/", f"treatments/{number}/gate/"):
        assert browser.get(f"/setup/{path}").status_code == 404
        assert browser.post(f"/setup/{path}archive/").status_code == 404


def names_on(browser: Client, path: str) -> list[str]:
    """Return the names of the fields that an address shows, or those of a step that shows none."""
    page = browser.get(path)
    found = re.findall(r'name="([^"]+)"', page.content.decode()) if page.status_code == 200 else []
    names = dict.fromkeys(name for name in found if name not in {"viewport", "robots", "csrfmiddlewaretoken"})
    return [name for name in names if name != "look"] or ["as_mail", "visibility", "seen", "words_en"]
