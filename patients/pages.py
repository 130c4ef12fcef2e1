"""How the health form is divided into parts and pages, by version. Pure."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from patients.versions import read_version
from patients.words import Text, find_text, is_extra, read_text

BEFORE, AFTER = "before", "after"
STAGES = (BEFORE, AFTER)
"""Before the first visit, and at or after it."""

LAYOUTS = {
    "single": "one question, which is the heading",
    "rows": "yes/no questions as rows of explicit choices; others below as they are",
    "group": "several questions below each other",
    "consent": "texts to read, each with its box, never pre-ticked",
    "face_map": "places of scars: `x_face_map` by side is asked, `g_scar_areas` follows from it",
    "treatments": "past treatments, added one by one",
    "medicines": "medicines, each with when it was last used",
    "photos": "the views of a photo set",
    "signature": "a typed name",
}

CONSENT = "a_health_data_consent"
PRIVATE = frozenset({"l_selfharm", "d_pregnant", "d_breastfeeding", "d_trying", "d_combined_hormones"})
"""Asked on the person's own link or by a clinician, and never shown to a guardian."""


@dataclass(frozen=True)
class Part:
    """One of the form's sections, as the person's task list shows them."""

    slug: str
    title: Text


@dataclass(frozen=True)
class Page:
    """What is asked at once. `questions` are keys in order, our own (`x_`) among them.

    The slug is in the page's URL, so it speaks of nobody's health.
    """

    slug: str
    stage: str
    part: str
    layout: str
    title: Text
    intro: Text | None
    private: bool
    questions: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The questionnaire's keys."""
        return tuple(key for key in self.questions if not is_extra(key))

    @property
    def extras(self) -> tuple[str, ...]:
        """Our own keys, for the person's convenience."""
        return tuple(key for key in self.questions if is_extra(key))


def always(_page: Page) -> bool:
    """Say that a page is shown."""
    return True


@dataclass(frozen=True)
class Form:
    """The whole form.

    `carried` are answers that the booking has; `computed` are worked out from others; `zones` says which
    option of `g_scar_areas` each zone of `x_face_map` belongs to (sides are the person's own).
    """

    version: str
    parts: tuple[Part, ...]
    pages: tuple[Page, ...]
    carried: tuple[str, ...]
    computed: tuple[str, ...]
    zones: Mapping[str, str]

    def page(self, slug: str) -> Page:
        """Return a page.

        :raises KeyError: if there is no such page.
        """
        found = [page for page in self.pages if page.slug == slug]
        if not found:
            raise KeyError(slug)
        return found[0]

    def page_of(self, key: str) -> Page:
        """Return the page that asks a question.

        :raises KeyError: if none does: the answer is carried or computed, or there is no such question.
        """
        found = [page for page in self.pages if key in page.questions]
        if not found:
            raise KeyError(key)
        return found[0]

    def pages_in(self, stage: str, part: str | None = None) -> tuple[Page, ...]:
        """Return the pages of a stage, of one part if it is given, in order."""
        return tuple(page for page in self.pages if page.stage == stage and part in (None, page.part))

    def next_page(self, slug: str, shown: Callable[[Page], bool] = always) -> Page | None:
        """Return the next page of the same stage that is shown, None after the last.

        :raises KeyError: if there is no such page.
        """
        return next(filter(shown, self._rest(slug, self.pages)), None)

    def previous_page(self, slug: str, shown: Callable[[Page], bool] = always) -> Page | None:
        """Return the page before in the same stage that is shown, None before the first.

        :raises KeyError: if there is no such page.
        """
        return next(filter(shown, self._rest(slug, self.pages[::-1])), None)

    def _rest(self, slug: str, pages: tuple[Page, ...]) -> tuple[Page, ...]:
        page = self.page(slug)
        rest = pages[pages.index(page) + 1 :]
        return tuple(other for other in rest if other.stage == page.stage)


@cache
def load_pages(version: str) -> Form:
    """Return the form of a version, such as "0.1-draft"; the file is read once per process.

    :raises UnknownVersion: if there is no such version.
    :raises ValueError: if the pages break a rule of the form; it names each.
    """
    form = read_form(read_version(version, "pages"))
    faults = list(faults_of(form))
    if faults:
        raise ValueError("; ".join(faults))
    return form


def read_form(data: Mapping[str, Any]) -> Form:
    """Return the form that a parsed file describes, unchecked.

    :raises ValueError: if a text lacks a language.
    """
    return Form(
        version=data["version"],
        parts=tuple(Part(slug=part["slug"], title=read_text(part["title"])) for part in data["parts"]),
        pages=tuple(map(_read_page, data["pages"])),
        carried=tuple(data["carried"]),
        computed=tuple(data["computed"]),
        zones=MappingProxyType(dict(data["zones"])),
    )


def _read_page(value: Mapping[str, Any]) -> Page:
    return Page(
        slug=value["slug"],
        stage=value["stage"],
        part=value["part"],
        layout=value["layout"],
        title=read_text(value["title"]),
        intro=find_text(value, "intro"),
        private=value.get("private", False),
        questions=tuple(value["questions"]),
    )


def faults_of(form: Form) -> Iterator[str]:
    """Yield what is wrong with a form as a whole, then with each page.

    Nothing about health may be asked before consent (PDPA s.26, GDPR art.9), and the signature is last.
    """
    keys = [key for page in form.pages for key in page.questions] + [*form.carried, *form.computed]
    for key in _repeated(keys):
        yield f"{key} is asked twice"
    for slug in _repeated([page.slug for page in form.pages]):
        yield f"there are two pages {slug}"
    first, *_others, last = form.pages_in(BEFORE)
    if CONSENT not in first.questions:
        yield "consent is not asked first"
    if last.layout != "signature":
        yield "the signature is not last"
    for page in form.pages:
        yield from _faults_of_page(page, [part.slug for part in form.parts])


def _faults_of_page(page: Page, parts: list[str]) -> Iterator[str]:
    if page.stage not in STAGES or page.part not in parts or page.layout not in LAYOUTS:
        yield f"{page.slug} has an unknown stage, part or layout"
    if page.layout == "single" and len(page.questions) != 1:
        yield f"{page.slug} must ask one question"
    if page.private != bool(PRIVATE & set(page.questions)):
        yield f"{page.slug} must be private exactly if its questions are"


def _repeated(values: list[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]
