"""What a visit type is and could become: one value for what is stored, what is typed, and its preview."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from bookings.queries.offers import Offers, Search, get_offers
from bookings.queries.plans import Candidate, Plan
from clinic.models import Practitioner, ResourceKind, Site, VisitOffer, VisitType
from clinic.models.places import PRACTITIONER_KINDS
from clinic.models.visit_types import BookableBy
from clinic.stamps import stamp_of

DAYS = 14
"""How many days a preview looks ahead, today included."""

TIMES = 12
"""How many example times a preview names."""


@dataclass(frozen=True)
class VisitPlan:
    """A visit type, saved or not, with its price by site id (None: none is shown) and its people's kinds.

    `people` is the kind of each practitioner who does it, by id.
    """

    visit_type: VisitType
    prices: Mapping[int, int | None] = field(default_factory=dict)
    people: Mapping[int, str] = field(default_factory=dict)

    def stamp(self) -> str:
        """Return what differs as soon as any of it is changed by anybody."""
        stored = [name for name in (f.attname for f in VisitType._meta.concrete_fields) if name != "id"]
        values = {name: getattr(self.visit_type, name) for name in stored}
        return stamp_of({**values, "prices": dict(self.prices), "people": set(self.people)})

    def has_kind(self, kind: str) -> bool:
        """Whether somebody of a kind does the visit."""
        return kind in self.people.values()


def list_visit_types() -> list[VisitType]:
    """Return every visit type with its offers, sites and people, the archived last. Three queries."""
    offers = VisitOffer.objects.filter(site__archived_at__isnull=True).select_related("site")
    people = list_people_query()
    found = VisitType.objects.select_related("treatment").prefetch_related(
        Prefetch("offers", offers.order_by("site__order", "pk"), to_attr="shown_offers"),
        Prefetch("practitioners", people, to_attr="shown_people"),
    )
    return sorted(found.order_by("order", "pk"), key=lambda kind: kind.archived_at is not None)


def list_people_query() -> QuerySet[Practitioner]:
    """Return the practitioners in use, by name, with their resource."""
    people = Practitioner.objects.filter(resource__archived_at__isnull=True)
    return people.select_related("resource").order_by("resource__name", "pk")


def get_plan_of(visit_type: VisitType) -> VisitPlan:
    """Return what is stored of a visit type: its prices and people too. Two queries.

    Archived sites and people are left out, as the forms leave them alone.
    """
    offers = VisitOffer.objects.filter(visit_type=visit_type, site__archived_at__isnull=True)
    people = list_people_query().filter(visit_types=visit_type)
    return VisitPlan(
        visit_type,
        dict(offers.order_by("pk").values_list("site_id", "price_minor")),
        dict(people.values_list("pk", "resource__kind")),
    )


@dataclass(frozen=True)
class PreviewDay:
    """A site date and how many times it has: as stored (None: nothing is), and as typed."""

    date: date
    now: int | None
    then: int

    @property
    def change(self) -> str:
        """Which way the number goes: "more", "fewer" or ""."""
        if self.now is None or self.now == self.then:
            return ""
        return "more" if self.then > self.now else "fewer"


@dataclass(frozen=True)
class Preview:
    """What a visit type would offer at a site in one way, and what keeps it from more."""

    site: Site
    mode: str
    days: list[PreviewDay]
    example_day: date | None
    example_times: list[datetime]
    people: list[str]
    things: list[str]
    problems: list[str]
    notes: list[str]

    @property
    def now_total(self) -> int:
        """How many times are on offer as stored."""
        return sum(day.now or 0 for day in self.days)

    @property
    def then_total(self) -> int:
        """How many times would be."""
        return sum(day.then for day in self.days)

    @property
    def more_times(self) -> int:
        """How many times of the example day are not named."""
        day = next((day for day in self.days if day.date == self.example_day), None)
        return max(0, day.then - len(self.example_times)) if day else 0


def get_preview(
    typed: VisitPlan, saved: VisitPlan | None, *, site: Site, mode: str, now: datetime
) -> Preview:
    """Return what would be offered at a site in the next two weeks, by the very engine. Five queries.

    `saved` is what is stored, or None for a new visit type.
    """
    today = now.astimezone(site.tz).date()
    before = _offered(saved, site, mode, today, now) if saved else None
    plan = _search(typed, site, mode, today).plan(today, today + timedelta(days=DAYS - 1))
    problems = list_problems(typed, plan, site=site, mode=mode)
    after = _offered(typed, site, mode, today, now)
    days = _days(before, after, site, today)
    example = next((day.date for day in days if day.then), None)
    times = after.on_day(example, site.tz)[:TIMES] if example else []
    return Preview(
        site=site,
        mode=mode,
        days=days,
        example_day=example,
        example_times=times,
        people=_names(plan, people=True),
        things=_names(plan, people=False),
        problems=problems,
        notes=_notes(typed.visit_type),
    )


def _search(plan: VisitPlan, site: Site, mode: str, today: date) -> Search:
    return Search(
        visit_type=plan.visit_type,
        site=site,
        mode=mode,
        first_date=today,
        last_date=today + timedelta(days=DAYS - 1),
        by_staff=True,
        people=tuple(sorted(plan.people)),
    )


def _offered(plan: VisitPlan, site: Site, mode: str, today: date, now: datetime) -> Offers:
    """Return every start on offer; none where a rule of the visit type offers nothing at all."""
    search, kind = _search(plan, site, mode, today), plan.visit_type
    closed = kind.archived_at is not None or kind.bookable_by == BookableBy.GATED
    if closed or site.pk not in plan.prices or mode not in kind.modes:
        return Offers((), frozenset(), search.horizon_date(now))
    return get_offers(search, now=now)


def _days(before: Offers | None, after: Offers, site: Site, today: date) -> list[PreviewDay]:
    """Return the next days with their numbers."""
    now, then = (before.counts(site.tz) if before else {}), after.counts(site.tz)
    dates = [today + timedelta(days=number) for number in range(DAYS)]
    return [PreviewDay(day, None if before is None else now.get(day, 0), then.get(day, 0)) for day in dates]


def _names(plan: Plan, *, people: bool) -> list[str]:
    """Return the names of the candidates, people or rooms and devices."""
    found: list[Candidate] = [one for kind in plan.by_kind.values() for one in kind]
    return [one.name for one in found if (one.practitioner_id is not None) == people]


def list_problems(typed: VisitPlan, plan: Plan, *, site: Site, mode: str) -> list[str]:
    """Return in words what keeps a visit type from being booked at a site at all."""
    kind, names = typed.visit_type, {"site": site.name_text}
    problems = []
    if kind.archived_at is not None:
        problems.append(_("This visit type is archived: nobody can book it."))
    if site.pk not in typed.prices:
        problems.append(_("It is not offered at %(site)s.") % names)
    if mode not in kind.modes:
        problems.append(_("It is not done this way."))
    if kind.bookable_by == BookableBy.GATED:
        problems.append(_("Nobody can book it: the method waits for its gate and for a doctor’s decision."))
    problems += [_lack(typed, need, names) for need in kind.needs_in(mode) if need not in plan.by_kind]
    return problems


def _lack(typed: VisitPlan, kind: str, names: dict[str, str]) -> str:
    """Say why nobody or nothing of a kind can serve the visit at a site."""
    words = names | {"kind": ResourceKind(kind).label}
    if kind not in PRACTITIONER_KINDS:
        return _("It needs this, and %(site)s has none: %(kind)s.") % words
    if typed.has_kind(kind):
        return _("Nobody who does this visit works at %(site)s in these two weeks: %(kind)s.") % words
    return _("Nobody does this visit yet: %(kind)s.") % words


def _notes(kind: VisitType) -> list[str]:
    """Return what else the numbers mean."""
    if kind.bookable_by == BookableBy.STAFF:
        return [_("Only staff can book these times.")]
    if kind.bookable_by == BookableBy.RETURNING:
        return [_("Only people who have been before can book these times themselves.")]
    return []
