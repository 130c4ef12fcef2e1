"""Each word a patient reads is there in both languages, plain, kind, and promises nothing."""

import re
from typing import Any

import pytest

from patients.versions import UnknownVersion, read_version
from patients.words import is_extra, load_words, read_text, text
from tests.patients import form_keys, wording

VERSION = "0.1-draft"
WORDS = load_words(VERSION)


def test_every_text_is_good() -> None:
    data = read_version(VERSION, "words")

    assert WORDS.version == VERSION
    assert len(list(wording.texts_in(data))) > 700
    assert wording.faults_in(data) == {}


@pytest.mark.parametrize(
    ("english", "thai", "fault"),
    [
        ("Yes", "", "a language is missing"),
        ("", "ใช่", "a language is missing"),
        ("Yes", "Yes", "no Thai"),
        ("Yes", "ใช่ or not", "English in the Thai"),
        ("Yes ใช่", "ใช่", "Thai in the English"),
        ("You are eligible", "ใช่", "a promise"),
        ("This is not suitable for you", "ใช่", "a promise"),
        ("It was approved", "ใช่", "a promise"),
        ("It cures scars", "ใช่", "a promise"),
        ("Yes", "วิธีนี้เหมาะสมกับคุณ", "a promise"),
        ("Yes", "แผลเป็นหายขาด", "a promise"),
        ("Please stop taking your medicine", "ใช่", "tells to stop a medicine"),
        ("Yes", "ให้หยุดยาก่อนมา", "tells to stop a medicine"),
        ("Yes \u2014 please", "ใช่", "a long dash"),
        ("Don't", "ใช่", "a straight quote"),
        ("Yes", "ใช่ค่ะ", "a particle"),
        ("Each", "ใด ๆ", "a space before ๆ that breaks"),
        ("Yes ", "ใช่", "needless space"),
        ("Call {number}", "โทร {name}", "other placeholders"),
        (" ".join(["word"] * 25), "ใช่", "a long sentence"),
        ("Yes", "ก" * 91, "a long phrase"),
    ],
)
def test_a_bad_text_is_found(english: str, thai: str, fault: str) -> None:
    assert wording.faults_of({"en": english, "th": thai}) == [fault]


def test_a_good_text_has_no_fault() -> None:
    good = {"en": "Please don’t stop any medicine. Call {number}", "th": "โปรดอย่าหยุดยาใด\u00a0ๆ โทร {number}"}

    assert wording.faults_of(good) == []


def test_every_question_has_words() -> None:
    ours = {key for key in WORDS.questions if is_extra(key)}

    assert len(form_keys.ALL) == 104
    assert set(WORDS.questions) - ours == form_keys.ALL
    assert ours == form_keys.EXTRAS


def test_short_names_are_short() -> None:
    shorts = {key: question.short for key, question in WORDS.questions.items()}

    assert {key: short for key, short in shorts.items() if len(short["en"].split()) > 4} == {}
    assert {key: short for key, short in shorts.items() if len(short["th"]) > 30} == {}


def test_labels_fit_a_phone() -> None:
    labels = {key: question.label for key, question in WORDS.questions.items()}

    assert {key: label for key, label in labels.items() if len(label["en"]) > 120} == {}
    assert {key: label for key, label in labels.items() if len(label["th"]) > 100} == {}


def test_options_differ_in_words() -> None:
    """Two answers that read the same could not be told apart."""
    for question in WORDS.questions.values():
        for language in ("en", "th"):
            labels = [option.label[language] for option in question.options.values()]
            assert sorted(labels) == sorted(set(labels))


def test_scales_say_what_their_ends_mean() -> None:
    scales = {key for key, question in WORDS.questions.items() if question.low or question.high}

    assert scales == {"f_itch_nrs", "g_bother"}
    assert all(WORDS.questions[key].low and WORDS.questions[key].high for key in scales)


def test_each_urgent_rule_says_what_to_do() -> None:
    shown = {rule: message.shows for rule, message in WORDS.urgent.items()}

    assert sorted(shown) == sorted(form_keys.URGENT)
    assert shown.pop("U_MOLE") == "none"
    assert shown.pop("U_SELF_HARM") == "crisis"
    assert set(shown.values()) == {"emergency"}


def test_emergencies_ask_to_call_at_once() -> None:
    for rule in ("U_ANAPHYLAXIS", "U_VTE"):
        assert "Call the emergency number now" in WORDS.urgent[rule].body["en"]
        assert "โทรเบอร์ฉุกเฉินตอนนี้" in WORDS.urgent[rule].body["th"]


def test_messages_keep_the_visit() -> None:
    """An answer never cancels a consultation, and each message says so."""
    assert set(WORDS.messages) == form_keys.MESSAGES
    assert all("stays booked" in message.body["en"] for message in WORDS.messages.values())
    assert all(re.search("ยังคงเดิม|ยังคงอยู่", message.body["th"]) for message in WORDS.messages.values())


def test_each_consent_can_be_read_before_it_is_given() -> None:
    assert set(WORDS.consents) == form_keys.CONSENTS
    assert all(consent.body for consent in WORDS.consents.values())


def test_sections_are_the_fourteen() -> None:
    assert "".join(WORDS.sections) == "ABCDEFGHIJKLMN"


def test_dated_medicines_are_among_the_medicines() -> None:
    medicines = WORDS.questions["i_meds"].options
    dated = WORDS.questions["i_med_last"].fields

    assert len(dated) == 5
    assert {name: field.label for name, field in dated.items()} == {
        name: medicines[name].label for name in dated
    }


def test_score_of_eczema_holds_only_the_place() -> None:
    """POEM's wording is licensed: ours names seven symptoms and says what it is."""
    score = WORDS.questions["f_poem"]

    assert list(score.fields) == [f"poem_{number}" for number in range(1, 8)]
    assert all(len(field.label["en"].split()) == 3 for field in score.fields.values())
    assert score.hint is not None
    assert "hold the place" in score.hint["en"]


def test_text_is_in_the_language_asked_for() -> None:
    yes = {"en": "Yes", "th": "ใช่"}

    assert [text(yes, language) for language in ("th", "th-TH", "en-gb", "ja")] == ["ใช่", "ใช่", "Yes", "Yes"]


@pytest.mark.parametrize("value", [{}, {"en": "Yes"}, {"th": "ใช่"}, {"en": "Yes", "th": " "}])
def test_read_text_needs_both_languages(value: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="English and Thai are needed"):
        read_text(value)


def test_words_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        WORDS.questions["c_now"].label["en"] = "No"  # type: ignore[index]


def test_words_are_read_once() -> None:
    assert load_words(VERSION) is WORDS


def test_unknown_version_is_refused() -> None:
    with pytest.raises(UnknownVersion):
        load_words("0.0")
