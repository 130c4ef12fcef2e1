"""Loading the catalogue that ships with Nuan: treatments, their cards, and visit types, all off."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from clinic.models import Treatment, TreatmentCard, VisitType

DATA = Path(__file__).resolve().parent.parent / "data"

CARD_FACTS = (
    "name",
    "where",
    "drawing_alt",
    "how",
    "how_often",
    "downtime",
    "evidence_text",
    "known",
    "unknown",
    "harms",
    "tell_doctor_first",
    "sources",
)


@dataclass(frozen=True)
class Loaded:
    """How many rows a load made or rewrote; what was already there is not counted."""

    treatments: int
    cards: int
    visit_types: int

    def __str__(self) -> str:
        return f"{self.treatments} treatments, {self.cards} cards, {self.visit_types} visit types"


@transaction.atomic
def load_catalogue(*, refresh: bool = False) -> Loaded:
    """Create the treatments, cards and visit types that are missing.

    Nothing is switched on: cards are off, and no visit type is offered at any site. What the clinic has
    changed stays as it is; `refresh` rewrites the words of cards that nobody has checked yet, and never
    those of a card a doctor stands behind.
    """
    treatments = cards = 0
    for order, facts in enumerate(_read("treatments.json"), start=1):
        treatment, made = Treatment.objects.get_or_create(
            method=facts["code"],
            defaults={
                "slug": facts["slug"],
                "drawing": facts["drawing"],
                "cell_sources": facts["cell_sources"],
                "presentations": facts["presentations"],
                "evidence_steps": facts["evidence_label"],
                "visit_minutes": facts["visit_minutes"],
                "order": order,
            },
        )
        treatments += made
        cards += sum(
            _load_card(treatment, language, words, refresh=refresh)
            for language, words in facts["cards"].items()
        )
    visit_types = sum(_load_visit_type(facts) for facts in _read("visit_types.json"))
    return Loaded(treatments, cards, visit_types)


def _load_card(treatment: Treatment, language: str, words: dict[str, Any], *, refresh: bool) -> bool:
    """Create or refresh one card; return whether it was written."""
    facts = {name: words[name] for name in CARD_FACTS}
    card = TreatmentCard.objects.filter(treatment=treatment, language=language).first()
    if card is None:
        card = TreatmentCard(treatment=treatment, language=language, **facts)
    elif refresh and (card.reviewer_id is None or card.is_demo_text):
        for name, value in facts.items():
            setattr(card, name, value)
    else:
        return False
    card.full_clean(validate_constraints=False)
    card.save()
    return True


def _load_visit_type(facts: dict[str, Any]) -> bool:
    """Create one visit type if it is missing; return whether it was."""
    values = {name: value for name, value in facts.items() if name not in ("code", "treatment")}
    if facts["treatment"]:
        values["treatment"] = Treatment.objects.get(method=facts["treatment"])
    _visit_type, made = VisitType.objects.get_or_create(code=facts["code"], defaults=values)
    return made


def _read(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return rows
