"""A clinic's own words in a message: which placeholders they may hold, and which words they must not. Pure.

Words are plain text with placeholders such as `{time}`, filled in by `parts_of`; they are no template and
no HTML. Mails travel in the open, so no word of health may stand in one (design specification, section 3:
"Messages to patients carry time, place and a link only, never health words").
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass

PLACEHOLDER = re.compile(r"\{([^{}\s]*)\}")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_MARKUP = re.compile(r"[<>]|&#?\w+;")
_ADDRESS = re.compile(r"://|\bwww\.|\bmailto:", re.IGNORECASE)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")


@dataclass(frozen=True)
class Slot:
    """One text of a message: how long it may be, which placeholders it may hold, and which it must."""

    longest: int
    allowed: tuple[str, ...]
    required: tuple[str, ...] = ()


@dataclass(frozen=True)
class Slots:
    """The three texts of a message that a clinic may word itself; facts and links always stay."""

    subject: Slot
    heading: Slot
    words: Slot

    def by_name(self) -> dict[str, Slot]:
        """Return each slot by the name of its text."""
        return {"subject": self.subject, "heading": self.heading, "words": self.words}


VISIT_SLOTS = Slots(
    subject=Slot(90, ("time", "place", "clinic"), ("time",)),
    heading=Slot(80, ("clinic", "practitioner")),
    words=Slot(800, ("time", "place", "link", "practitioner", "clinic", "phone", "reference")),
)
"""A message about one visit. The time stands in its subject, so that a list of mails says it."""

NOTICE_SLOTS = Slots(
    subject=Slot(90, ("clinic",)),
    heading=Slot(80, ("clinic",)),
    words=Slot(800, ("link", "clinic")),
)
"""A message that says only that something waits."""

HEALTH_WORDS_EN = (
    *("acne", "allerg", "atopi", "atopy", "biops", "blemish", "cancer", "clinical trial"),
    *("consult", "cream", "dermat", "diagnos", "diseas", "dose", "drug", "eczema", "exosom"),
    *("filler", "flare", "health", "hiv", "hormon", "hyperpig", "illness", "infect", "infus"),
    *("inject", "intake", "isotretinoin", "itch", "laser", "lesion", "medic", "melasma"),
    *("needling", "ointment", "patch test", "patient", "peel", "pigment", "pimple", "pregnan"),
    *("prescri", "procedure", "psoria", "questionnaire", "rash", "retino", "rosacea", "scar"),
    *("serum", "skin", "stem cell", "stem-cell", "steroid", "surg", "symptom", "test result"),
    *("therap", "treatment", "wart", "wound"),
)
"""Beginnings of English words."""

HEALTH_WORDS_TH = (
    *("สิว", "แผล", "ผิว", "ผื่น", "ภูมิแพ้", "แพ้ยา", "เลเซอร์", "ฉีด", "เซลล์", "เอ็กโซโซม", "การรักษา"),
    *("หัตถการ", "ผู้ป่วย", "คนไข้", "อาการ", "สุขภาพ", "โรค", "ติดเชื้อ", "ตั้งครรภ์", "วินิจฉัย", "ใบสั่งยา"),
    *("ยาทา", "ยากิน", "กินยา", "ทายา", "ครีม", "เซรั่ม", "สเตียรอยด์", "ฝ้า", "จุดด่างดำ", "รอยดำ", "มะเร็ง"),
    *("ผ่าตัด", "ปรึกษา", "ผลตรวจ", "ผลเลือด", "คันตามตัว", "เข็ม"),
)
"""Thai writes no spaces between words, so these are found anywhere."""

_ENGLISH = re.compile(
    r"\b(?!scarc|scare|scarf|scarv|scary)(?:" + "|".join(map(re.escape, HEALTH_WORDS_EN)) + r")\w*",
    re.IGNORECASE,
)
_THAI = re.compile("|".join(map(re.escape, HEALTH_WORDS_TH)))


@dataclass(frozen=True)
class Fault:
    """What is wrong with a text: a code, and the words in it that are meant."""

    code: str
    what: str = ""


def faults_of(text: str, slot: Slot) -> list[Fault]:
    """Return what keeps a text out of a message; an empty text has no fault, it stands for the default.

    Codes: `long`, `markup`, `address`, `brace`, `unknown` (a placeholder), `missing` (a placeholder), and
    `health` with the sentence and the word.
    """
    if not text.strip():
        return []
    faults = [Fault("long", str(slot.longest))] if len(text) > slot.longest else []
    if _MARKUP.search(text):
        faults.append(Fault("markup"))
    if found := _ADDRESS.search(text):
        faults.append(Fault("address", found.group()))
    names = PLACEHOLDER.findall(text)
    faults += [Fault("unknown", f"{{{name}}}") for name in dict.fromkeys(names) if name not in slot.allowed]
    if set("{}") & set(PLACEHOLDER.sub("", text)):
        faults.append(Fault("brace"))
    faults += [Fault("missing", f"{{{name}}}") for name in slot.required if name not in names]
    return faults + health_faults(PLACEHOLDER.sub("", text))


def health_faults(text: str, *, names: Collection[str] = ()) -> list[Fault]:
    """Return the sentences that hold a word of health, each once, whatever hides inside the word.

    `names` may stand in it whatever they hold, such as that of a skin clinic.
    """
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    for name in filter(None, names):
        plain = re.sub(re.escape(unicodedata.normalize("NFKC", name)), " ", plain, flags=re.IGNORECASE)
    return [
        Fault("health", f"{found.group()}: “{sentence.strip()[:80]}”")
        for sentence in _SENTENCE.findall(plain)
        if (found := _ENGLISH.search(sentence) or _THAI.search(sentence))
    ]


@dataclass(frozen=True)
class Part:
    """A piece of a filled text; `name` is the placeholder it came from, or "" for the clinic's own words."""

    text: str
    name: str = ""


def parts_of(text: str, values: Mapping[str, str]) -> list[Part]:
    """Return a text in pieces with each placeholder filled; what is filled in is never read again.

    :raises KeyError: if a placeholder has no value.
    """
    parts: list[Part] = []
    end = 0
    for found in PLACEHOLDER.finditer(text):
        parts += [Part(text[end : found.start()]), Part(values[found[1]], found[1])]
        end = found.end()
    parts.append(Part(text[end:]))
    return [part for part in parts if part.text]


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return a text with each placeholder filled.

    :raises KeyError: if a placeholder has no value.
    """
    return "".join(part.text for part in parts_of(text, values))


def paragraphs_of(text: str, values: Mapping[str, str]) -> list[list[list[Part]]]:
    """Return a text as paragraphs of lines of parts; an empty line ends a paragraph.

    :raises KeyError: if a placeholder has no value.
    """
    paragraphs = [
        block.strip() for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if block.strip()
    ]
    return [[parts_of(line.strip(), values) for line in block.split("\n")] for block in paragraphs]
