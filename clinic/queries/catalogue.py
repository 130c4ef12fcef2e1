"""Reading the treatment catalogue: which cards a person may see, and with which facts."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from clinic.models import Site, Treatment, TreatmentCard, TreatmentPrice
from clinic.models.catalogue import CellSource, Presentation, Visibility

DRAWINGS = frozenset({"needling", "injection", "topical", "infusion"})
"""Names of the drawings in `templates/clinic/drawings/`."""


@dataclass(frozen=True)
class ShownCard:
    """A card as a page shows it. `price_from_minor` is None while no price may be shown."""

    card: TreatmentCard
    treatment: Treatment
    drawing_template: str
    discussed_for: tuple[str, ...]
    cell_sources: tuple[str, ...]
    price_from_minor: int | None
    currency: str


def list_public_cards(*, language: str, site: Site | None, now: datetime) -> list[ShownCard]:
    """Return the public cards in a language, in the treatments' order, with prices at `site`.

    Three queries.
    """
    return _list_cards([Visibility.PUBLIC], language=language, site=site, now=now)


def list_cards_after_booking(*, language: str, site: Site | None, now: datetime) -> list[ShownCard]:
    """Return the cards someone with a booking may read: the public ones and those kept until then."""
    return _list_cards([Visibility.PUBLIC, Visibility.AFTER_BOOKING], language=language, site=site, now=now)


def _list_cards(
    visible: list[Visibility], *, language: str, site: Site | None, now: datetime
) -> list[ShownCard]:
    cards = (
        TreatmentCard.objects.filter(
            visibility__in=visible, language=language[:2], treatment__archived_at__isnull=True
        )
        .select_related("treatment", "reviewer__resource")
        .prefetch_related(
            "treatment__gates",
            Prefetch("treatment__prices", TreatmentPrice.objects.filter(site=site).order_by("pk")),
        )
        .order_by("treatment__order", "treatment__pk", "pk")
    )
    return [_shown(card, site, now) for card in cards]


def _shown(card: TreatmentCard, site: Site | None, now: datetime) -> ShownCard:
    treatment = card.treatment
    price = next(iter(treatment.prices.all()), None)
    may_price = site is not None and price is not None and is_gate_open(treatment, site=site, now=now)
    return ShownCard(
        card=card,
        treatment=treatment,
        drawing_template=f"clinic/drawings/_{treatment.drawing}.html"
        if treatment.drawing in DRAWINGS
        else "",
        discussed_for=tuple(str(Presentation(name).label) for name in treatment.presentations),
        cell_sources=tuple(str(CellSource(name).label) for name in treatment.cell_sources),
        price_from_minor=price.from_minor if may_price and price else None,
        currency=site.currency if site else "",
    )


def is_gate_open(treatment: Treatment, *, site: Site, now: datetime) -> bool:
    """Whether a treatment may be offered at a site today, by the site's own date.

    The four delivery methods need a licence or approval of the site's country that has not ended
    (suitability.json, "product_gate"); any other treatment has no gate.
    """
    if not treatment.method:
        return True
    today = now.astimezone(site.tz).date()
    return any(gate.country == site.country and gate.is_open(today) for gate in treatment.gates.all())
