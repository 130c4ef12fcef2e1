"""Everybody there is, each with a browser, and an address of every page with a real thing in its places."""

import os

from django.test import Client

from clinic import confined
from clinic.models import Role, User
from patients.versions import CURRENT
from tests.bookings.pages import hold_in, token_for
from tests.factories import StaffFactory, UserFactory
from tests.patients.whole_records import write_whole_record
from tests.routes import Route, list_routes

PEOPLE = ("stranger", "holding", "patient", "other patient", "tablet", *Role.values)


def swept(*few: str) -> tuple[str, ...]:
    """Return whose ways a test walks: a few people's, and everybody's for `make sweep`."""
    return PEOPLE if os.environ.get("NUAN_SWEEP") else few


class Everybody:
    """A patient of whom everything is written, and browsers of all who may ask about them."""

    def __init__(self) -> None:
        self.record = write_whole_record()
        account = self.record.patient.account
        assert account is not None
        self.users: dict[str, User] = {"patient": account, "other patient": UserFactory.create()}
        self.users |= {role: StaffFactory.create(roles=[role]) for role in Role.values}
        self.users[Role.CLINICIAN] = self.record.doctor
        self.browsers = {who: Client(raise_request_exception=False) for who in PEOPLE}
        for who, user in self.users.items():
            self.browsers[who].force_login(user)
        self.browsers["tablet"].cookies[confined.COOKIE] = self.record.tablet_secret
        hold_in(self.browsers["holding"], self.record.calendar)

    def path_of(self, route: Route, **places: str) -> str:
        """Return an address with real things in its places, or those given."""
        site, owner = str(self.record.calendar.site.pk), str(self.users["owner"].pk)
        known = dict.fromkeys(route.names, "1") | {name: site for name in route.names if name == "pk"}
        known |= {"uidb36": "1", "name": "message", "app_label": "clinic", "url": "nowhere"}
        known |= {"language": "en", "kind": "booked", "role": "owner", "version": CURRENT}
        known |= {"batch_id": str(self.record.visit.pk), "object_id": owner} | self.record.places
        if route.name.startswith("bookings:") and "key" in route.names:
            known["key"] = token_for(self.record.visit)
        return route.path.format(**(known | places))


def routes() -> list[Route]:
    """Return every address, those of the admin too."""
    return list_routes(admin=True)
