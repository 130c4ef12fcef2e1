"""The form's pages ask everything once, in an order that respects consent and privacy."""

import copy
import re
from collections.abc import Callable
from typing import Any

import pytest

from patients.pages import AFTER, BEFORE, faults_of, load_pages, read_form
from patients.versions import read_version
from patients.words import is_extra, load_words
from tests.patients import form_keys, wording
from tests.patients.reading_time import minutes

VERSION = "0.1-draft"
FORM = load_pages(VERSION)
WORDS = load_words(VERSION)
SELDOM = {"from-abroad", "guardian", "for-you-alone"}
"""Pages that most people do not see."""

Data = dict[str, Any]


def test_every_text_is_good() -> None:
    assert FORM.version == VERSION
    assert wording.faults_in(read_version(VERSION, "pages")) == {}


def keys_in(stage: str) -> list[str]:
    return [key for page in FORM.pages_in(stage) for key in page.keys]


def test_every_question_is_asked_once_carried_or_computed() -> None:
    keys = [*keys_in(BEFORE), *keys_in(AFTER), *FORM.carried, *FORM.computed]

    assert sorted(keys) == sorted(form_keys.ALL)


def test_questions_before_the_visit() -> None:
    wanted = [*form_keys.BEFORE, *form_keys.CONDITIONAL, *form_keys.OPTIONAL, *form_keys.CONFIRMED]

    assert len(form_keys.BEFORE) == 37
    assert sorted(keys_in(BEFORE)) == sorted(wanted)


def test_questions_at_or_after_the_visit() -> None:
    assert sorted(keys_in(AFTER)) == sorted(form_keys.AFTER)


def test_carried_and_computed() -> None:
    assert list(FORM.carried) == form_keys.CARRIED
    assert list(FORM.computed) == form_keys.COMPUTED


def test_every_page_has_words() -> None:
    asked = {key for page in FORM.pages for key in page.questions}

    assert asked - set(WORDS.questions) == set()
    assert {key for key in asked if is_extra(key)} == form_keys.EXTRAS


def test_pages_before_the_visit_are_few() -> None:
    pages = {page.slug for page in FORM.pages_in(BEFORE)}

    assert pages > SELDOM
    assert len(pages - SELDOM) == 17
    assert 12 <= len(FORM.pages_in(AFTER)) <= 16


def test_consent_is_first_and_signature_last() -> None:
    pages = FORM.pages_in(BEFORE)

    assert pages[0].keys == ("a_privacy_notice", "a_health_data_consent")
    assert pages[-1].extras == ("x_signature", "x_guardian_signature")


def test_safety_is_asked_right_after_who_it_is() -> None:
    before = [page.slug for page in FORM.pages_in(BEFORE)]

    assert before[: before.index("right-now") + 1] == [
        *("consent", "who-you-are", "from-abroad", "guardian", "right-now"),
    ]
    assert FORM.page("right-now").keys == ("c_now",)


def test_conditions_are_known_before_the_pages_they_open() -> None:
    order = keys_in(BEFORE)

    for first, then in [
        ("b_country", "a_cross_border"),
        ("b_country", "n_stay_days"),
        ("b_dob", "b_guardian_consent"),
        ("b_sex_at_birth", "d_pregnant"),
        ("i_isotretinoin", "i_isotretinoin_stop"),
        ("a_photo_care", "m_photos"),
    ]:
        assert order.index(first) < order.index(then)


def test_private_questions_are_on_private_pages() -> None:
    private = {key for page in FORM.pages if page.private for key in page.questions}

    assert private == form_keys.PRIVATE


def test_addresses_tell_nothing() -> None:
    """A page's slug is in its URL, and so in logs: it must not speak of anybody's health."""
    clinical = re.compile(
        r"acne|scar|spot|skin|ecz|rash|itch|allerg|asthma|medic|drug|treat|pregn|hormon|cancer|harm|heal|sore"
    )

    assert clinical.search("past-treatments")
    assert [page.slug for page in FORM.pages if clinical.search(page.slug)] == []


def test_parts_are_the_seven_in_order() -> None:
    parts = [part.slug for part in FORM.parts]

    assert parts == ["about-you", "skin", "eczema", "scars", "medicines", "photos", "agree"]
    for stage in (BEFORE, AFTER):
        places = [parts.index(page.part) for page in FORM.pages_in(stage)]
        assert places == sorted(places)
    assert {page.part for page in FORM.pages_in(BEFORE)} == set(parts)


def test_question_alone_is_the_heading() -> None:
    alone = [page for page in FORM.pages if page.layout in ("single", "face_map")]

    assert len(alone) > 5
    for page in alone:
        assert page.title == WORDS.questions[page.questions[0]].label


def test_zones_of_the_face_cover_the_places_of_scars() -> None:
    assert set(FORM.zones) == set(WORDS.questions["x_face_map"].options)
    assert set(FORM.zones.values()) == set(WORDS.questions["g_scar_areas"].options)


def test_pages_follow_each_other_within_a_stage() -> None:
    assert FORM.next_page("consent") is FORM.page("who-you-are")
    assert FORM.previous_page("who-you-are") is FORM.page("consent")
    assert FORM.next_page("sign") is None
    assert FORM.previous_page("consent") is None
    assert FORM.previous_page(FORM.pages_in(AFTER)[0].slug) is None


def test_hidden_pages_are_passed_over() -> None:
    following = FORM.next_page("who-you-are", shown=lambda page: page.slug not in SELDOM)
    earlier = FORM.previous_page("right-now", shown=lambda page: page.slug not in SELDOM)

    assert following is FORM.page("right-now")
    assert earlier is FORM.page("who-you-are")


def test_pages_of_a_part() -> None:
    assert [page.slug for page in FORM.pages_in(BEFORE, "photos")] == ["photos"]


def test_page_of_a_question() -> None:
    assert FORM.page_of("l_selfharm").slug == "last-two-weeks"
    with pytest.raises(KeyError, match="e_fitz"):
        FORM.page_of("e_fitz")


def test_unknown_page_is_refused() -> None:
    with pytest.raises(KeyError, match="nothing"):
        FORM.page("nothing")


@pytest.mark.parametrize("language", ["en", "th"])
def test_stage_before_takes_less_than_eight_minutes(language: str) -> None:
    taken = minutes(WORDS, FORM, BEFORE, SELDOM, language)

    assert 4 < taken < 8


def page_in(data: Data, slug: str) -> Data:
    (found,) = (page for page in data["pages"] if page["slug"] == slug)
    assert isinstance(found, dict)
    return found


def ask_health_first(data: Data) -> None:
    data["pages"].insert(0, data["pages"].pop(4))


def forget_to_sign(data: Data) -> None:
    data["pages"].remove(page_in(data, "sign"))


def ask_twice(data: Data) -> None:
    page_in(data, "in-the-sun")["questions"].append("c_now")


def ask_what_is_carried(data: Data) -> None:
    page_in(data, "in-the-sun")["questions"].append("b_email")


def repeat_a_slug(data: Data) -> None:
    page_in(data, "in-the-sun")["slug"] = "photos"


def tell_a_guardian(data: Data) -> None:
    del page_in(data, "last-two-weeks")["private"]


def hide_too_much(data: Data) -> None:
    page_in(data, "in-the-sun")["private"] = True


def invent_a_layout(data: Data) -> None:
    page_in(data, "in-the-sun")["layout"] = "carousel"


def crowd_a_page(data: Data) -> None:
    page_in(data, "right-now")["questions"].append("x_more")


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (ask_health_first, "consent is not asked first"),
        (forget_to_sign, "the signature is not last"),
        (ask_twice, "c_now is asked twice"),
        (ask_what_is_carried, "b_email is asked twice"),
        (repeat_a_slug, "there are two pages photos"),
        (tell_a_guardian, "last-two-weeks must be private exactly if its questions are"),
        (hide_too_much, "in-the-sun must be private exactly if its questions are"),
        (invent_a_layout, "in-the-sun has an unknown stage, part or layout"),
        (crowd_a_page, "right-now must ask one question"),
    ],
)
def test_a_spoilt_form_is_refused(spoil: Callable[[Data], None], fault: str) -> None:
    data = copy.deepcopy(read_version(VERSION, "pages"))

    spoil(data)

    assert list(faults_of(read_form(data))) == [fault]


def test_load_refuses_a_spoilt_form(monkeypatch: pytest.MonkeyPatch) -> None:
    data = copy.deepcopy(read_version(VERSION, "pages"))
    ask_health_first(data)
    monkeypatch.setattr("patients.pages.read_version", lambda version, name: data)

    with pytest.raises(ValueError, match="consent is not asked first"):
        load_pages.__wrapped__(VERSION)


def test_pages_are_read_once() -> None:
    assert load_pages(VERSION) is FORM
