"""Adding, changing and archiving what can be booked, without leaving a booked visit behind."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.queries.offering import VisitPlan, get_plan_of, list_people_query
from bookings.queries.stranding import Stranded, list_stranded
from bookings.services.refusals import Refusal
from clinic.models import VisitOffer, VisitType
from clinic.services.meanwhile import ChangedMeanwhile


class Strands(Refusal):
    """Booked visits would be left behind; nothing was changed. `groups` names them, by reason."""

    def __init__(self, groups: list[Stranded]) -> None:
        count = len({visit.pk for group in groups for visit in group.visits})
        words = ngettext(
            "Nothing was saved: %(count)d booked visit would be left behind. Move or cancel it first.",
            "Nothing was saved: %(count)d booked visits would be left behind. Move or cancel them first.",
            count,
        )
        super().__init__(words % {"count": count})
        self.groups = groups


class CodeTaken(Refusal):
    """Another visit type has the code."""

    def __init__(self) -> None:
        super().__init__(_("Another visit type has this code."))


@transaction.atomic
def add_visit_type(*, typed: VisitPlan) -> VisitType:
    """Store a new visit type with its prices and people; the same one a second time is the one stored.

    :raises CodeTaken: if a different visit type has its code.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"visit type {typed.visit_type.code}"])
    twin = VisitType.objects.filter(code=typed.visit_type.code).first()
    if twin is None:
        typed.visit_type.save(force_insert=True)
        _store_parts(typed)
        return typed.visit_type
    if get_plan_of(twin).stamp() != typed.stamp():
        raise CodeTaken
    return twin


@transaction.atomic
def change_visit_type(*, typed: VisitPlan, seen: str, now: datetime) -> VisitType:
    """Store a changed visit type with its prices and people; visits that are booked stay as they are.

    `seen` is the stamp of what the form began with.

    :raises ChangedMeanwhile: if somebody else changed it since, to something else than this.
    :raises Strands: if booked visits would be left behind.
    """
    saved = _lock(typed.visit_type.pk)
    if saved.stamp() == typed.stamp():
        return saved.visit_type
    if saved.stamp() != seen:
        raise ChangedMeanwhile
    if groups := list_stranded(saved, typed, now=now):
        raise Strands(groups)
    typed.visit_type.save()
    _store_parts(typed)
    return typed.visit_type


@transaction.atomic
def archive_visit_type(*, visit_type_id: int, now: datetime) -> VisitType:
    """Take a visit type out of use; what refers to it stays.

    :raises Strands: if visits of it are booked.
    """
    saved = _lock(visit_type_id)
    kind = saved.visit_type
    if kind.archived_at is not None:
        return kind
    kind.archived_at = now
    if groups := list_stranded(saved, saved, now=now):
        raise Strands(groups)
    kind.save(update_fields=["archived_at"])
    return kind


@transaction.atomic
def bring_visit_type_back(*, visit_type_id: int) -> VisitType:
    """Take an archived visit type into use again, as it was."""
    kind = _lock(visit_type_id).visit_type
    if kind.archived_at is not None:
        kind.archived_at = None
        kind.save(update_fields=["archived_at"])
    return kind


def _lock(visit_type_id: int) -> VisitPlan:
    """Return what is stored, locked: a booking of it waits, because its row refers to this one."""
    return get_plan_of(VisitType.objects.select_for_update().get(pk=visit_type_id))


def _store_parts(typed: VisitPlan) -> None:
    _store_prices(typed.visit_type, typed.prices)
    away = typed.visit_type.practitioners.filter(resource__archived_at__isnull=False)
    keep = set(away.values_list("pk", flat=True))
    people = list_people_query().filter(pk__in=list(typed.people)).values_list("pk", flat=True)
    typed.visit_type.practitioners.set([*keep, *people])


def _store_prices(visit_type: VisitType, prices: Mapping[int, int | None]) -> None:
    offers = VisitOffer.objects.filter(visit_type=visit_type, site__archived_at__isnull=True)
    offers.exclude(site_id__in=list(prices)).delete()
    for site_id, price in prices.items():
        VisitOffer.objects.update_or_create(
            visit_type=visit_type, site_id=site_id, defaults={"price_minor": price}
        )
