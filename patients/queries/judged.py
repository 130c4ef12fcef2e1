"""Forms as clinicians read them: what the patient said, what was corrected, and what follows from it now."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from patients.assessment import Assessment, assess
from patients.models import FormVersion
from patients.queries.health_forms import open_version
from patients.queries.reviews import Correction, corrected
from patients.queries.vault import Vault
from patients.words import is_extra


@dataclass(frozen=True)
class JudgedForm:
    """A version with its answers, the answers that count, and what follows from those by its own rules."""

    row: FormVersion
    said: Mapping[str, Any]
    answers: Mapping[str, Any]
    judged: Assessment

    @property
    def is_complete(self) -> bool:
        """Whether both stages were asked."""
        return self.row.stage == FormVersion.Stage.COMPLETE

    @property
    def allows_methods(self) -> bool:
        """Whether a method can be decided: both stages were asked, and no correction opened a question."""
        return self.is_complete and not self.judged.missing


def judge_form(row: FormVersion, vault: Vault, corrections: Collection[Correction]) -> JudgedForm:
    """Return a version, judged with the clinicians' corrections on the day it was sent.

    :raises clinic.sealing.Unreadable: if it cannot be opened.
    """
    said = open_version(row, vault).answers
    answers = corrected(said, corrections)
    asked = {key: value for key, value in answers.items() if not is_extra(key)}
    return JudgedForm(row, said, answers, assess(asked, row.reference_date, row.questionnaire))
