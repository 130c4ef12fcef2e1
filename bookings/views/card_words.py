"""What the owner is told about a treatment: each card with what it needs to be shown, and its gate."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clinic.forms import LANGUAGE_NAMES
from clinic.languages import LANGUAGES
from clinic.models import ProductGate, Site, Treatment, TreatmentCard
from clinic.models.catalogue import Visibility
from clinic.queries.catalogue import (
    CHECK_AGAIN,
    ENDS_SOON,
    ShownCard,
    as_shown,
    is_check_due,
    is_gate_open,
)
from clinic.services.cards import list_missing, stamp_of_card


@dataclass(frozen=True)
class Need:
    """One thing a card needs. `must` is refused without it; the others are said, and decided by the owner."""

    words: str
    is_met: bool
    must: bool = True


@dataclass(frozen=True)
class CardState:
    """One language of a treatment; `card` is None while there is none."""

    language: str
    name: str
    card: TreatmentCard | None
    shown: ShownCard | None
    seen: str
    needs: list[Need]
    is_check_due: bool
    check_again: date | None

    @property
    def is_shown(self) -> bool:
        """Whether anybody but the clinic sees it."""
        return self.card is not None and self.card.visibility != Visibility.OFF

    @property
    def is_ready(self) -> bool:
        """Whether nothing is missing that must be there."""
        return all(need.is_met for need in self.needs if need.must)


@dataclass(frozen=True)
class GateState:
    """Where a method's gate is open today, and what will end soon or has ended."""

    open_at: list[Site]
    closed_at: list[Site]
    ending: list[ProductGate]
    ended: list[ProductGate]


@dataclass(frozen=True)
class SideBySide:
    """A treatment with both of its cards and its gate; the gate is None where there is none to open."""

    treatment: Treatment
    title: str
    cards: list[CardState]
    gate: GateState | None


def side_by_side(treatment: Treatment, sites: list[Site], *, now: datetime) -> SideBySide:
    """Return what the owner is told about a treatment that was read whole. One query a price, none else."""
    by_language = {card.language: card for card in treatment.cards.all()}
    for card in by_language.values():
        card.treatment = treatment
    today = now.astimezone(sites[0].tz).date() if sites else now.date()
    order = sorted(LANGUAGES, key=lambda code: code != (get_language() or "en")[:2])
    names = [by_language[code].name for code in order if code in by_language]
    return SideBySide(
        treatment=treatment,
        title=names[0] if names else treatment.slug,
        cards=[_card_state(code, by_language, sites, today, now) for code in LANGUAGES],
        gate=_gate_state(treatment, sites, today, now) if treatment.method else None,
    )


def _card_state(
    language: str, cards: dict[str, TreatmentCard], sites: list[Site], today: date, now: datetime
) -> CardState:
    card = cards.get(language)
    others = [other for code, other in cards.items() if code != language]
    return CardState(
        language=language,
        name=str(LANGUAGE_NAMES[language]),
        card=card,
        shown=as_shown(card, sites[0] if sites else None, now) if card else None,
        seen=stamp_of_card(card) if card else "",
        needs=_needs(card, others, today) if card else [],
        is_check_due=card is not None and is_check_due(card, today),
        check_again=card.reviewed_date + CHECK_AGAIN if card and card.reviewed_date else None,
    )


def _needs(card: TreatmentCard, others: list[TreatmentCard], today: date) -> list[Need]:
    missing = list_missing(card)
    is_fresh = card.reviewed_date is not None and not is_check_due(card, today)
    return [
        Need(_("It says what we don’t know."), "unknown" not in missing),
        Need(_("It names who checked the facts."), "reviewer" not in missing),
        Need(_("It says when they were checked."), "reviewed_date" not in missing),
        Need(_("The facts were checked within the last year."), is_fresh, must=False),
        Need(_("It names a source."), bool(card.sources), must=False),
        Need(
            _("The other language is shown too. Each language is published by itself."),
            any(other.visibility != Visibility.OFF for other in others),
            must=False,
        ),
    ]


def _gate_state(treatment: Treatment, sites: list[Site], today: date, now: datetime) -> GateState:
    opened = [site for site in sites if is_gate_open(treatment, site=site, now=now)]
    live = [gate for gate in treatment.gates.all() if gate.closed_at is None]
    return GateState(
        open_at=opened,
        closed_at=[site for site in sites if site not in opened],
        ending=[gate for gate in live if today <= gate.expiry_date <= today + ENDS_SOON],
        ended=[gate for gate in live if gate.expiry_date < today],
    )
