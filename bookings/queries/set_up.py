"""Places as the set-up pages list them, the archived ones last."""

from django.db.models import Count, F, Prefetch, Q

from clinic.models import Resource, Site
from clinic.models.places import PRACTITIONER_KINDS

ARCHIVED_LAST = F("archived_at").asc(nulls_first=True)


def list_all_sites() -> list[Site]:
    """Return every site in its order, with `rooms_in_use`. One query."""
    in_use = Count("resources", filter=Q(resources__archived_at=None))
    return list(Site.objects.annotate(rooms_in_use=in_use).order_by(ARCHIVED_LAST, "order", "pk"))


def list_sites_with_rooms() -> list[Site]:
    """Return the sites in use, each with `rooms`: its rooms and devices by kind and name. Two queries."""
    rooms = Resource.objects.order_by(ARCHIVED_LAST, "kind", "name", "pk")
    sites = Site.objects.filter(archived_at=None).order_by("order", "pk")
    return list(sites.prefetch_related(Prefetch("resources", queryset=rooms, to_attr="rooms")))


def get_room(room_id: int) -> Resource:
    """Return a room or device with its site; a person is none.

    :raises Resource.DoesNotExist: if there is none.
    """
    rooms = Resource.objects.exclude(kind__in=PRACTITIONER_KINDS).select_related("site")
    return rooms.get(pk=room_id)
