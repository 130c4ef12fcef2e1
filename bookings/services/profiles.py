"""What patients see of a practitioner, and what they do; with the visits that need them in mind."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from bookings.queries.stranded import list_visits_of_types, list_visits_with
from bookings.services import claims
from bookings.services.keys import is_first_time
from bookings.services.stranding import refuse_if_needed
from clinic.models import Practitioner, Resource, User
from clinic.services.meanwhile import NotAccepted, check_unchanged

SHOWN_FIELDS = ("name", "title", "licence_number", "languages", "about", "user_id")


def facts_of_profile(person: Practitioner) -> dict[str, Any]:
    """Return what a form shows of a practitioner. One query."""
    return {
        **{name: getattr(person, name) for name in SHOWN_FIELDS},
        "languages": sorted(person.languages),
        "kind": person.resource.kind,
        "calendar_name": person.resource.name,
        "visit_types": sorted(person.visit_types.values_list("pk", flat=True)),
    }


def add_profile(*, facts: Mapping[str, Any], photo: bytes | None, key: UUID | None) -> None:
    """Add a practitioner, with the row of the calendar that visits claim. The same key adds once.

    :raises NotAccepted: if the sign-in belongs to another practitioner.
    :raises KeyReused: if the key was used with other data.
    """
    with transaction.atomic():
        if not is_first_time(key, profile=dict(facts)):
            return
        _check_sign_in(facts["user_id"])
        resource = Resource.objects.create(kind=facts["kind"], name=calendar_name(facts))
        person = Practitioner(resource=resource, **{name: facts[name] for name in SHOWN_FIELDS})
        _keep_photo(person, photo)
        person.save()
        person.visit_types.set(facts["visit_types"])


def change_profile(
    *, practitioner_id: int, facts: Mapping[str, Any], photo: bytes | None, seen: str, now: datetime
) -> None:
    """Save what the owner wrote about a practitioner; the photo only if there is a new one.

    :raises ChangedMeanwhile: if somebody else saved since.
    :raises NotAccepted: if the sign-in belongs to another practitioner.
    :raises Stranding: if a visit type is taken away, or the kind changes, under booked visits.
    """
    with transaction.atomic():
        claims.change_plan()
        rows = Practitioner.objects.select_for_update(no_key=True, of=("self", "resource"))
        person = rows.select_related("resource").get(pk=practitioner_id)
        current = facts_of_profile(person)
        check_unchanged(seen, current, facts)
        _keep_visits(person, current, facts, now)
        _check_sign_in(facts["user_id"], practitioner_id=practitioner_id)
        for name in SHOWN_FIELDS:
            setattr(person, name, facts[name])
        _keep_photo(person, photo)
        person.save()
        person.visit_types.set(facts["visit_types"])
        person.resource.kind, person.resource.name = facts["kind"], calendar_name(facts)
        person.resource.save(update_fields=["kind", "name"])


def calendar_name(facts: Mapping[str, Any]) -> str:
    """Return the name staff see: the English one if none was written."""
    return str(facts["calendar_name"] or facts["name"]["en"][:80])


def _keep_visits(
    person: Practitioner, current: Mapping[str, Any], facts: Mapping[str, Any], now: datetime
) -> None:
    """Refuse what booked visits of this person need."""
    removed = set(current["visit_types"]) - set(facts["visit_types"])
    if removed:
        refuse_if_needed(list_visits_of_types(person.resource_id, removed, now=now))
    if current["kind"] != facts["kind"]:
        refuse_if_needed(list_visits_with([person.resource_id], now=now))


def _check_sign_in(user_id: int | None, *, practitioner_id: int | None = None) -> None:
    """Refuse a sign-in that another practitioner has; its row is locked meanwhile."""
    if user_id is None:
        return
    User.objects.select_for_update(no_key=True).get(pk=user_id)
    others = Practitioner.objects.filter(user=user_id)
    if (others.exclude(pk=practitioner_id) if practitioner_id else others).exists():
        raise NotAccepted(_("This sign-in belongs to another practitioner."), field="user_id")


def _keep_photo(person: Practitioner, photo: bytes | None) -> None:
    """Store a photo that was made safe, under a name nobody can guess."""
    if photo is not None:
        person.photo.save(f"{uuid4().hex}.jpg", ContentFile(photo), save=False)
