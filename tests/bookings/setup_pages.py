"""A clinic, an owner, and what the set-up's forms post, for the tests of these pages."""

import re
from typing import Any

from django.test import Client

from clinic.models import Role, User
from tests.factories import StaffFactory, both


def owner_in(client: Client) -> User:
    """Sign an owner in."""
    user = StaffFactory.create(name="Mali", roles=[Role.OWNER])
    client.force_login(user)
    return user


def hidden(page: str, name: str) -> str:
    """Return the value of a hidden field of a page."""
    field = re.search(rf'<input type="hidden" name="{name}"([^>]*)>', page)
    assert field, f"no field {name}"
    value = re.search(r'value="([^"]*)"', field[1])
    return value[1] if value else ""


def texts(name: str, text: str) -> dict[str, str]:
    """Return a text in two languages as a form posts it."""
    return {f"{name}_{language}": words for language, words in both(text).items()}


def site_data(**changes: Any) -> dict[str, Any]:
    """Return what the form of a site posts."""
    return {
        **texts("name", "Phuket"),
        **texts("city", "Phuket"),
        **texts("address", "2 Beach Road"),
        **texts("directions", ""),
        "directions_th": "",
        "directions_en": "",
        "map_url": "",
        "phone": "+6676000000",
        "zone": "Asia/Bangkok",
        "country": "TH",
        "currency": "thb",
        "order": "1",
        "advertising_approval": "",
        "advertising_approval_expiry_date": "",
        **changes,
    }


def week_data(*rows: tuple[int, str, str, int], **changes: Any) -> dict[str, Any]:
    """Return what the page that draws a week posts: weekday, from, to and site of each row."""
    data: dict[str, Any] = {"row-TOTAL_FORMS": len(rows), "row-INITIAL_FORMS": 0, "last_date": ""}
    for number, (weekday, starts, ends, site) in enumerate(rows):
        values = {"weekday": weekday, "starts": starts, "ends": ends, "site": site}
        data |= {f"row-{number}-{name}": value for name, value in values.items()}
    return {**data, **changes}
