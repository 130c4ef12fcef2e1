"""Adding, changing and archiving what the clinic talks about."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from clinic.models import Treatment, TreatmentPrice
from clinic.services.meanwhile import ChangedMeanwhile
from clinic.stamps import stamp_of


def stamp_of_treatment(treatment: Treatment, prices: Mapping[int, int]) -> str:
    """Return what differs as soon as a treatment's facts or its prices by site id do."""
    names = [field.attname for field in Treatment._meta.concrete_fields if field.name != "id"]
    return stamp_of({name: getattr(treatment, name) for name in names} | {"prices": dict(prices)})


def prices_of(treatment: Treatment) -> dict[int, int]:
    """Return the prices from, in minor units, by the ids of the sites in use."""
    if treatment._state.adding:
        return {}
    rows = TreatmentPrice.objects.filter(treatment=treatment, site__archived_at__isnull=True)
    return dict(rows.order_by("pk").values_list("site_id", "from_minor"))


@transaction.atomic
def save_treatment(*, treatment: Treatment, prices: Mapping[int, int], seen: str) -> Treatment:
    """Store a treatment's facts and its prices by site id; the same twice changes nothing.

    :raises ChangedMeanwhile: if somebody else changed it since `seen`, or has the same short name.
    """
    stored = Treatment.objects.select_for_update().filter(slug=treatment.slug).first()
    if stored is None:
        treatment.save(force_insert=treatment.pk is None)
    else:
        before = stamp_of_treatment(stored, prices_of(stored))
        if before == stamp_of_treatment(treatment, prices):
            return stored
        if stored.pk != treatment.pk or before != seen:
            raise ChangedMeanwhile
        treatment.save()
    rows = TreatmentPrice.objects.filter(treatment=treatment, site__archived_at__isnull=True)
    rows.exclude(site_id__in=list(prices)).delete()
    for site_id, minor in prices.items():
        TreatmentPrice.objects.update_or_create(
            treatment=treatment, site_id=site_id, defaults={"from_minor": minor}
        )
    return treatment


@transaction.atomic
def set_treatment_archived(*, treatment_id: int, archived: bool, now: datetime) -> Treatment:
    """Take a treatment and its cards off every page, or put them back as they were."""
    treatment = Treatment.objects.select_for_update().get(pk=treatment_id)
    if (treatment.archived_at is not None) != archived:
        treatment.archived_at = now if archived else None
        treatment.save(update_fields=["archived_at"])
    return treatment
