"""Where somebody stands in their health form: which pages they are asked, what is open, what is next. Pure.

Three keys of ours are kept beside the answers: `x_unsure` names the questions that were answered with "not
sure" where the questionnaire has no such option, `x_seen` the pages that were gone through, `x_confirmed` the
day on which everything was last said to be still right. None is an answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import ceil
from typing import Any

from patients.conditions import Case, age_on
from patients.pages import CONSENT, PRIVATE, Form, Page, Part, load_pages
from patients.questionnaire import Questionnaire, is_blank, load_questionnaire
from patients.words import is_extra

UNSURE, SEEN, CONFIRMED = "x_unsure", "x_seen", "x_confirmed"
SIGNATURE, GUARDIAN_SIGNATURE = "x_signature", "x_guardian_signature"
SCORE_BY_CLINIC = "l_dcq_total"
LICENSED_SCORE = "f_poem"
ADULT = 20
"""Years. Civil and Commercial Code of Thailand, section 19; below, a guardian signs too."""

PAGE_MINUTES = 0.4
"""About 8 minutes for the pages before the visit and 6 for those after it (as the texts say)."""


@dataclass(frozen=True)
class Respondent:
    """Who fills in, as far as it decides what is asked: a guardian does not see private questions.

    `booked_for_child`: the visit was booked by somebody for their child.
    """

    sees_private: bool = True
    booked_for_child: bool = False
    by_clinic: bool = False
    poem_licensed: bool = False


@dataclass(frozen=True)
class PageState:
    """One page of the form, with the required questions on it that are still open."""

    page: Page
    open_keys: tuple[str, ...]
    is_done: bool


@dataclass(frozen=True)
class PartState:
    """One part of the form in one stage. `needs` are the parts that must be done first."""

    number: int
    part: Part
    pages: tuple[PageState, ...]
    needs: tuple[Part, ...] = ()

    @property
    def done(self) -> int:
        """How many pages are done."""
        return sum(page.is_done for page in self.pages)

    @property
    def is_done(self) -> bool:
        """Whether every page is done."""
        return self.done == len(self.pages)

    @property
    def is_optional(self) -> bool:
        """Whether nothing in it must be answered."""
        return all(page.page.layout == "photos" for page in self.pages)

    @property
    def first(self) -> Page:
        """The first page that is not done, else the first."""
        return next((page for page in self.pages if not page.is_done), self.pages[0]).page


@dataclass(frozen=True)
class FormState:
    """What one person's answers mean for what they are asked, on a day, by a version."""

    answers: Mapping[str, Any]
    reference_date: date
    version: str
    respondent: Respondent = Respondent()

    @property
    def has_consent(self) -> bool:
        """Whether health questions may be asked (PDPA s.26, GDPR art.9)."""
        return self.answers.get(CONSENT) is True

    @property
    def has_declined(self) -> bool:
        """Whether the person said no to being asked here."""
        return self.answers.get(CONSENT) is False

    @property
    def is_minor(self) -> bool:
        """Whether the answers say that the patient is under 20."""
        return is_under_age(self.answers, self.reference_date)

    def asks(self, key: str) -> bool:
        """Say whether a question is asked of this respondent now."""
        if key in PRIVATE and not self.respondent.sees_private:
            return False
        if key == SCORE_BY_CLINIC and not self.respondent.by_clinic:
            return False
        if key == LICENSED_SCORE and not self.respondent.poem_licensed:
            return False
        if key == GUARDIAN_SIGNATURE:
            return needs_guardian(self.answers, self.reference_date, self.respondent.booked_for_child)
        return is_extra(key) or self._questionnaire.by_key[key].is_shown(self._case)

    def is_shown(self, page: Page) -> bool:
        """Say whether a page has anything to ask; our own questions alone do not make a page."""
        return any(self.asks(key) for key in page.keys or page.extras)

    def page_state(self, page: Page) -> PageState:
        """Return where a page stands."""
        required = [key for key in page.questions if self.asks(key) and self._is_required(key)]
        open_keys = tuple(key for key in required if not self._is_answered(key))
        seen = page.slug in self.answers.get(SEEN, ())
        touched = seen or any(self._is_answered(key) for key in page.questions)
        if CONSENT in page.questions and not self.has_consent:
            open_keys = tuple(dict.fromkeys((*open_keys, CONSENT)))
        return PageState(page, open_keys, is_done=not open_keys and bool(required or touched))

    def pages(self, stage: str) -> tuple[PageState, ...]:
        """Return the pages of a stage that this respondent is asked, in order."""
        return tuple(self.page_state(page) for page in self._form.pages_in(stage) if self.is_shown(page))

    def parts(self, stage: str) -> tuple[PartState, ...]:
        """Return the parts of a stage, in order; the signature waits for all others."""
        pages = self.pages(stage)
        found: list[PartState] = []
        for part in self._form.parts:
            own = tuple(state for state in pages if state.page.part == part.slug)
            if not own:
                continue
            signs = any(state.page.layout == "signature" for state in own)
            needs = [other.part for other in found if any(page.open_keys for page in other.pages)]
            found.append(PartState(len(found) + 1, part, own, tuple(needs) if signs else ()))
        return tuple(found)

    def next_page(self, stage: str) -> Page | None:
        """Return the first page of a stage that is not done and not locked; None if there is none."""
        undone = [state.page for part in self.parts(stage) if not part.needs for state in part.pages
                  if not state.is_done]  # fmt: skip
        return undone[0] if undone else None

    def follow(self, page: Page) -> Page | None:
        """Return the page that comes after this one, None after the last."""
        return self._form.next_page(page.slug, self.is_shown)

    def precede(self, page: Page) -> Page | None:
        """Return the page that comes before this one, None before the first."""
        return self._form.previous_page(page.slug, self.is_shown)

    def part_of(self, page: Page) -> PartState:
        """Return the part that a shown page stands in.

        :raises StopIteration: if the page is not shown.
        """
        return next(part for part in self.parts(page.stage) if part.part.slug == page.part)

    def minutes_left(self, stage: str) -> int:
        """Return about how many minutes the open pages of a stage take."""
        return ceil(PAGE_MINUTES * sum(not state.is_done for state in self.pages(stage)))

    def open_private(self, stage: str) -> list[str]:
        """Return the private questions of a stage that are open, whoever asks."""
        keys = list_open_keys(self.answers, self.reference_date, self.version, stage=stage)
        return [key for key in keys if key in PRIVATE]

    def _is_required(self, key: str) -> bool:
        if is_extra(key):
            return key in (SIGNATURE, GUARDIAN_SIGNATURE)
        return self._questionnaire.by_key[key].required

    def _is_answered(self, key: str) -> bool:
        return not is_blank(self.answers.get(key)) or key in self.answers.get(UNSURE, ())

    @cached_property
    def _questionnaire(self) -> Questionnaire:
        return load_questionnaire(self.version)

    @cached_property
    def _form(self) -> Form:
        return load_pages(self.version)

    @cached_property
    def _case(self) -> Case:
        return Case(self._questionnaire.drop_hidden(self.answers, self.reference_date), self.reference_date)


def is_under_age(answers: Mapping[str, Any], reference_date: date) -> bool:
    """Say whether the answers say that the patient is under 20 (K-CCC19)."""
    born = answers.get("b_dob")
    return born is not None and age_on(date.fromisoformat(born), reference_date) < ADULT


def needs_guardian(answers: Mapping[str, Any], reference_date: date, booked_for_child: bool) -> bool:
    """Say whether a parent or guardian signs too: for somebody under 20, if one takes part or agreed."""
    takes_part = booked_for_child or answers.get("a_completing_for") == "parent_guardian"
    agreed = answers.get("b_guardian_consent") == "yes"
    return is_under_age(answers, reference_date) and (takes_part or agreed)


def list_open_keys(
    answers: Mapping[str, Any], reference_date: date, version: str, *, stage: str
) -> list[str]:
    """Return the required questions of a stage ("before" or "after") that are shown and not answered.

    "Not sure" leaves an answer empty where the questionnaire has no such option: `x_unsure` names those
    questions, and they are not open.
    """
    asked = {key for page in load_pages(version).pages_in(stage) for key in page.keys}
    asked -= set(answers.get(UNSURE, ()))
    given = {key: value for key, value in answers.items() if not is_extra(key)}
    missing = load_questionnaire(version).missing(given, reference_date)
    return [key for key in missing if key in asked]
