"""How long the health form takes a person who reads it."""

from collections.abc import Iterator

from patients.pages import Form, Page
from patients.words import QuestionWords, Text, Words

READ_EN, READ_TH = 238, 1000
"""A minute of silent reading: English words (Brysbaert 2019); Thai letters (assumed, on the slow side)."""
SECONDS_AN_ANSWER, SECONDS_A_PAGE = 2, 1


def minutes(words: Words, form: Form, stage: str, skipped: set[str], language: str) -> float:
    """Return how long a stage takes a person who reads everything and answers.

    Lists of options are looked through at twice the speed of sentences: one stops reading at one's own.
    What shows only after a certain answer (dates) is left out, and so are the pages `skipped`.
    """
    pages = [page for page in form.pages_in(stage) if page.slug not in skipped]
    sentences = sum(_size(text, language) for page in pages for text in _sentences(page, words))
    options = sum(_size(text, language) for page in pages for text in _options(page, words))
    answers = sum(len(_asked(page)) for page in pages)
    reading = (sentences + options / 2) / (READ_EN if language == "en" else READ_TH)
    return reading + (answers * SECONDS_AN_ANSWER + len(pages) * SECONDS_A_PAGE) / 60


def _size(text: Text, language: str) -> int:
    return len(text["en"].split()) if language == "en" else len(text["th"].replace(" ", ""))


def _asked(page: Page) -> list[str]:
    later = {"i_med_last", "i_isotretinoin_stop", "x_guardian_signature"}
    same = {"g_scar_areas"}  # follows from the face map
    return [key for key in page.questions if key not in later | same]


def _sentences(page: Page, words: Words) -> Iterator[Text]:
    if page.layout != "single":  # there the question is the heading
        yield page.title
    if page.intro:
        yield page.intro
    for key in _asked(page):
        question = words.questions[key]
        yield from filter(None, (question.label, question.hint, question.low, question.high))
        if page.layout == "consent":
            yield from (words.consents[key].title, *words.consents[key].body)


def _options(page: Page, words: Words) -> Iterator[Text]:
    for key in _asked(page):
        question = words.questions[key]
        for option in question.options.values():
            yield from filter(None, (option.label, option.hint))
        if page.layout != "treatments":  # its fields open with "Add"
            yield from _fields(question)


def _fields(question: QuestionWords) -> Iterator[Text]:
    for field in question.fields.values():
        yield from filter(None, (field.label, field.hint))
