"""Sites, rooms and devices: adding, changing and archiving them, with the visits that need them in mind."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from bookings.queries.stranded import list_visits_at, list_visits_with
from bookings.services import claims
from bookings.services.keys import is_first_time
from bookings.services.stranding import refuse_if_needed
from clinic.models import Resource, Site
from clinic.services.meanwhile import NotAccepted, check_unchanged

SITE_FIELDS = (
    "name",
    "city",
    "address",
    "directions",
    "map_url",
    "phone",
    "zone",
    "country",
    "currency",
    "order",
    "advertising_approval",
    "advertising_approval_expiry_date",
)
TIED_TO_VISITS = ("zone", "currency")
"""What booked visits and their prices were told in: a visit keeps its instant and its amount."""


def facts_of_site(site: Site) -> dict[str, Any]:
    """Return what a form shows of a site."""
    return {name: getattr(site, name) for name in SITE_FIELDS}


def add_site(*, facts: Mapping[str, Any], key: UUID | None) -> None:
    """Add a site. Its name in links is made of the English one. The same key adds once.

    :raises KeyReused: if the key was used with other data.
    """
    with transaction.atomic():
        if is_first_time(key, site=dict(facts)):
            Site.objects.create(slug=_free_slug(facts["name"]["en"]), **facts)


def change_site(*, site_id: int, facts: Mapping[str, Any], seen: str, now: datetime) -> None:
    """Save what the owner wrote about a site. `seen` marks what their page showed.

    :raises ChangedMeanwhile: if somebody else saved since.
    :raises Stranding: if its clock or its money would change under booked visits.
    """
    with transaction.atomic():
        claims.change_plan()
        site = Site.objects.select_for_update(no_key=True).get(pk=site_id)
        check_unchanged(seen, facts_of_site(site), facts)
        if any(getattr(site, name) != facts[name] for name in TIED_TO_VISITS):
            refuse_if_needed(list_visits_at(site_id, now=now))
        for name in SITE_FIELDS:
            setattr(site, name, facts[name])
        site.save(update_fields=SITE_FIELDS)


def archive_site(*, site_id: int, now: datetime) -> None:
    """Take a site out of use. Doing so twice changes nothing.

    :raises Stranding: if visits are booked there.
    """
    with transaction.atomic():
        claims.change_plan()
        site = Site.objects.select_for_update(no_key=True).get(pk=site_id)
        if site.archived_at is None:
            refuse_if_needed(list_visits_at(site_id, now=now))
            site.archived_at = now
            site.save(update_fields=["archived_at"])


def bring_back_site(*, site_id: int) -> None:
    """Take an archived site into use again."""
    Site.objects.filter(pk=site_id).update(archived_at=None)


def facts_of_room(room: Resource) -> dict[str, Any]:
    """Return what a form shows of a room or device."""
    return {"name": room.name, "kind": room.kind, "site": room.site_id}


def add_room(*, facts: Mapping[str, Any], key: UUID | None) -> None:
    """Add a room or device to a site. The same key adds once.

    :raises NotAccepted: if the site has one with this name.
    :raises KeyReused: if the key was used with other data.
    """
    with transaction.atomic():
        if is_first_time(key, room=dict(facts)):
            _check_name(facts)
            Resource.objects.create(name=facts["name"], kind=facts["kind"], site_id=facts["site"])


def change_room(*, room_id: int, facts: Mapping[str, Any], seen: str, now: datetime) -> None:
    """Rename a room or device, or say that it is of another kind or elsewhere.

    :raises ChangedMeanwhile: if somebody else saved since.
    :raises NotAccepted: if the site has one with this name.
    :raises Stranding: if booked visits need it as it is.
    """
    with transaction.atomic():
        claims.change_plan()
        room = Resource.objects.select_for_update(no_key=True).get(pk=room_id)
        check_unchanged(seen, facts_of_room(room), facts)
        if (room.kind, room.site_id) != (facts["kind"], facts["site"]):
            refuse_if_needed(list_visits_with([room_id], now=now))
        _check_name(facts, room_id=room_id)
        room.name, room.kind, room.site_id = facts["name"], facts["kind"], facts["site"]
        room.save(update_fields=["name", "kind", "site"])


def archive_resource(*, resource_id: int, now: datetime) -> None:
    """Take a room, a device or a practitioner out of use. Doing so twice changes nothing.

    :raises Stranding: if booked visits claim it.
    """
    with transaction.atomic():
        claims.change_plan()
        claims.lock_resources([resource_id])
        resource = Resource.objects.select_for_update(no_key=True).get(pk=resource_id)
        if resource.archived_at is None:
            refuse_if_needed(list_visits_with([resource_id], now=now))
            resource.archived_at = now
            resource.save(update_fields=["archived_at"])


def bring_back_resource(*, resource_id: int) -> None:
    """Take an archived room, device or practitioner into use again."""
    Resource.objects.filter(pk=resource_id).update(archived_at=None)


def _check_name(facts: Mapping[str, Any], *, room_id: int | None = None) -> None:
    """Refuse a name twice at one site; the site is locked, so that two adding it come one after the other."""
    Site.objects.select_for_update(no_key=True).get(pk=facts["site"])
    alike = Resource.objects.filter(site=facts["site"], name__iexact=facts["name"], archived_at=None)
    if (alike.exclude(pk=room_id) if room_id else alike).exists():
        raise NotAccepted(_("This site has one with this name already"), field="name")


def _free_slug(name: str) -> str:
    """Return the name as links write it; with a number if there is one already."""
    base = slugify(name)[:32] or "site"
    taken = set(Site.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, 999))) if slug not in taken)
