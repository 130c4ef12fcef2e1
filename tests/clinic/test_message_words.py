"""Which words a clinic may put into a message, and how placeholders are filled in."""

import pytest

from clinic.message_words import (
    NOTICE_SLOTS,
    VISIT_SLOTS,
    Part,
    Slot,
    faults_of,
    fill,
    paragraphs_of,
    parts_of,
)
from tests.clinic.letters import CLINICAL_WORDS

WORDS = VISIT_SLOTS.words
VALUES = {"clinic": "Mali {time}", "time": "10:30", "link": "https://a.example/<b>"}
NOT_REFUSED = {"doctor", "photo", "stem", "แพทย์", "หมอ", "รักษา"}
"""Words that our letters avoid and a clinic may need: "our doctor", "a photo of the entrance"."""


def codes(text: str, slot: Slot = WORDS) -> list[str]:
    return [fault.code for fault in faults_of(text, slot)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Please come ten minutes early. {clinic} is on the third floor.",
        "กรุณามาถึงก่อนเวลา 10 นาที ที่ {place} หากมีข้อสงสัย โทร {phone}",
        "Wear a scarf, parking is scarce. Thank you for your patience.",
        "Fish & chips are next door",
        "กรุณาพยายามมาให้ตรงเวลา ทางเข้าอยู่ด้านขวายาว 20 เมตร",
    ],
)
def test_plain_words_have_no_fault(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a" * 801, "long"),
        ("<b>Hello</b>", "markup"),
        ("Hello &lt;", "markup"),
        ("See https://evil.example", "address"),
        ("See www.evil.example", "address"),
        ("{patient}", "unknown"),
        ("{}", "unknown"),
        ("{time.__class__}", "unknown"),
        ("{{ time }}", "brace"),
        ("{% now %}", "brace"),
        ("Use } here", "brace"),
        ("About your acne", "health"),
        ("Your SKIN visit", "health"),
        ("Ec\u200bzema", "health"),
        ("ｅｃｚｅｍａ", "health"),
        ("เรื่องสิวของคุณ", "health"),
        ("ผื่นของคุณ", "health"),
    ],
)
def test_what_a_mail_must_not_carry_is_found(text: str, code: str) -> None:
    assert code in codes(text)


def test_a_subject_says_the_time() -> None:
    assert codes("Your visit", VISIT_SLOTS.subject) == ["missing"]
    assert codes("Your visit on {time}", VISIT_SLOTS.subject) == []


def test_a_notice_knows_no_visit() -> None:
    assert codes("{time}", NOTICE_SLOTS.words) == ["unknown"]


def test_the_sentence_with_a_word_of_health_is_named() -> None:
    faults = faults_of("Please be on time. We look at your scars. Bye.", WORDS)

    assert [fault.what for fault in faults] == ["scars: “We look at your scars.”"]


@pytest.mark.parametrize("word", [word for word in CLINICAL_WORDS if word not in NOT_REFUSED])
def test_words_that_our_own_letters_avoid_are_refused(word: str) -> None:
    assert "health" in codes(f"About {word}s")


def test_what_is_filled_in_is_never_read_again() -> None:
    assert fill("{clinic} at {time}", VALUES) == "Mali {time} at 10:30"
    assert parts_of("Go: {link}", VALUES) == [Part("Go: "), Part("https://a.example/<b>", "link")]


def test_a_placeholder_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        fill("{phone}", VALUES)


def test_an_empty_line_ends_a_paragraph() -> None:
    text = "One\r\ntwo\r\n \r\nthree"

    assert [[line[0].text for line in lines] for lines in paragraphs_of(text, {})] == [
        ["One", "two"],
        ["three"],
    ]
