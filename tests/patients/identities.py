"""People whose address somebody may try: known in each way that there is, and not at all."""

from collections.abc import Callable

from tests.factories import PatientFactory, StaffFactory, UserFactory

KINDS: dict[str, Callable[[str], object]] = {
    "patient": lambda email: UserFactory.create(email=email),
    "newcomer": lambda email: PatientFactory.create(email=email),
    "stopped patient": lambda email: UserFactory.create(email=email, is_active=False),
    "staff": lambda email: StaffFactory.create(email=email),
    "stopped staff": lambda email: StaffFactory.create(email=email, is_active=False),
    "nobody": lambda _email: None,
}
"""Who an address may belong to; each makes somebody with it."""

ASKED = {
    "code": ("/account/login/code/", {"email": ""}),
    "link": ("/account/password/reset/", {"email": ""}),
    "password": ("/account/login/", {"login": "", "password": "not the right one"}),
}
"""Where somebody may try an address: the page, and what is sent, with "" for the address."""


def fields_with(email: str, way: str) -> tuple[str, dict[str, str]]:
    """Return the page and what is sent for one address."""
    path, fields = ASKED[way]
    return path, {name: value or email for name, value in fields.items()}
