"""A form's answers as a clinician's page shows them: what was said, what was before, what was corrected."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clinic.models import User
from patients.queries.form_page import FormPage
from patients.queries.judged import JudgedForm
from patients.questionnaire import load_questionnaire
from patients.told import BESIDE, NOT_ASKED, Told, ToldSection, list_changed, say, tell

FORMALITIES = ("A", "B", "N")
"""Sections that say nothing of health: consent, contacts and the visit. They are read last."""


@dataclass(frozen=True)
class ShownCorrection:
    """A clinician's value in words; `counts` is false once the patient answered anew."""

    words: str
    reason: str
    by: User
    at: datetime
    counts: bool


@dataclass(frozen=True)
class AnswerRow:
    """One question. `was` is what was said before, in words; "" unless it changed."""

    told: Told
    was: str
    corrections: tuple[ShownCorrection, ...]

    @property
    def is_changed(self) -> bool:
        """Whether the answer differs from before."""
        return bool(self.was)

    @property
    def is_to_read(self) -> bool:
        """Whether there is more to read than that nobody asked."""
        return self.told.state != NOT_ASKED or self.is_changed or bool(self.corrections)


@dataclass(frozen=True)
class AnswerSection:
    """A section of the questionnaire."""

    title: str
    rows: tuple[AnswerRow, ...]


def make_sections(page: FormPage) -> list[AnswerSection]:
    """Return the answers of a page in the active language, those about health first."""
    before = _by_key(_tell(page.earlier)) if page.earlier else {}
    changed = set(list_changed(page.earlier.said, page.form.said)) if page.earlier else set()
    changed |= {key for key, own in BESIDE.items() if own in changed}
    return [
        AnswerSection(
            section.title,
            tuple(
                AnswerRow(
                    told=each,
                    was=_was(before.get(each.key)) if each.key in changed else "",
                    corrections=tuple(_list_corrections(page, each.key)),
                )
                for each in section.rows
            ),
        )
        for section in sorted(_tell(page.form), key=lambda section: section.id in FORMALITIES)
    ]


def split_unasked(sections: list[AnswerSection]) -> tuple[list[AnswerSection], list[AnswerSection]]:
    """Return the sections with what there is to read, and those with what nobody asked yet.

    What a clinician found by examining, and an answer that is gone, are there to be read.
    """
    to_read = [(each, [row for row in each.rows if row.is_to_read]) for each in sections]
    unasked = [(each, [row for row in each.rows if not row.is_to_read]) for each in sections]
    told, untold = (
        [AnswerSection(each.title, tuple(rows)) for each, rows in part if rows] for part in (to_read, unasked)
    )
    return told, untold


def count_unasked(sections: list[AnswerSection], missing: Collection[str]) -> int:
    """Return how many of the missing answers nobody asked for yet; the others are not sure."""
    rows = (row.told for section in sections for row in section.rows)
    return sum(told.key in missing and told.state == NOT_ASKED for told in rows)


def count_changed(sections: list[AnswerSection]) -> int:
    """Return how many answers changed."""
    return sum(row.is_changed for section in sections for row in section.rows)


def _tell(form: JudgedForm) -> list[ToldSection]:
    return tell(
        form.said,
        reference_date=form.row.reference_date,
        version=form.row.questionnaire,
        is_complete=form.is_complete,
        language=get_language() or "en",
        counting=form.answers,
    )


def _by_key(sections: list[ToldSection]) -> Mapping[str, Told]:
    return {each.key: each for section in sections for each in section.rows}


def _was(told: Told | None) -> str:
    return told.words if told else _("Not asked yet")


def _list_corrections(page: FormPage, key: str) -> list[ShownCorrection]:
    version, language = page.row.questionnaire, get_language() or "en"
    question = load_questionnaire(version).by_key[key]
    return [
        ShownCorrection(
            words=say(question, each.value, version, language) or _("No answer"),
            reason=each.reason,
            by=each.by,
            at=each.at,
            counts=each.counts_for(page.form.said),
        )
        for each in page.notes.corrections
        if each.key == key
    ]
