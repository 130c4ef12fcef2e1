"""Reading the treatment catalogue: which cards a person may see, and with which facts."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Prefetch, QuerySet
from django.utils.translation import override

from clinic.models import ProductGate, Site, Treatment, TreatmentCard, TreatmentPrice
from clinic.models.catalogue import CellSource, Presentation, Visibility

DRAWINGS = frozenset({"needling", "injection", "topical", "infusion"})
"""Names of the drawings in `templates/clinic/drawings/`."""

CHECK_AGAIN = timedelta(days=365)
"""After this the facts on a card should be checked again: studies and approvals change (our policy)."""

ENDS_SOON = timedelta(days=60)
"""How long before its end an approval is warned about (our policy)."""


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


def as_shown(card: TreatmentCard, site: Site | None, now: datetime) -> ShownCard:
    """Return a card, saved or not, as a page shows it; reads its treatment's first price and its gates."""
    with override(card.language):
        return _shown(card, site, now)


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


def list_treatments(*, site: Site | None) -> list[Treatment]:
    """Return every treatment whole, with its prices at `site`, the archived last. Five queries."""
    return sorted(_whole_treatments(site), key=lambda treatment: treatment.archived_at is not None)


def find_treatment(treatment_id: int, *, site: Site | None) -> Treatment | None:
    """Return a treatment with its cards, gates, visit types and prices at `site`, or None. Five queries."""
    return _whole_treatments(site).filter(pk=treatment_id).first()


def _whole_treatments(site: Site | None) -> QuerySet[Treatment]:
    cards = TreatmentCard.objects.select_related("reviewer__resource").order_by("language", "pk")
    gates = ProductGate.objects.select_related("opened_by").order_by("-opened_at", "pk")
    prices = TreatmentPrice.objects.filter(site=site).order_by("pk")
    return Treatment.objects.prefetch_related(
        Prefetch("cards", cards), Prefetch("gates", gates), Prefetch("prices", prices), "visit_types"
    ).order_by("order", "pk")


def is_check_due(card: TreatmentCard, today: date) -> bool:
    """Whether the facts on a card were checked so long ago that somebody should look again."""
    return card.reviewed_date is not None and card.reviewed_date + CHECK_AGAIN <= today
