"""What is wrong with a sentence for patients, in English or Thai."""

import re
from collections.abc import Iterator
from typing import Any

from tests.thai import LATIN, THAI, is_english, without

LONGEST_SENTENCE = 24
"""English words."""
LONGEST_PHRASE = 90
"""Thai letters between two spaces: Thai ends sentences and clauses with a space."""

SAME_IN_BOTH = {"PRP", "DMSO", "Protopic, Elidel"}
NAMES = [  # medicines, diseases and sites, known by these names in Thailand too
    r"Roaccutane|Acnotin|Dupixent|Rinvoq|Cibinqo|Olumiant|Protopic|Elidel|findahelpline\.com",
    r"eczema herpeticum|atopic dermatitis|eczema|anaphylaxis|solar keratosis|alpha-gal|Fitzpatrick|intersex",
    r"microneedling|subcision|ice pick|boxcar|rolling|PRP|TCA|AHA|BHA|BMI|MMR|SLE|CO2|RF|JAK|DMSO|PDPA",
    r"\{\w+\}",
]
PROMISES = re.compile(
    r"\b(?:un)?suitab\w*|\bapprov\w*|\bin?eligib\w*|\beligib\w*|\bcur(?:e|es|ed|ing)\b|\bguarantee\w*"
    r"|\bmiracle\w*|\bpainless\w*|\bscar-free\b|\brisk-free\b|\b100 ?%"
    r"|เหมาะสม|เหมาะกับ|ผ่านเกณฑ์|อนุมัติ|มีสิทธิ์รับการรักษา|หายขาด|รักษาหาย|การันตี|รับประกัน|รับรองผล|ปาฏิหาริย์",
    re.IGNORECASE,
)
STOPPING = re.compile(
    r"(?<!don’t )\bstop (?:or change |taking |using |your |the |any )+(?:medicine|tablets|cream)"
    r"|(?<!อย่า)(?<!เลือด)หยุดยา",
    re.IGNORECASE,
)
PARTICLES = re.compile(r"ค่ะ|ครับ|คะ(?![ก-๙])")
DASHES = re.compile("[\u2013\u2014]")


def texts_in(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each text of a data file with where it is."""
    if isinstance(value, list):
        value = dict(enumerate(value))
    if isinstance(value, dict):
        if isinstance(value.get("en", value.get("th")), str):
            yield path, {"en": value.get("en", ""), "th": value.get("th", "")}
        for name, inner in value.items():
            yield from texts_in(inner, f"{path}/{name}")


def faults_in(value: Any) -> dict[str, list[str]]:
    """Return what is wrong with the texts of a data file, by where they are."""
    found = {path: faults_of(text) for path, text in texts_in(value)}
    return {path: faults for path, faults in found.items() if faults}


def faults_of(text: dict[str, str]) -> list[str]:
    """Return what is wrong with a text."""
    english, thai = text["en"], text["th"]
    if not english.strip() or not thai.strip():
        return ["a language is missing"]
    found = {
        "no Thai": not THAI.search(thai) and bool(LATIN.search(english)) and thai not in SAME_IN_BOTH,
        "English in the Thai": THAI.search(thai) and is_english(without(thai, NAMES)),
        "Thai in the English": THAI.search(english),
        "a promise": PROMISES.search(english) or PROMISES.search(thai),
        "tells to stop a medicine": STOPPING.search(english) or STOPPING.search(thai),
        "a long dash": DASHES.search(english + thai),
        "a straight quote": set("'\"") & set(english + thai),
        "a particle": PARTICLES.search(thai),
        "a space before ๆ that breaks": " ๆ" in thai,
        "needless space": any(each != each.strip() or "  " in each for each in (english, thai)),
        "other placeholders": sorted(re.findall(r"{\w+}", english)) != sorted(re.findall(r"{\w+}", thai)),
        "a long sentence": longest_sentence(english) > LONGEST_SENTENCE,
        "a long phrase": max(map(len, thai.split(" "))) > LONGEST_PHRASE,
    }
    return [fault for fault, is_there in found.items() if is_there]


def longest_sentence(english: str) -> int:
    """Return the number of words of the longest sentence."""
    return max(len(sentence.split()) for sentence in re.split(r"[.?!:](?:\s|$)", english))
