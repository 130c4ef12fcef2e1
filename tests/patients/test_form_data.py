"""The parts of a version fit together: every question has words and a page, every option its words."""

import pytest

from patients.pages import AFTER, BEFORE, load_pages
from patients.questionnaire import load_questionnaire
from patients.rule_book import load_rule_book
from patients.versions import list_versions
from patients.words import load_words

pytestmark = pytest.mark.parametrize("version", list_versions())


def test_every_question_is_asked_carried_or_computed_once(version: str) -> None:
    form = load_pages(version)

    asked = [key for page in form.pages for key in page.keys] + [*form.carried, *form.computed]

    assert sorted(asked) == sorted(load_questionnaire(version).by_key)


def test_every_question_and_its_options_have_words(version: str) -> None:
    words = load_words(version).questions

    for key, question in load_questionnaire(version).by_key.items():
        if question.type in {"single", "multi"}:
            assert set(words[key].options) == set(question.options), key


def test_every_required_question_has_a_kind_error(version: str) -> None:
    form, words = load_pages(version), load_words(version).questions
    asked = {key for page in form.pages for key in page.keys}

    required = [key for key, question in load_questionnaire(version).by_key.items() if question.required]

    assert [key for key in required if key in asked and words[key].missing is None] == []


def test_every_urgent_rule_and_message_has_words(version: str) -> None:
    words, book = load_words(version), load_rule_book(version)

    assert set(words.urgent) == {rule.id for rule in book.urgent}
    assert set(words.messages) == set(book.message_keys.values())


def test_every_zone_of_the_face_leads_to_a_place_that_can_be_chosen(version: str) -> None:
    form = load_pages(version)

    assert set(form.zones) == set(load_words(version).questions["x_face_map"].options)
    assert set(form.zones.values()) <= set(load_questionnaire(version).by_key["g_scar_areas"].options)


def test_stages_are_those_of_the_questionnaire(version: str) -> None:
    """What waits for the visit is asked after; the rest before (the clinic's two stages)."""
    form, questions = load_pages(version), load_questionnaire(version).by_key

    for page in form.pages:
        for key in page.keys:
            assert (page.stage == AFTER) == (questions[key].stage == "after"), key
        assert page.stage in (BEFORE, AFTER)
