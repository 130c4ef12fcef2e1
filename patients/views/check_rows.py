"""The answers in words, part by part, each with the way to change it."""

from typing import Any

from django.utils.translation import gettext as _

from patients.answer_words import say_answer
from patients.form_state import UNSURE
from patients.forms.page_form import ASKED_ELSEWHERE
from patients.pages import AFTER, Page
from patients.questionnaire import load_questionnaire
from patients.versions import CURRENT
from patients.views.mounts import Opened, language
from patients.views.photo_cards import PHOTO_SET, VIEWS_OF, own_photos, words_of
from patients.words import is_extra, load_words, text


def list_sections(opened: Opened, stage: str) -> list[dict[str, Any]]:
    """Return the parts of a stage with a row a question; only what whoever fills in may see."""
    return [
        {
            "title": text(part.part.title, language()),
            "stage": stage,
            "rows": [
                row
                for state in part.pages
                for row in _rows(opened, state.page, state.open_keys, is_locked=bool(part.needs))
            ],
        }
        for part in opened.state.parts(stage)
    ]


def _rows(opened: Opened, page: Page, open_keys: tuple[str, ...], *, is_locked: bool) -> list[dict[str, Any]]:
    """Return the rows of one page; optional questions of ours only if they were answered."""
    has_photos = PHOTO_SET in page.questions and not opened.mount.by_clinic  # staff see what was sent
    rows = [_photo_row(opened, page, is_locked=is_locked)] if has_photos else []
    for key in page.questions:
        if key in ASKED_ELSEWHERE or not opened.state.asks(key):
            continue
        lines = say_answer(key, opened.visible.get(key), language(), CURRENT)
        if not lines and key not in open_keys and _is_silent(opened, key):
            continue
        url = opened.mount.url("form-page", page.slug)
        rows.append(
            {
                "label": text(load_words(CURRENT).questions[key].short, language()),
                "lines": lines or [_said_of_nothing(opened, key, page)],
                "is_empty": not lines,
                "is_open": key in open_keys,
                "url": "" if is_locked else f"{url}?back=check#div_id_{key}",
            }
        )
    return rows


def _photo_row(opened: Opened, page: Page, *, is_locked: bool) -> dict[str, Any]:
    """Return the row that names the photos which are there, view by view."""
    there = {photo.view for photo in own_photos(opened.mount)}
    lines = [text(words_of(view).label, language()) for view in VIEWS_OF[PHOTO_SET] if view in there]
    return {
        "label": text(load_words(CURRENT).questions[PHOTO_SET].short, language()),
        "lines": lines or [_("None. We can take them at your visit")],
        "is_empty": not lines,
        "is_open": False,
        "url": "" if is_locked else f"{opened.mount.url('form-page', page.slug)}?back=check#photos",
    }


def _is_silent(opened: Opened, key: str) -> bool:
    """Say whether nothing need be said of an unanswered question: it was only offered."""
    unsure = key in opened.draft.answers.get(UNSURE, ())
    return not unsure and (is_extra(key) or not load_questionnaire(CURRENT).by_key[key].required)


def _said_of_nothing(opened: Opened, key: str, page: Page) -> str:
    """Return what stands in place of an answer: not sure, not asked yet, or not answered."""
    texts = load_words(CURRENT).texts
    if key in opened.draft.answers.get(UNSURE, ()):
        return text(texts["not_sure"], language())
    return text(texts["not_asked_yet" if page.stage == AFTER else "not_answered"], language())
