"""The demo's patients: who exists, who has come before, and who may come again."""

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random
from uuid import UUID

from bookings.demo.names import invent
from clinic.models import Site, User
from patients.models import Patient

SOON_AGAIN = timedelta(days=10)
"""Nobody comes again sooner than this, so nobody is ever in two places."""
CHILD = 0.04


class Patients:
    """Everybody the demo knows, with the last day each has a visit."""

    def __init__(self, came: Iterable[tuple[Patient, int, date]]) -> None:
        self.made: list[Patient] = []
        self._last: dict[int, dict[UUID, tuple[Patient, date]]] = {}
        self._known: set[UUID] = set()
        for patient, site_id, day in came:
            self._note(patient, site_id, day)

    def new(self, site: Site, rng: Random, day: date, *, known: bool = False) -> Patient:
        """Invent a patient; a `known` one has been here before our records of visits begin."""
        someone = invent(rng, site.slug)
        patient = Patient(
            id=UUID(int=rng.getrandbits(128), version=4),
            name=someone.name,
            birth_date=_birthday(rng, day, years=(17, 58)),
            email=f"patient{rng.randrange(16**8):08x}@example.com",
            phone=someone.phone,
            language=someone.language,
            zone=someone.zone,
            is_demo=True,
        )
        if rng.random() < CHILD:
            patient.booked_for, patient.contact_name = (
                Patient.Booker.CHILD,
                invent(rng, site.slug).name,
            )
            patient.birth_date = _birthday(rng, day, years=(12, 17))
        self.made.append(patient)
        if known:
            self._known.add(patient.id)
        return patient

    def own(self, account: User) -> Patient:
        """Make the patient the demo's patient account owns: somebody who lives in London."""
        patient = Patient(
            id=UUID(int=0x2B0A51E7D15C4B6E9A3D4E0C8F7A1001, version=4),
            account=account,
            name=account.name,
            birth_date=date(1994, 3, 12),
            email=account.email or "",
            phone="+442079460958",
            language="en",
            zone="Europe/London",
            is_demo=True,
        )
        self.made.append(patient)
        return patient

    def returning(self, site: Site, day: date, rng: Random) -> Patient | None:
        """Return somebody whose last visit at the site was long enough before `day`, if anybody."""
        latest = day - SOON_AGAIN
        there = self._last.get(site.pk, {}).values()
        candidates = [patient for patient, last in there if last <= latest and patient.account_id is None]
        return rng.choice(candidates) if candidates else None

    def has_come(self, patient: Patient) -> bool:
        """Whether the patient has been here before, in our records or in their own words."""
        return patient.id in self._known or any(patient.id in people for people in self._last.values())

    def note(self, patient: Patient, site: Site, day: date) -> None:
        """Remember a visit."""
        self._note(patient, site.pk, day)

    def _note(self, patient: Patient, site_id: int, day: date) -> None:
        people = self._last.setdefault(site_id, {})
        before = people.get(patient.id)
        people[patient.id] = (patient, max(day, before[1]) if before else day)


def _birthday(rng: Random, day: date, *, years: tuple[int, int]) -> date:
    return day - timedelta(days=rng.randint(years[0] * 366, years[1] * 365))
