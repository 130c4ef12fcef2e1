"""Product gates as their owner reads them: who opened and closed each, and which visits wait behind them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps

from bookings.life_cycle import UPCOMING
from bookings.models import Appointment
from clinic.models import ProductGate, Treatment, User


@dataclass(frozen=True)
class PastGate:
    """A gate, and whoever closed it, if that is known."""

    gate: ProductGate
    closed_by: User | None


def list_gates(treatment: Treatment) -> list[PastGate]:
    """Return every gate of a treatment, newest first, with who opened and closed it. Three queries."""
    gates = ProductGate.objects.filter(treatment=treatment).select_related("opened_by")
    found = list(gates.order_by("-opened_at", "pk"))
    closers = _list_closers([gate.pk for gate in found if gate.closed_at])
    return [PastGate(gate, closers.get(gate.pk)) for gate in found]


def _list_closers(gate_ids: list[int]) -> dict[int, User]:
    """Return who closed each gate, by the history that the database keeps."""
    events: Any = apps.get_model("clinic", "ProductGateEvent")._default_manager
    rows = events.filter(pgh_obj_id__in=gate_ids, pgh_label="update", closed_at__isnull=False)
    said = rows.order_by("-pgh_id").values_list("pgh_obj_id", "pgh_context__metadata")
    ids = {gate_id: (metadata or {}).get("user") for gate_id, metadata in said}
    users = User.objects.in_bulk([pk for pk in ids.values() if pk is not None])
    return {gate_id: users[pk] for gate_id, pk in ids.items() if pk in users}


def list_booked_for(treatment: Treatment, *, now: datetime) -> list[Appointment]:
    """Return the visits still to come in which a treatment would be done, by start. One query."""
    visits = Appointment.objects.filter(
        visit_type__treatment=treatment, status__in=UPCOMING, starts_at__gt=now
    )
    return list(
        visits.select_related("site", "visit_type", "patient", "practitioner").order_by("starts_at", "pk")
    )
