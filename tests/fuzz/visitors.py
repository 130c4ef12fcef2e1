"""Who fuzzes: everybody the demo knows, and what each of them can see of it."""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from tests.fuzz.pages import Form, read_page

STRANGER = "stranger"
ROLES = (STRANGER, "patient", "desk", "nurse", "clinician", "owner")
DOORS = (
    *("/", "/th/", "/book/", "/visits/", "/forms/", "/account/sign-in/", "/signed-in/", "/demo/"),
    *("/desk/", "/desk/patients/", "/review/", "/setup/", "/admin/"),
)
MOST_OF_ONE = 12
"""Addresses and forms of one URL name that are kept."""


@dataclass
class Visitor:
    """Somebody with a browser, the addresses they found and the forms they saw, by URL name."""

    role: str
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))
    addresses: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    forms: dict[str, list[Form]] = field(default_factory=lambda: defaultdict(list))

    def sign_in(self) -> None:
        """Come anew, as whoever this is."""
        self.client.cookies.clear()
        if self.role != STRANGER:
            self.client.post(reverse("demo:sign-in", args=[self.role]))

    @property
    def is_signed_out(self) -> bool:
        """Whether a session that should be there is gone."""
        return self.role != STRANGER and not self.client.cookies.get(settings.SESSION_COOKIE_NAME)

    def look_around(self, dice: random.Random, pages: int) -> None:
        """Follow links through so many pages; rarely seen kinds of pages first."""
        waiting, seen = list(DOORS), set(DOORS)
        for _page in range(pages):
            if not waiting:
                return
            waiting.sort(key=lambda address: len(self.addresses.get(name_of(address), ())) + dice.random())
            address = waiting.pop(0)
            answer = self.client.get(address, follow=True)
            self._keep(self.addresses, address)
            if "text/html" not in answer.headers.get("Content-Type", ""):
                continue
            found = read_page(answer.request["PATH_INFO"], answer.content.decode("utf-8", "replace"))
            for form in found.forms:
                self._keep(self.forms, form.action, form)
            for link in found.links:
                if link not in seen and "logout" not in link:
                    seen.add(link)
                    waiting.append(link)

    def _keep(self, store: dict[str, list[Any]], address: str, thing: Any = None) -> None:
        kept = store[name_of(address)]
        if len(kept) < MOST_OF_ONE:
            kept.append(address if thing is None else thing)


def name_of(address: str) -> str:
    """Return the URL name of an address, "" if there is none."""
    try:
        return resolve(urlsplit(address).path).view_name or ""
    except (Resolver404, ValueError):
        return ""
