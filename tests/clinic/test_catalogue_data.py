"""The texts in `clinic/data`: complete in both languages, consistent, without promises."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).resolve().parents[2] / "clinic" / "data"
FILES = ("treatments", "visit_types", "sensitive_skin", "evidence_page", "privacy")

METHODS = ["MN_SERUM", "INJ_SCAR", "TOP_EXO", "IV_MSC"]
DRAWINGS = ["needling", "injection", "topical", "infusion"]
CELL_SOURCES = {"umbilical_cord", "adipose", "cell_free"}
PRESENTATIONS = {"pitted_scars", "dark_marks", "redness", "widespread_atopy"}
LABELS = {
    "en": ("No good evidence for scars", "Early evidence only", "Some evidence", "Good evidence"),
    "th": ("ยังไม่มีหลักฐานที่ดีสำหรับแผลเป็น", "มีหลักฐานเบื้องต้นเท่านั้น", "มีหลักฐานบ้าง", "มีหลักฐานดี"),
}
CARD_LENGTHS = {"name": 80, "where": 60, "drawing_alt": 200, "evidence_text": 120}
CARD_TEXTS = {*CARD_LENGTHS, "how", "how_often", "downtime", "known", "unknown"}
CARD_LISTS = {"harms", "tell_doctor_first", "sources"}

PROMISES = re.compile(
    r"\b(suitab\w*|eligible|guarantee\w*|(?:un)?safe\w*|cure[sd]?|curing|curative|best|painless|permanent\w*|miracle\w*"
    r"|anti-?ag(?:e)?ing|approved for you|not for you|scar-free|risk-free|no side effects|no risk"
    r"|fda[ -]approved|iv drip|before and after)\b|100 ?%",
    re.IGNORECASE,
)
PROMISES_TH = re.compile(
    "เหมาะ|ปลอดภัย|รับรอง|รับประกัน|การันตี|หายขาด|รักษาหาย|ดีที่สุด|ถาวร|ไม่เจ็บ|ไร้ความเสี่ยง|ไม่มีผลข้างเคียง"
    "|เห็นผล|มหัศจรรย์|ไร้รอย|อนุมัติสำหรับคุณ|ไม่เหมาะ|สเต็มเซลล์|สเต็มเซล|ชะลอวัย|100 ?%"
)
THAI = re.compile("[\u0e00-\u0e7f]")


def load(name: str) -> Any:
    """Return one data file, parsed."""
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def walk(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every value inside `value` with where it is, containers included."""
    yield path, value
    items: Any = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, inner in items:
        yield from walk(inner, f"{path}/{key}")


def texts(name: str, language: str) -> list[tuple[str, str]]:
    """Return the texts of `name` written for readers of `language`, each with where it is."""
    return [
        (where, value)
        for where, value in walk(load(name))
        if isinstance(value, str)
        and language in where.split("/")
        and not where.endswith(("/ref", "/code", "/level"))
    ]


def shape(value: Any) -> Any:
    """Return `value` with every text blanked, so that two languages can be compared."""
    if isinstance(value, dict):
        return {
            key: value[key] if key in {"ref", "code", "level", "steps"} else shape(value[key])
            for key in value
        }
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return type(value).__name__


def cards() -> list[tuple[str, str, dict[str, Any]]]:
    """Return every card with its method and language."""
    return [(t["code"], language, card) for t in load("treatments") for language, card in t["cards"].items()]


def bilingual(name: str) -> list[tuple[Any, Any]]:
    """Return the English and Thai halves of every bilingual part of a file."""
    return [(v["en"], v["th"]) for _, v in walk(load(name)) if isinstance(v, dict) and {"en", "th"} <= set(v)]


@pytest.mark.parametrize("name", FILES)
def test_data_leaves_nothing_empty(name: str) -> None:
    blank = [w for w, v in walk(load(name)) if (isinstance(v, str) and not v.strip()) or v in ([], {})]

    assert blank == []


@pytest.mark.parametrize("name", FILES)
def test_data_says_the_same_things_in_both_languages(name: str) -> None:
    pairs = bilingual(name)

    assert pairs
    assert [shape(english) for english, _ in pairs] == [shape(thai) for _, thai in pairs]


@pytest.mark.parametrize("name", FILES)
def test_data_is_written_in_the_language_it_names(name: str) -> None:
    english_with_thai = [where for where, text in texts(name, "en") if THAI.search(text)]
    thai_without_thai = [
        where for where, text in texts(name, "th") if not THAI.search(text) and not where.endswith("/as_of")
    ]

    assert english_with_thai == []
    assert thai_without_thai == []


@pytest.mark.parametrize("name", FILES)
def test_data_promises_nothing(name: str) -> None:
    english = [(w, found.group()) for w, text in texts(name, "en") if (found := PROMISES.search(text))]
    thai = [(w, found.group()) for w, text in texts(name, "th") if (found := PROMISES_TH.search(text))]

    assert len(texts(name, "en")) == len(texts(name, "th")) > 10
    assert english == []
    assert thai == []


@pytest.mark.parametrize(
    "promise",
    [
        "It is safe.",
        "The best option",
        "Suitable for you",
        "We guarantee it",
        "This cures scars",
        "A 100% gain",
    ],
)
def test_promise_check_sees_an_english_promise(promise: str) -> None:
    assert PROMISES.search(promise)


@pytest.mark.parametrize("promise", ["วิธีนี้ปลอดภัย", "เหมาะกับคุณ", "รับประกันผล", "หายขาดแน่นอน", "ผลลัพธ์ดีที่สุด"])
def test_promise_check_sees_a_thai_promise(promise: str) -> None:
    assert PROMISES_TH.search(promise)


@pytest.mark.parametrize("harmless", ["Keep it secure.", "Ask the doctor first.", "Early evidence only"])
def test_promise_check_lets_ordinary_words_pass(harmless: str) -> None:
    assert not PROMISES.search(harmless)


@pytest.mark.parametrize("name", FILES)
def test_data_keeps_the_thai_repeat_sign_on_its_line(name: str) -> None:
    loose = [w for w, v in walk(load(name)) if isinstance(v, str) and re.search(r"(?<!\u00a0)ๆ", v)]

    assert loose == []


def test_treatments_are_the_four_methods_in_order() -> None:
    treatments = load("treatments")

    assert [t["code"] for t in treatments] == METHODS
    assert [t["drawing"] for t in treatments] == DRAWINGS
    assert len({t["slug"] for t in treatments}) == 4


@pytest.mark.parametrize("treatment", load("treatments"), ids=METHODS)
def test_treatment_uses_known_codes(treatment: dict[str, Any]) -> None:
    assert re.fullmatch(r"[a-z-]+", treatment["slug"])
    assert set(treatment["cell_sources"]) <= CELL_SOURCES
    assert set(treatment["presentations"]) <= PRESENTATIONS


@pytest.mark.parametrize(("code", "language", "card"), cards())
def test_card_has_every_part_and_fits_its_field(code: str, language: str, card: dict[str, Any]) -> None:
    too_long = {key: len(card[key]) for key, most in CARD_LENGTHS.items() if len(card[key]) > most}

    assert set(card) == CARD_TEXTS | CARD_LISTS
    assert all(isinstance(card[key], list) for key in CARD_LISTS)
    assert too_long == {}


@pytest.mark.parametrize(("code", "language", "card"), cards())
def test_card_evidence_opens_with_the_label_its_meter_shows(
    code: str, language: str, card: dict[str, Any]
) -> None:
    steps = {t["code"]: t["evidence_label"] for t in load("treatments")}[code]

    assert card["evidence_text"].startswith(LABELS[language][steps])


@pytest.mark.parametrize("code", ["MN_SERUM", "INJ_SCAR"])
def test_card_asks_about_local_anaesthetic_allergy_where_it_is_used(code: str) -> None:
    asked = {language: " ".join(card["tell_doctor_first"]) for c, language, card in cards() if c == code}

    assert "allergic to local anaesthetic" in asked["en"]
    assert "แพ้ยาชาเฉพาะที่" in asked["th"]


@pytest.mark.parametrize(("code", "language", "card"), cards())
def test_card_tells_the_doctor_in_clauses_that_follow_if(
    code: str, language: str, card: dict[str, Any]
) -> None:
    starts = {"en": ("you ", "creams, "), "th": ("คุณ", "ครีม ")}[language]

    assert [item for item in card["tell_doctor_first"] if not item.startswith(starts)] == []


@pytest.mark.parametrize(("code", "language", "card"), cards())
def test_card_sources_name_a_work_and_where_to_find_it(
    code: str, language: str, card: dict[str, Any]
) -> None:
    assert all(set(source) == {"label", "ref"} for source in card["sources"])
    assert len({source["ref"] for source in card["sources"]}) == len(card["sources"])


@pytest.mark.parametrize("name", ["sensitive_skin", "privacy"])
@pytest.mark.parametrize("language", ["en", "th"])
def test_page_has_a_title_a_lead_and_sections_of_paragraphs(name: str, language: str) -> None:
    page = load(name)[language]

    assert {"title", "lead", "sections"} <= set(page)
    assert all(set(section) == {"heading", "body"} for section in page["sections"])


def test_sensitive_skin_page_says_to_stop_no_medicine() -> None:
    page = load("sensitive_skin")

    assert "stop any medicine yourself" in json.dumps(page["en"], ensure_ascii=False)
    assert "อย่าหยุดยาใด\u00a0ๆ เอง" in json.dumps(page["th"], ensure_ascii=False)


@pytest.mark.parametrize("language", ["en", "th"])
def test_evidence_page_maps_each_level_to_its_label(language: str) -> None:
    levels = load("evidence_page")[language]["scale"]

    assert [(level["level"], level["steps"]) for level in levels] == [
        ("A", 3),
        ("B", 2),
        ("C", 1),
        ("D", 0),
        ("E", 0),
    ]
    assert all(level["label"] == LABELS[language][level["steps"]] for level in levels)


def test_evidence_page_covers_the_authorities_with_dates_and_owns_up_to_being_a_draft() -> None:
    page = load("evidence_page")
    codes = [entry["code"] for entry in page["en"]["regulators"]]

    assert codes == ["us_fda", "eu", "uk", "thai_fda", "thai_medical_council", "thai_advertising"]
    assert all(re.search(r"\d{4}", entry["as_of"]) for entry in page["en"]["regulators"])
    assert "not yet been checked by a doctor" in page["en"]["draft_notice"]
    assert "ยังไม่ได้ตรวจโดยแพทย์" in page["th"]["draft_notice"]
