"""Changing the words of a treatment's card, and who sees it."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from clinic.models import Treatment, TreatmentCard
from clinic.models.catalogue import Visibility
from clinic.services.meanwhile import ChangedMeanwhile
from clinic.stamps import stamp_of


class NotReady(Exception):
    """A card lacks what it needs before anybody sees it. `missing` names the fields."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(missing)
        self.missing = missing

    def __str__(self) -> str:
        return str(_("This card can’t be shown yet: something that it needs is missing."))


def stamp_of_card(card: TreatmentCard) -> str:
    """Return what differs as soon as anything on a card does, who sees it included."""
    return stamp_of(_values_of(card))


def _values_of(card: TreatmentCard) -> dict[str, Any]:
    names = [field.attname for field in TreatmentCard._meta.concrete_fields if field.name != "id"]
    return {name: getattr(card, name) for name in names}


def list_missing(card: TreatmentCard) -> list[str]:
    """Return the fields that must be filled in before a card may be shown, by the model's own rule."""
    return [name for name in TreatmentCard.REQUIRED_TO_PUBLISH if not str(getattr(card, name) or "").strip()]


@transaction.atomic
def save_card(*, card: TreatmentCard, seen: str) -> TreatmentCard:
    """Store the words of a card, new or changed; who sees it stays. The caller has checked the words.

    `seen` is the stamp of the card the form began with. The same words twice change nothing.

    :raises ChangedMeanwhile: if somebody else changed the card since, or began one in this language.
    """
    Treatment.objects.select_for_update().get(pk=card.treatment_id)
    stored = TreatmentCard.objects.filter(treatment_id=card.treatment_id, language=card.language).first()
    if stored is None:
        card.save(force_insert=True)
        return card
    if stamp_of_card(stored) == stamp_of_card(card):
        return stored
    if card.pk != stored.pk or stamp_of_card(stored) != seen:
        raise ChangedMeanwhile
    card.save()
    return card


@transaction.atomic
def show_card(*, card_id: int, visibility: str, seen: str) -> TreatmentCard:
    """Let people see a card, all of them or those with a booking; or, with `OFF`, nobody, whatever was seen.

    :raises NotReady: if something is missing that a shown card needs.
    :raises ChangedMeanwhile: if the card is not the one that was looked at.
    """
    card = TreatmentCard.objects.select_for_update(of=("self",)).get(pk=card_id)
    if card.visibility == visibility:
        return card
    if visibility != Visibility.OFF:
        if stamp_of_card(card) != seen:
            raise ChangedMeanwhile
        if missing := list_missing(card):
            raise NotReady(missing)
    card.visibility = visibility
    card.save(update_fields=["visibility"])
    return card
