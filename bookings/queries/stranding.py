"""Booked visits that a change to what the clinic offers would leave without a way on."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from bookings.models import Appointment
from bookings.queries.offering import VisitPlan
from bookings.queries.stranded import list_visits_of
from clinic.models import Resource, ResourceKind, Site, VisitMode
from clinic.models.places import PRACTITIONER_KINDS
from clinic.models.visit_types import BookableBy


@dataclass(frozen=True)
class Stranded:
    """Why, in words, and which booked visits, by start."""

    why: str
    visits: list[Appointment]


def list_stranded(saved: VisitPlan, typed: VisitPlan, *, now: datetime) -> list[Stranded]:
    """Return which booked visits could not be moved or done any more if `typed` were stored. Two queries.

    A visit keeps the length, the buffers, the people and the rooms it was booked with, so other lengths and
    longer buffers strand nobody. What strands is what the engine refuses outright from then on.
    """
    booked = list_visits_of(saved.visit_type, now=now)
    if not booked:
        return []
    before, after = saved.visit_type, typed.visit_type
    groups = [Stranded(_("The visit type would be archived."), booked if after.archived_at else [])]
    if after.bookable_by == BookableBy.GATED != before.bookable_by:
        groups.append(Stranded(_("Nobody could book or move it: it would wait for its gate."), booked))
    groups += [_by_mode(mode, booked) for mode in before.modes if mode not in after.modes]
    groups += _by_site(saved, typed, booked)
    groups += _by_people(saved, typed, booked)
    groups += _by_kind(saved, typed, booked)
    return [group for group in groups if group.visits]


def _by_mode(mode: str, booked: list[Appointment]) -> Stranded:
    words = _("It would not be done this way any more: %(mode)s.") % {"mode": VisitMode(mode).label}
    return Stranded(words, [visit for visit in booked if visit.mode == mode])


def _by_site(saved: VisitPlan, typed: VisitPlan, booked: list[Appointment]) -> list[Stranded]:
    gone = set(saved.prices) - set(typed.prices)
    sites: dict[int, Site] = {visit.site_id: visit.site for visit in booked if visit.site_id in gone}
    return [
        Stranded(
            _("It would not be offered at %(site)s any more.") % {"site": site.name_text},
            [visit for visit in booked if visit.site_id == site_id],
        )
        for site_id, site in sites.items()
    ]


def _by_people(saved: VisitPlan, typed: VisitPlan, booked: list[Appointment]) -> list[Stranded]:
    gone = set(saved.people) - set(typed.people)
    people = {
        visit.practitioner_id: visit.practitioner.name_text
        for visit in booked
        if visit.practitioner_id in gone
    }
    return [
        Stranded(
            _("%(name)s would not do this visit any more.") % {"name": name},
            [visit for visit in booked if visit.practitioner_id == person],
        )
        for person, name in people.items()
    ]


def _by_kind(saved: VisitPlan, typed: VisitPlan, booked: list[Appointment]) -> list[Stranded]:
    """Return the visits at sites that lack a newly needed kind, and those of a kind nobody would be."""
    things = set(Resource.objects.filter(archived_at__isnull=True).values_list("site_id", "kind").distinct())
    new = set(typed.visit_type.needs) - set(saved.visit_type.needs)
    groups = []
    for kind in typed.visit_type.needs:
        if kind in PRACTITIONER_KINDS:
            lacks = not typed.has_kind(kind) and (kind in new or saved.has_kind(kind))
            visits = booked if lacks else []
        else:
            visits = [visit for visit in booked if kind in new and (visit.site_id, kind) not in things]
        words = _("It would need this, and there is none: %(kind)s.") % {"kind": ResourceKind(kind).label}
        groups.append(
            Stranded(words, [visit for visit in visits if kind in typed.visit_type.needs_in(visit.mode)])
        )
    return groups
