"""The demo clinic, and what happens when it is set up again."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.test import TestCase

from bookings.demo.seed import seed
from bookings.life_cycle import Status
from bookings.models import Appointment, Closure, ExceptionalOpening, TimeOff, VisitEvent
from clinic.models import (
    Clinic,
    Practitioner,
    ProductGate,
    Resource,
    ResourceKind,
    Site,
    TreatmentCard,
    User,
    VisitOffer,
)
from clinic.models.catalogue import Visibility
from patients.models import Patient

BANGKOK = ZoneInfo("Asia/Bangkok")
NOW = datetime(2026, 11, 25, 4, 36, tzinfo=UTC)
TODAY = date(2026, 11, 25)
# Numbers kept for stories, and a Thai range that no network has.
FOR_STORIES = re.compile(r"\+(6670\d{7}|442079460\d{3}|120255501\d\d|493023125\d{3}|6149157015\d)$")


def facts_of_visits() -> list[tuple[Any, ...]]:
    """Return what must be the same whenever the demo is set up on the same day."""
    return list(
        Appointment.objects.order_by("pk").values_list(
            "pk", "reference", "starts_at", "patient__name", "status"
        )
    )


class TestDemoClinic(TestCase):
    """The clinic around the visits."""

    @classmethod
    def setUpTestData(cls) -> None:
        """Set the demo up once; each test starts from there."""
        seed(now=NOW)

    def test_demo_has_three_sites_and_two_have_summer_time(self) -> None:
        zones = [site.tz for site in Site.objects.order_by("order")]

        offsets = [{datetime(2026, month, 1, tzinfo=zone).utcoffset() for month in (1, 7)} for zone in zones]
        assert [len(each) for each in offsets] == [1, 2, 2]

    def test_demo_has_people_rooms_and_a_device(self) -> None:
        kinds = Counter(Resource.objects.values_list("kind", flat=True))

        assert kinds[ResourceKind.DOCTOR] >= 4
        assert set(kinds) == set(ResourceKind.values)
        assert kinds[ResourceKind.CONSULT_ROOM] == 6

    def test_practitioners_differ_in_hours_and_languages(self) -> None:
        people = Practitioner.objects.prefetch_related("working_hours")

        assert len({tuple(person.languages) for person in people}) >= 4
        plans = {
            frozenset((line.weekday, line.starts) for line in person.working_hours.all()) for person in people
        }
        assert len(plans) == len(people)

    def test_licences_are_clearly_invented(self) -> None:
        numbers = [
            *Practitioner.objects.values_list("licence_number", flat=True),
            Clinic.objects.get().licence_number,
        ]

        assert all(number.startswith("DEMO-") for number in numbers)

    def test_first_consultation_costs_1500_baht_in_bangkok(self) -> None:
        offer = VisitOffer.objects.get(visit_type__code="CONS_NEW", site__slug="bangkok")

        assert (offer.price_minor, offer.site.currency) == (150_000, "THB")

    def test_cards_are_public_demo_text_and_every_gate_is_closed(self) -> None:
        cards = TreatmentCard.objects.values_list("visibility", "is_demo_text")

        assert set(cards) == {(Visibility.PUBLIC, True)}
        assert not ProductGate.objects.exists()
        assert not Appointment.objects.filter(visit_type__bookable_by="gated").exists()

    def test_calendar_has_its_exceptions(self) -> None:
        assert TimeOff.objects.exists()
        assert ExceptionalOpening.objects.exists()
        assert set(Closure.objects.values_list("is_public_holiday", flat=True)) == {True, False}

    def test_everything_is_marked_as_demo(self) -> None:
        assert Clinic.objects.get().is_demo
        assert not Patient.objects.filter(is_demo=False).exists()
        assert not Appointment.objects.filter(is_demo=False).exists()

    def test_nobody_real_can_be_reached(self) -> None:
        emails = [
            *Patient.objects.values_list("email", flat=True),
            *User.objects.values_list("email", flat=True),
        ]
        phones = [str(phone) for phone in Patient.objects.values_list("phone", flat=True)]

        assert all((email or "").endswith(("@example.com", "@demo.nuan.example")) for email in emails)
        assert all(FOR_STORIES.match(phone) for phone in phones)

    def test_patients_come_from_several_zones(self) -> None:
        zones = Counter(Patient.objects.values_list("zone", flat=True))

        assert zones.most_common(1)[0][0] == "Asia/Bangkok"
        assert len(zones) >= 6

    def test_demo_users_have_their_roles_and_no_password(self) -> None:
        users = {user.email.split("@")[0]: user for user in User.objects.all() if user.email}

        assert {name: user.roles for name, user in users.items()} == {
            "patient": [],
            "desk": ["front_desk"],
            "clinician": ["clinician"],
            "nurse": ["nurse"],
            "owner": ["owner"],
        }
        assert not any(user.has_usable_password() for user in users.values())
        assert users["clinician"].practitioner.name_text == "Dr Ploy S."
        assert users["nurse"].practitioner.name_text == "Nurse Fon N."


class TestDemoAgain(TestCase):
    """Running the command again harms nothing."""

    @classmethod
    def setUpTestData(cls) -> None:
        """Set the demo up once; each test starts from there."""
        seed(now=NOW)

    def test_running_again_at_once_changes_nothing(self) -> None:
        before = facts_of_visits()

        report = seed(now=NOW)

        assert "nothing to do" in report.lines[0]
        assert facts_of_visits() == before

    def test_a_demo_without_the_nurse_gets_her_once(self) -> None:
        Practitioner.objects.filter(user__email="nurse@demo.nuan.example").update(user=None)
        User.objects.get(email="nurse@demo.nuan.example").delete()
        before = facts_of_visits()

        first, again = seed(now=NOW), seed(now=NOW)

        nurse = User.objects.get(email="nurse@demo.nuan.example")
        assert (nurse.roles, nurse.practitioner.name_text) == (["nurse"], "Nurse Fon N.")
        assert any("nurse" in line for line in first.lines)
        assert not any("nurse" in line for line in again.lines)
        assert facts_of_visits() == before

    def test_running_later_lets_time_pass(self) -> None:
        seed(now=NOW + timedelta(hours=6))

        over = Appointment.objects.filter(ends_at__lt=NOW + timedelta(hours=5), starts_at__gt=NOW)
        assert over.exists()
        assert not over.filter(status__in=[Status.BOOKED, Status.CONFIRMED]).exists()

    def test_running_later_leaves_what_people_touched(self) -> None:
        ahead = Appointment.objects.filter(status=Status.CONFIRMED, starts_at__gt=NOW)
        visit = ahead.order_by("starts_at", "pk")[0]
        VisitEvent.objects.create(
            appointment=visit, action="move", to_status=Status.CONFIRMED, by=VisitEvent.By.STAFF, at=NOW
        )

        seed(now=visit.ends_at + timedelta(days=1))

        visit.refresh_from_db()
        assert visit.status == Status.CONFIRMED

    def test_another_day_tops_up_and_leaves_the_rest_alone(self) -> None:
        before = {pk: (starts_at, name) for pk, _reference, starts_at, name, _status in facts_of_visits()}
        last = max(starts_at for starts_at, _name in before.values())

        report = seed(now=NOW + timedelta(days=7))

        after = {pk: (starts_at, name) for pk, _reference, starts_at, name, _status in facts_of_visits()}
        assert before.items() <= after.items()
        assert any("Planned" in line for line in report.lines)
        assert all(after[pk][0] > last - timedelta(days=7) for pk in set(after) - set(before))
        assert max(starts_at for starts_at, _name in after.values()) > last

    def test_a_season_later_the_demo_is_alive_again(self) -> None:
        later = NOW + timedelta(days=100)

        seed(now=later)

        today = Appointment.objects.filter(starts_at__date=later.date())
        assert {Status.DONE} < set(today.values_list("status", flat=True))

    def test_visits_of_patients_the_demo_did_not_invent_are_not_added_to(self) -> None:
        own = Patient.objects.create(
            name="Somebody who tries the demo", email="try@example.com", is_demo=True
        )
        visit = Appointment.objects.filter(status=Status.DONE).order_by("pk")[0]
        VisitEvent.objects.filter(appointment=visit).update(facts={})
        Appointment.objects.filter(pk=visit.pk).update(patient=own)

        seed(now=NOW + timedelta(days=14))

        assert own.appointments.count() == 1
