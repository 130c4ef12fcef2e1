"""What an import is compared with: who works here, what is taken, who is known. Constant in queries."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Lower

from bookings.hours import Opening, OpenSpan, WeeklyHours, open_spans
from bookings.import_rows import Person
from bookings.import_values import person_key, words_key
from bookings.life_cycle import CLAIMING
from bookings.models import Appointment, Closure, ExceptionalOpening, WorkingHours
from clinic.models import Practitioner, Resource, Site, VisitOffer, VisitType
from clinic.models.visit_types import BookableBy
from patients.models import Patient

_TAKEN = """
SELECT resource_id, lower(span), upper(span) FROM bookings_allocation
 WHERE resource_id = ANY(%(ids)s::int8[]) AND span && tstzrange(%(first)s, %(until)s)
   AND (expires_at IS NULL OR expires_at > clock_timestamp())
UNION ALL
SELECT resource_id, greatest(lower(span), %(first)s), least(upper(span), %(until)s) FROM bookings_timeoff
 WHERE resource_id = ANY(%(ids)s::int8[]) AND span && tstzrange(%(first)s, %(until)s)
"""


@dataclass(frozen=True)
class Offer:
    """A visit type as the site offers it."""

    visit_type: VisitType
    price_minor: int | None

    @property
    def is_gated(self) -> bool:
        """Whether a doctor must decide before this is booked, so that no file may."""
        return self.visit_type.bookable_by == BookableBy.GATED


@dataclass(frozen=True)
class Clinicians:
    """What a site offers, and who does it; names as files write them lead to ids."""

    site: Site
    offers: dict[int, Offer]
    practitioners: dict[int, Practitioner]
    does: dict[int, frozenset[int]]
    """The visit types of each practitioner."""

    @cached_property
    def visit_types_by_words(self) -> dict[str, int]:
        """The visit types by name in each language, and by code."""
        found: dict[str, int] = {}
        for pk, offer in self.offers.items():
            kind = offer.visit_type
            for words in (kind.code, *kind.name.values()):
                found.setdefault(words_key(words), pk)
        return found

    @cached_property
    def practitioners_by_name(self) -> dict[str, set[int]]:
        """The practitioners by name in each language; a name may be that of several."""
        found: dict[str, set[int]] = defaultdict(set)
        for pk, someone in self.practitioners.items():
            for name in (someone.resource.name, *someone.name.values()):
                found[person_key(name)].add(pk)
        return found


def get_clinicians(site: Site) -> Clinicians:
    """Return what a site offers and who does it. Three queries."""
    offers = VisitOffer.objects.filter(site=site, visit_type__archived_at__isnull=True)
    people = Practitioner.objects.filter(resource__archived_at__isnull=True)
    people = people.select_related("resource").prefetch_related("visit_types").order_by("pk")
    chosen = offers.select_related("visit_type").order_by("visit_type__order", "pk")
    practitioners = {someone.pk: someone for someone in people}
    return Clinicians(
        site=site,
        offers={offer.visit_type_id: Offer(offer.visit_type, offer.price_minor) for offer in chosen},
        practitioners=practitioners,
        does={pk: frozenset(kind.pk for kind in who.visit_types.all()) for pk, who in practitioners.items()},
    )


def list_rooms(site: Site) -> list[Resource]:
    """Return a site's rooms and devices, by name. One query."""
    return list(Resource.objects.filter(site=site, archived_at__isnull=True).order_by("name", "pk"))


def list_open(clinicians: Clinicians, first: date, last: date) -> list[OpenSpan]:
    """Return when each practitioner works at the site between two of its dates, inclusive. Three queries."""
    site = clinicians.site
    resource_of = {pk: someone.resource_id for pk, someone in clinicians.practitioners.items()}
    hours = WorkingHours.objects.filter(site=site, practitioner__in=resource_of, valid_from_date__lte=last)
    hours = hours.filter(Q(valid_to_date__isnull=True) | Q(valid_to_date__gte=first)).order_by("pk")
    openings = ExceptionalOpening.objects.filter(site=site, date__range=(first, last)).order_by("pk")
    closures = Closure.objects.filter(site=site, first_date__lte=last, last_date__gte=first).order_by("pk")
    closed = {
        closure.first_date + timedelta(days=number)
        for closure in closures
        for number in range((closure.last_date - closure.first_date).days + 1)
    }
    weekly = [
        WeeklyHours(resource_of[line.practitioner_id], *_times_of(line))
        for line in hours
        if line.practitioner_id in resource_of
    ]
    extra = [
        Opening(resource_of[opening.practitioner_id], opening.date, opening.starts, opening.ends)
        for opening in openings
        if opening.practitioner_id in resource_of
    ]
    return open_spans(weekly, extra, frozenset(closed), site.tz, first, last)


def _times_of(line: WorkingHours) -> tuple[Any, ...]:
    return line.weekday, line.starts, line.ends, line.valid_from_date, line.valid_to_date


def list_taken(
    ids: Collection[int], first: datetime, until: datetime
) -> list[tuple[int, datetime, datetime]]:
    """Return what is claimed, or off, of resources between two instants; not by expired holds. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN, {"ids": sorted(ids), "first": first, "until": until})
        return [(resource_id, starts, ends) for resource_id, starts, ends in cursor.fetchall()]


def list_known(people: Collection[Person]) -> list[tuple[UUID, Person]]:
    """Return records with a phone, e-mail or birth date that somebody has too, oldest first. One query."""
    phones = {person.phone for person in people if person.phone}
    emails = {person.email.lower() for person in people if person.email}
    births = {person.birth_date for person in people if person.birth_date}
    shared = Q(phone__in=phones) | Q(lower_email__in=emails) | Q(birth_date__in=births)
    patients = Patient.objects.alias(lower_email=Lower("email")).filter(shared, archived_at__isnull=True)
    values = patients.order_by("created_at", "pk").values_list("pk", "name", "phone", "email", "birth_date")
    return [(pk, Person(name, str(phone or ""), email, birth)) for pk, name, phone, email, birth in values]


def list_visits_of(
    patient_ids: Collection[UUID], first: datetime, until: datetime
) -> list[tuple[UUID, datetime, datetime]]:
    """Return when patients have visits between two instants. One query."""
    visits = Appointment.objects.filter(
        patient__in=patient_ids, status__in=CLAIMING, starts_at__lt=until, ends_at__gt=first
    )
    whens = visits.order_by("starts_at").values_list("patient__pk", "starts_at", "ends_at")
    return [(patient_id, starts, ends) for patient_id, starts, ends in whens]
