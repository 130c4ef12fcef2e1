"""What patients read about what they agreed to, and what taking it back does."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients.models import Consent
from patients.queries.consents import ConsentState, list_consents

Purpose = Consent.Purpose

EFFECTS: Mapping[str, str | Promise] = {
    Purpose.HEALTH_DATA: _(
        "If you take this back, the form closes. We ask nothing more and use your answers for nothing new. "
        "The doctor sees that you took it back. What you already sent stays in your record as long as the "
        "law says."
    ),
    Purpose.PHOTO_CARE: _(
        "If you take this back, we take no new photos. Photos you never sent are deleted at once. Those in "
        "your record stay as long as the law says."
    ),
    Purpose.PHOTO_OUTSIDE_CARE: _(
        "If you take this back, we use your photos only for your own care. Nothing else changes."
    ),
    Purpose.CROSS_BORDER: _(
        "If you take this back, please send us nothing more from abroad. Call us and we find another way. "
        "What is in your record stays as long as the law says."
    ),
    Purpose.PRIVACY_NOTICE: _("This says only that you read the notice. There is nothing to take back."),
}


@dataclass(frozen=True)
class ConsentCard:
    """One purpose as a patient sees it."""

    state: ConsentState
    effect: str | Promise


def consent_cards(patient_id: UUID) -> list[ConsentCard]:
    """Return a card for each purpose that was ever asked about."""
    return [ConsentCard(state, EFFECTS[state.purpose]) for state in list_consents(patient_id)]
