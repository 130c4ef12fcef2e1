"""Opening and closing product gates: a licence or approval that lets a method be done at all."""

from datetime import date, datetime

from django.db import transaction

from clinic.models import ProductGate, Treatment, User


@transaction.atomic
def open_gate(
    *,
    treatment_id: int,
    product_name: str,
    legal_class: str,
    approval_number: str,
    country: str,
    expiry_date: date,
    by: User,
) -> ProductGate:
    """Open a gate in the name of `by`; the same approval a second time is the one that is open.

    The caller has checked that the approval may open this method and has not ended.
    """
    Treatment.objects.select_for_update().get(pk=treatment_id)
    facts = {
        "treatment_id": treatment_id,
        "product_name": product_name,
        "legal_class": legal_class,
        "approval_number": approval_number,
        "country": country,
        "expiry_date": expiry_date,
    }
    twin = ProductGate.objects.filter(**facts, closed_at__isnull=True).first()
    return twin or ProductGate.objects.create(**facts, opened_by=by)


@transaction.atomic
def close_gate(*, gate_id: int, now: datetime) -> ProductGate:
    """Close a gate at once; it is never opened again, a new approval is a new gate."""
    gate = ProductGate.objects.select_for_update(of=("self",)).get(pk=gate_id)
    if gate.closed_at is None:
        gate.closed_at = now
        gate.save(update_fields=["closed_at"])
    return gate
