"""Setting the demo clinic up, and topping it up around a new day."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from bookings.demo.calendar import Calendar, day_of, days_between
from bookings.demo.day import liven_up
from bookings.demo.hours import close_on_holidays, make_exceptions, make_hours
from bookings.demo.patients import Patients
from bookings.demo.people import DEMO_DOMAIN, add_nurse, make_practitioners, make_users, put_on_duty
from bookings.demo.places import (
    BANGKOK,
    LONDON,
    LOS_ANGELES,
    make_clinic,
    make_offers,
    make_sites,
    publish_cards,
)
from bookings.demo.records import MARK, move_on, write_visits
from bookings.demo.visits import PLANNED_TYPES, Planner
from bookings.life_cycle import CLAIMING, UPCOMING, Status
from bookings.models import Appointment, VisitEvent
from clinic.models import Clinic, Site, User, VisitMode, VisitType
from clinic.queries.places import list_sites
from clinic.services.catalogue import load_catalogue
from patients.demo.forms import fill_in_forms
from patients.demo.reviews import read_before_the_visit, review_some
from patients.models import Patient, UrgentAlert
from patients.services.urgent import acknowledge_alert

AROUND = timedelta(weeks=5)
"""Five weeks back and five ahead: ten weeks of visits."""
PATCH_TEST = timedelta(days=7)
FORMS_AHEAD = timedelta(days=8)
EARLIER_TODAY = timedelta(hours=10)
BEGUN = (Status.ARRIVED, Status.IN_ROOM, Status.DONE)
PLACES = (BANGKOK, LONDON, LOS_ANGELES)
FIRST_VISITS = ("CONS_NEW", "CONS_EXT")


@dataclass
class Report:
    """What a run of the demo did, in sentences."""

    lines: list[str] = field(default_factory=list)

    def say(self, line: str) -> None:
        """Add a sentence."""
        self.lines.append(line)


@transaction.atomic
def seed(*, now: datetime) -> Report:
    """Set the demo clinic up, or top it up. The caller has checked that the database is the demo's.

    The first run makes everything. A later run on the same day only lets time pass for the demo's own
    visits. A run on another day also plans visits for the days that have come into the ten weeks
    around it. What people booked, moved or changed is never touched.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('seed_demo'))")
    report = Report()
    today = now.astimezone(ZoneInfo("Asia/Bangkok")).date()
    if not Clinic.objects.exists():
        _set_up(today, now)
        report.say("Set up Mali Skin Clinic: three sites, ten practitioners, rooms, catalogue, hours, users.")
    elif add_nurse(now):
        report.say("Added the nurse, whom an earlier version of the demo did not have.")
    desk = User.objects.filter(email=f"desk@{DEMO_DOMAIN}").first()
    if moved_on := move_on(desk=desk, today=today, now=now):
        report.say(f"Time passed for {moved_on} visits of the demo; visits people changed were left alone.")
    days = _days_to_plan(today)
    if days and not _is_as_made():
        report.say("Planned no more visits: the demo's sites or visit types were renamed or archived.")
    elif days:
        visits = _plan_visits(days, desk=desk, today=today, now=now)
        report.say(
            f"Planned {visits} visits between {days[0]} and {days[-1]}; bookings people made were left alone."
        )
    liven_up(list_sites(), desk=desk, now=now)
    if begun := _fill_in_forms(today, now):
        report.say(f"{begun} patients began their health forms.")
    if not report.lines:
        report.say(f"The demo of {today} is already here; nothing to do.")
    return report


def _set_up(today: date, now: datetime) -> None:
    """Make the clinic, its people and its hours."""
    make_clinic()
    sites = make_sites()
    load_catalogue()
    people = make_practitioners(make_users(now))
    publish_cards(people["ploy"], today - timedelta(days=40))
    make_offers(sites)
    make_hours(people, sites, today)
    make_exceptions(people, sites, today)


def _is_as_made() -> bool:
    """Whether the sites and visit types the planner knows are still there."""
    sites = Site.objects.filter(slug__in=PLACES, archived_at__isnull=True)
    types = VisitType.objects.filter(code__in=PLANNED_TYPES)
    return sites.count() == len(PLACES) and types.count() == len(PLANNED_TYPES)


def _days_to_plan(today: date) -> list[date]:
    """Return the days around today that no earlier run has planned."""
    booked = VisitEvent.objects.filter(action=Status.BOOKED.value, facts__has_key=MARK)
    planned: set[date] = set()
    for anchor in set(booked.values_list(f"facts__{MARK}", flat=True)):
        middle = date.fromisoformat(anchor)
        planned.update(days_between(middle - AROUND, middle + AROUND))
    return [day for day in days_between(today - AROUND, today + AROUND) if day not in planned]


def _plan_visits(days: list[date], *, desk: User | None, today: date, now: datetime) -> int:
    """Plan and write the visits of these days; the same day gives the same visits."""
    rng = Random(f"Mali Skin Clinic {today}")  # noqa: S311 (invention, not secrets)
    sites = {
        site.slug: site for site in Site.objects.filter(archived_at__isnull=True).order_by("order", "pk")
    }
    close_on_holidays(sites, days, today)
    calendar = Calendar(list(sites.values()), days[0], days[-1] + PATCH_TEST)
    people = Patients(_list_who_came())
    types = {visit_type.code: visit_type for visit_type in VisitType.objects.order_by("pk")}
    planner = Planner(rng, calendar, types, people, today)
    _plan_own_visits(planner, sites[BANGKOK], today, now)
    for day in days:
        if day.isoweekday() == 1:
            planner.plan_patch_test(sites[BANGKOK], day)
        for site in sites.values():
            planner.plan_day(site, day)
    return write_visits(planner.planned, people.made, desk=desk, rng=rng, today=today, now=now)


def _fill_in_forms(today: date, now: datetime) -> int:
    """Let patients fill in their forms who come for a first visit today or soon; return how many did.

    The demo's own patient account is left to whoever tries the demo. What is urgent has been taken on.
    """
    soon = Appointment.objects.filter(
        status__in=[*UPCOMING, *BEGUN],
        starts_at__gt=now - EARLIER_TODAY,
        starts_at__lt=now + FORMS_AHEAD,
        visit_type__code__in=FIRST_VISITS,
    ).filter(patient__account=None, patient__is_demo=True)
    ordered = soon.select_related("patient").order_by("starts_at", "pk")
    people = list(dict.fromkeys(visit.patient for visit in ordered if visit.patient))
    begun = fill_in_forms(people, today=today, now=now)
    doctor = User.objects.filter(email=f"clinician@{DEMO_DOMAIN}").first()
    if doctor is not None:
        put_on_duty(doctor, now=now)
        for alert in UrgentAlert.objects.filter(acknowledged_at=None, patient__in=people):
            acknowledge_alert(alert_id=alert.pk, by=doctor, now=alert.raised_at + timedelta(minutes=4))
        review_some(people, doctor=doctor, now=now)
        begun_visits = [visit.patient for visit in ordered if visit.patient and visit.status in BEGUN]
        read_before_the_visit(begun_visits, doctor=doctor, now=now)
    return begun


def _plan_own_visits(planner: Planner, bangkok: Site, today: date, now: datetime) -> None:
    """Give the demo's patient account two past visits and one to come, if they are missing."""
    account = User.objects.filter(email=f"patient@{DEMO_DOMAIN}").first()
    if account is None:
        return
    mine = Appointment.objects.filter(patient__account=account)
    patient = Patient.objects.filter(account=account).order_by("created_at", "pk").first()
    wanted = []
    if patient is None:
        patient = planner.people.own(account)
        wanted = [("CONS_NEW", -32, VisitMode.VIDEO), ("CONS_FU", -11, VisitMode.IN_PERSON)]
    if not mine.filter(status__in=UPCOMING, starts_at__gt=now).exists():
        wanted.append(("CONS_FU", 4, VisitMode.IN_PERSON))
    for code, offset, mode in wanted:
        first = today + timedelta(days=offset)
        shifts = [
            shift
            for day in days_between(first, first + timedelta(days=8))
            for shift in planner.calendar.shifts(bangkok, day)
            if shift.practitioner.resource.name == "Dr Ploy S."
        ]
        planner.plan_for(patient, code, shifts, mode=mode)


def _list_who_came() -> list[tuple[Patient, int, date]]:
    """Return the visits of each patient the demo invented that stand, with site and site date."""
    booked = VisitEvent.objects.filter(facts__has_key=MARK, action=Status.BOOKED.value)
    invented = set(booked.values_list("appointment__patient_id", flat=True))
    visits = Appointment.objects.filter(status__in=[*CLAIMING, Status.DONE])
    return [
        (visit.patient, visit.site_id, day_of(int(visit.starts_at.timestamp()), visit.site.tz))
        for visit in visits.select_related("patient", "site").order_by("starts_at", "pk")
        if visit.patient and visit.patient.pk in invented
    ]
