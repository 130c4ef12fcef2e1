"""Who might that be? Records that fit what somebody says of themselves on the phone or at the desk."""

from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, When
from django.db.models.functions import Lower
from phonenumber_field.phonenumber import PhoneNumber

from clinic.services.limits import normalise_email
from patients.models import Patient
from patients.models.people import Mailbox

SHORTEST_NAME = 3
"""Letters of a name from which on records are looked for."""


def find_likely(
    *, name: str = "", phone: PhoneNumber | None = None, email: str = "", limit: int = 3
) -> list[Patient]:
    """Return the records with this phone or mailbox, or whose name begins like this, likeliest first.

    Each of the three has an index of its own. One query; none if nothing was said that could tell. The same
    phone or mailbox comes before the same name, and that before a name that only begins so.
    """
    same = Q(pk__in=[])
    folded, mailbox = name.lower(), normalise_email(email) if email else ""
    if phone:
        same |= Q(phone=phone.as_e164)
    if mailbox:
        same |= Q(mailbox=mailbox)
    named = Q(folded__startswith=folded) if len(folded) >= SHORTEST_NAME else Q(pk__in=[])
    if not (phone or mailbox or len(folded) >= SHORTEST_NAME):
        return []
    rank = Case(
        When(same & Q(folded=folded), then=0),
        When(same, then=1),
        When(Q(folded=folded), then=2),
        default=3,
        output_field=IntegerField(),
    )
    found = _records().filter(same | named).annotate(rank=rank)
    return list(found.order_by("rank", "name", "-created_at", "pk")[:limit])


def find_record(patient_id: UUID) -> Patient | None:
    """Return a record that the desk has chosen, or None if it is not there or archived. One query."""
    return Patient.objects.filter(pk=patient_id, archived_at=None).first()


def _records() -> QuerySet[Patient]:
    folded = Patient.objects.alias(folded=Lower("name"), mailbox=Mailbox("email"))
    return folded.filter(archived_at=None)
