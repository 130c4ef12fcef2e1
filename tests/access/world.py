"""Two sites, four patients of three accounts, and everybody who may come along, for the walks."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Model
from django.test import Client
from django.utils import timezone

from bookings.models import Appointment, WorkingHours
from clinic import confined
from clinic.access.fields import Field
from clinic.access.objects import Kind
from clinic.access.who import THEIRS, THEMSELVES
from clinic.demo.views import ROLES
from clinic.models import Clinic, DutyShift, Practitioner, Role, SignIn, Treatment, User
from clinic.services import letters as clinic_letters
from clinic.services.catalogue import load_catalogue
from patients.models import TabletPass
from tests.access.canaries import canary
from tests.access.houses import House, make_house
from tests.access.objects import Thing, list_things, typed_in
from tests.access.passkeys import give_factors
from tests.access.records import Record, write_record
from tests.bookings.pages import list_starts
from tests.clinic import letters
from tests.factories import HoursFactory, StaffFactory, UserFactory
from tests.routes import Route

FORM_TYPE = "application/x-www-form-urlencoded"
ANONYMOUS, TABLET = "anonymous", "tablet"
PATIENTS = {"patient A": "Anna", "patient B": "Bert", "guardian": "Kim"}
"""Accounts, and whose record is theirs; the guardian's other child is Lena, at the other site."""

TABLET_OF = "Kim"
"""Whose form the tablet shows; a guardian holds it."""

OWNERS = {"Anna": "patient A", "Bert": "patient B", "Kim": "guardian", "Lena": "guardian"}
STAFF_ROLES: Mapping[str, list[str]] = {
    "front desk": [Role.FRONT_DESK],
    "nurse": [Role.NURSE],
    "clinician": [Role.CLINICIAN],
    "other clinician": [Role.CLINICIAN],
    "owner": [Role.OWNER],
    "owner who is a doctor": [Role.OWNER, Role.CLINICIAN],
}
PEOPLE = [ANONYMOUS, *PATIENTS, *STAFF_ROLES]
IN_POOL = "owner who is a doctor"
CARE_TEAM: dict[str, frozenset[str]] = {
    "nurse": frozenset({"Anna", "Kim"}),
    "clinician": frozenset(OWNERS),
    "owner who is a doctor": frozenset(OWNERS),
}
"""On whose care team who is: the nurse sees Anna and Kim, the clinician is on duty while everybody waits with
an urgent answer, and the doctor is of the review pool. The other clinician is off shift."""


AGING: Mapping[type[Model], list[str]] = {
    SignIn: ["started_at", "last_active_at", "proved_at", "factor_at", "clinical_at"],
    TabletPass: ["made_at", "scan_before_at", "opened_at", "active_at"],
}
"""What is soon over, and its times."""


class Browser(Client):
    """Django's client, which takes no notice of what is rendered: a walk is a third quicker without."""

    def request(self, **request: Any) -> Any:
        """Send one request; cookies that come back are not kept."""
        return self.handler(self._base_environ(**request))  # type: ignore[attr-defined]


class World:
    """Real things in two sites, and one browser that is everybody's in turn."""

    def __init__(self) -> None:
        load_catalogue()
        treatments = Treatment.objects.order_by("order", "pk")
        self.houses = [
            make_house("Bangkok", "Asia/Bangkok", treatments[0]),
            make_house("Berlin", "Europe/Berlin", treatments[1], country="DE", currency="EUR"),
        ]
        self.users: dict[str, User | None] = {ANONYMOUS: None, TABLET: None}
        self.users |= {who: UserFactory.create(email=_address(who), name="") for who in PATIENTS}
        self.users |= {
            who: StaffFactory.create(
                roles=roles, email=_address(who), name=f"Staff {who}", in_review_pool=who == IN_POOL
            )
            for who, roles in STAFF_ROLES.items()
        }
        self.records = [
            self._write("Anna", self.houses[0], "self"),
            self._write("Bert", self.houses[1], "self"),
            self._write("Kim", self.houses[0], "child"),
            self._write("Lena", self.houses[1], "child"),
        ]
        _put_on_shift(self.user("nurse"), self.record_of("Anna").visit)
        _make_demo()
        Clinic.objects.get_or_create(pk=1)
        now = timezone.now()
        DutyShift.objects.create(
            user=self.user("clinician"), starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=9)
        )
        for who in STAFF_ROLES:
            give_factors(self.user(who))
        self.sessions = {who: _sign_in(user) for who, user in self.users.items() if user}
        self.browsers: dict[tuple[Any, ...], Browser] = {}

    def stay(self) -> None:
        """Let the world be as old as when it was made: on a slow machine the walks outlast a sign-in."""
        older = timezone.now() - SignIn.objects.latest("started_at").started_at
        for model, names in AGING.items():
            model._default_manager.update(**{name: F(name) + older for name in names})

    def _write(self, whose: str, house: House, booked_for: str) -> Record:
        start = list_starts(house.calendar)[0]
        return write_record(whose, house.calendar, start, self.user(OWNERS[whose]), booked_for)

    def user(self, who: str) -> User:
        """Return the account of somebody who has one."""
        user = self.users[who]
        assert user is not None
        return user

    def record_of(self, whose: str) -> Record:
        """Return a record by its canary's name."""
        return next(record for record in self.records if record.whose == whose)

    @property
    def everybody(self) -> list[str]:
        """Whose canaries there are: records, accounts, sites, and staff."""
        return [*OWNERS, *(name_of(who) for who in PEOPLE), *(house.name for house in self.houses)]

    def roles_of(self, who: str, whose: str = "") -> frozenset[str]:
        """Return what somebody is in the words of the table: roles, and what they are to a record."""
        roles = frozenset(STAFF_ROLES.get(who, []))
        if whose == name_of(who) or (OWNERS.get(whose) == who and who != "guardian"):
            return roles | THEMSELVES
        return roles | (THEIRS - THEMSELVES) if OWNERS.get(whose) == who else roles

    def things(self, kind: Kind) -> list[Thing]:
        """Return what an address of a kind can name: real things of both sites, then a false one."""
        return list_things(kind, self.records, self.houses, self.users)

    def browser(self, who: str, *, checks_tokens: bool = False) -> "Browser":
        """Return a browser in which somebody is signed in, and nothing else has happened.

        Browsers are used again, because making one reads every static file's name.
        """
        known = (checks_tokens, *settings.MIDDLEWARE)
        if known not in self.browsers:
            self.browsers[known] = Browser(enforce_csrf_checks=checks_tokens, raise_request_exception=False)
        client = self.browsers[known]
        client.cookies.clear()
        if who in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[who]
        if who == TABLET:
            client.cookies[confined.COOKIE] = self.record_of(TABLET_OF).tablet_secret
        return client

    def ask(
        self, who: str, method: str, route: Route, thing: Thing, headers: Mapping[str, str] | None = None
    ) -> Any:
        """Send one request, and take back whatever it changed. What is pressed has the fields of its page."""
        typed = typed_in(route, thing, self.records) if method == "POST" else {}
        with taken_back():
            return self.browser(who).generic(
                method, path_of(route, thing), urlencode(typed), FORM_TYPE, headers=headers
            )


@contextmanager
def taken_back() -> Iterator[None]:
    """Take back whatever the block changes."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def path_of(route: Route, thing: Thing) -> str:
    """Return an address of a thing. An address without a thing of its own names the clinic's first."""
    return route.path.format(**thing.values)


def count_writes() -> dict[str, int]:
    """Return how many rows of each table were written so far in this transaction, rolled back or not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables "
            "WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return dict(cursor.fetchall())


def tables_written(before: Mapping[str, int]) -> set[str]:
    """Return the tables that were written to since `before`."""
    return {table for table, count in count_writes().items() if count != before.get(table, 0)}


def name_of(who: str) -> str:
    """Return what stands in the canaries of somebody's own account."""
    return who.title().replace(" ", "")


def _address(who: str) -> str:
    field = Field.CONTACT if who in PATIENTS else Field.STAFF_CONTACT
    return f"{canary(field, name_of(who))}@example.com"


def _sign_in(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _put_on_shift(user: User, visit: Appointment) -> None:
    """Let somebody be whom a visit is with, and work around the clock: no walk depends on the hour."""
    Practitioner.objects.filter(pk=visit.practitioner_id).update(user=user)
    WorkingHours.objects.filter(practitioner=visit.practitioner_id).delete()
    for weekday in range(1, 8):
        HoursFactory.create(
            practitioner=visit.practitioner,
            site=visit.site,
            weekday=weekday,
            starts=time(0),
            ends=time(23, 59),
        )


def _make_demo() -> None:
    """Make the demo's people and two messages in its mailbox."""
    for role in ROLES:
        StaffFactory.create(email=role.email, roles=[] if role.slug == "patient" else [Role.OWNER])
    for _message in range(2):
        clinic_letters.write(letters.post()).send()
