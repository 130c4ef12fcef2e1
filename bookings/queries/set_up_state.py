"""How far the clinic's set-up is: what there is, and what is missing before patients can book."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q

from bookings.models import Closure, WorkingHours
from clinic.models import Clinic, DutyShift, Practitioner, Resource, Role, Site, User, VisitOffer, VisitType
from clinic.models.places import PRACTITIONER_KINDS
from clinic.models.visit_types import BookableBy
from patients.queries.reason_accesses import count_to_look_at


@dataclass(frozen=True)
class MissingKind:
    """A visit type that nobody can book at a site, because a kind it needs is not there."""

    visit_type: str
    site: str
    kind: str
    is_place: bool


@dataclass
class State:
    """Counts of what is in use, and what is missing. Nothing here is a person's name."""

    clinic: Clinic | None = None
    sites: int = 0
    rooms: int = 0
    practitioners: int = 0
    with_hours: int = 0
    staff: int = 0
    owners: int = 0
    visit_types: int = 0
    offers: int = 0
    next_closures: int = 0
    sites_without_holidays: list[str] = field(default_factory=list)
    missing_kinds: list[MissingKind] = field(default_factory=list)
    duty_ahead: bool = False
    in_review_pool: int = 0
    reasons_to_look_at: int = 0


def get_state(*, now: datetime, today: date) -> State:
    """Return how far the set-up is. Twelve queries, whatever the clinic's size."""
    sites = list(Site.objects.filter(archived_at=None).order_by("order", "pk"))
    people = _list_people(today)
    kinds = _list_kinds()
    bookable = _list_bookable_offers()
    staff = User.objects.filter(roles__len__gt=0, is_active=True)
    members = list(staff.values_list("roles", "in_review_pool"))
    closures = Closure.objects.filter(last_date__gte=today)
    observing = set(closures.filter(is_public_holiday=True).values_list("site", flat=True))
    return State(
        clinic=Clinic.objects.filter(pk=1).first(),
        sites=len(sites),
        rooms=len(kinds),
        practitioners=len(people),
        with_hours=sum(bool(person.sites) for person in people),
        staff=len(members),
        owners=sum(Role.OWNER in roles for roles, _in_pool in members),
        in_review_pool=sum(in_pool and Role.CLINICIAN in roles for roles, in_pool in members),
        visit_types=VisitType.objects.filter(archived_at=None).count(),
        offers=len(bookable),
        next_closures=closures.count(),
        sites_without_holidays=[site.name_text for site in sites if site.pk not in observing],
        missing_kinds=[missing for offer in bookable for missing in _missing(offer, people, kinds)],
        duty_ahead=DutyShift.objects.filter(ends_at__gt=now).exists(),
        reasons_to_look_at=count_to_look_at(),
    )


@dataclass(frozen=True)
class _Person:
    """A practitioner in use: their kind, what they do, and where they have hours now or later."""

    kind: str
    visit_types: frozenset[int]
    sites: frozenset[int]


def _list_people(today: date) -> list[_Person]:
    """Return the practitioners in use. Three queries."""
    sites: dict[int, set[int]] = {}
    still = Q(valid_to_date=None) | Q(valid_to_date__gte=today)
    for person, site in WorkingHours.objects.filter(still).values_list("practitioner", "site").distinct():
        sites.setdefault(person, set()).add(site)
    people = Practitioner.objects.filter(resource__archived_at=None).select_related("resource")
    return [
        _Person(
            person.resource.kind,
            frozenset(kind.pk for kind in person.visit_types.all()),
            frozenset(sites.get(person.pk, ())),
        )
        for person in people.prefetch_related("visit_types").order_by("pk")
    ]


def _list_kinds() -> list[tuple[int | None, str]]:
    """Return site and kind of every room and device in use. One query."""
    rooms = Resource.objects.filter(archived_at=None, site__archived_at=None)
    return list(rooms.exclude(kind__in=PRACTITIONER_KINDS).values_list("site", "kind"))


def _list_bookable_offers() -> list[VisitOffer]:
    """Return where which visit type is offered that patients book themselves. One query."""
    offers = VisitOffer.objects.filter(
        visit_type__archived_at=None,
        visit_type__bookable_by__in=[BookableBy.ANYONE, BookableBy.RETURNING],
        site__archived_at=None,
    )
    return list(
        offers.select_related("visit_type", "site").order_by("site__order", "visit_type__order", "pk")
    )


def _missing(
    offer: VisitOffer, people: list[_Person], kinds: list[tuple[int | None, str]]
) -> list[MissingKind]:
    """Return which kinds a visit type needs at a site that nobody and nothing there is."""
    there = {kind for site, kind in kinds if site == offer.site_id} | {
        person.kind
        for person in people
        if offer.site_id in person.sites and offer.visit_type_id in person.visit_types
    }
    names = dict(Resource._meta.get_field("kind").flatchoices)
    return [
        MissingKind(
            offer.visit_type.name_text,
            offer.site.name_text,
            str(names.get(kind, kind)),
            kind not in PRACTITIONER_KINDS,
        )
        for kind in offer.visit_type.needs
        if kind not in there
    ]
