"""Pages of the admin, for its tests: who is signed in, addresses, and what forms post."""

from datetime import date
from typing import Any

from django.test import Client
from django.urls import reverse

from clinic.models import (
    ProductGate,
    Role,
    Treatment,
)
from tests.factories import (
    StaffFactory,
    UserFactory,
)


def signed_in(*roles: str) -> Client:
    """Return a browser in which somebody with these roles is signed in."""
    client = Client()
    client.force_login(StaffFactory.create(roles=list(roles)) if roles else UserFactory.create())
    return client


def address(model: str, page: str, *args: Any) -> str:
    """Return the address of a page of a model, named as in the rule table."""
    return reverse(f"admin:{model.replace('.', '_')}_{page}", args=args)


def by_language(name: str, texts: dict[str, str]) -> dict[str, str]:
    """Return a text in two languages as a form posts it."""
    return {f"{name}_en": texts["en"], f"{name}_th": texts["th"]}


def inline(prefix: str, total: int = 0, initial: int = 0) -> dict[str, int]:
    """Return the counters of an inline table."""
    return {f"{prefix}-TOTAL_FORMS": total, f"{prefix}-INITIAL_FORMS": initial}


def open_gate(treatment: Treatment) -> ProductGate:
    """Return a gate opened by an owner."""
    return ProductGate.objects.create(
        treatment=treatment,
        product_name="Serum",
        legal_class="Drug",
        approval_number="1/2569",
        country="TH",
        expiry_date=date(2030, 1, 1),
        opened_by=StaffFactory.create(roles=[Role.OWNER]),
    )
