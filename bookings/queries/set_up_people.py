"""People as the set-up pages list them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q

from bookings.models import WorkingHours
from clinic.models import Practitioner, User


@dataclass(frozen=True)
class Listed:
    """A practitioner in the list: how many visit types, and whether they have hours now or later."""

    practitioner: Practitioner
    visit_types: int
    has_hours: bool


def list_staff() -> list[User]:
    """Return the staff's sign-ins, those who may not sign in last, by name. One query."""
    staff = User.objects.filter(roles__len__gt=0).select_related("practitioner")
    return list(staff.order_by("-is_active", "name", "pk"))


def get_staff(user_id: int) -> User:
    """Return a member of staff; a patient is none.

    :raises User.DoesNotExist: if there is none.
    """
    return User.objects.filter(roles__len__gt=0).get(pk=user_id)


def list_all_practitioners(*, today: date) -> list[Listed]:
    """Return every practitioner, the archived ones last, by name. Two queries."""
    people = Practitioner.objects.select_related("resource", "user").annotate(types=Count("visit_types"))
    in_order = people.order_by(F("resource__archived_at").asc(nulls_first=True), "resource__name", "pk")
    still = WorkingHours.objects.filter(Q(valid_to_date=None) | Q(valid_to_date__gte=today))
    with_hours = set(still.values_list("practitioner", flat=True))
    return [Listed(person, person.types, person.pk in with_hours) for person in in_order]
