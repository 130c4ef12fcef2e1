"""What follows from the answers before any rule is asked: age, skin type, eczema, scars. Pure.

Each fact is null, false or its mildest value when the answers it needs are missing; none raises an error.

Two instruments need no arithmetic here, because rules read their answers as they are:

* **Active acne**, `g_acne_grade`: GEA 0-5 (Dreno 2011, S-GEA, in own words). 0 clear, 1 almost clear, 2
  mild (under half the face), 3 moderate (over half), 4 severe (whole face, some nodules), 5 very severe.
* **Appearance concern**: DCQ total 0-21, positive from 9 (Mancuso 2010, S-DCQ). Without a total, our own
  two questions stand in: thinking of the scars an hour a day or more, and being stopped by it often
  (policy). A positive result means "talk first", never a refusal.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from patients.conditions import age_on
from patients.questionnaire import Questionnaire

FACT_QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "ad_level": ("f_poem", "f_itch_nrs"),
    "fitz": ("e_burn", "e_tan"),
}
"""Where the facts that rules read come from."""

POEM_BANDS = ((2, "clear"), (7, "mild"), (16, "moderate"), (24, "severe"), (28, "very_severe"))
ITCH_BANDS = ((0, "clear"), (3, "mild"), (6, "moderate"), (10, "severe"))
ACTIVE = frozenset({"moderate", "severe", "very_severe"})
"""Levels of eczema that make skin highly sensitive."""

FLAT = frozenset({"pih_brown_marks", "pie_red_marks"})
RAISED = frozenset({"hypertrophic", "keloid"})
DEEP = frozenset({"icepick", "boxcar_deep"})
SHALLOW = frozenset({"rolling", "boxcar_shallow"})


@dataclass(frozen=True)
class Ukwp:
    """The UK Working Party criteria: the itch, how many of the five others, and whether they are met."""

    itch: bool
    count: int
    met: bool


@dataclass(frozen=True)
class Poem:
    """The POEM score. Total and band are null when it cannot be scored."""

    scored: bool
    total: int | None
    band: str | None


@dataclass(frozen=True)
class Facts:
    """What follows from the answers. `fitz` is 1 to 6, `gb_grade` 1 to 4."""

    age: int | None
    fitz: int | None
    ukwp: Ukwp
    poem: Poem
    ad_level: str | None
    scar_class: str
    gb_grade: int | None
    atopic: bool
    sensitivity: str
    extent: str


def find_facts(
    answers: Mapping[str, Any], reference_date: date, *, questionnaire: Questionnaire, bad_reaction: bool
) -> Facts:
    """Return the facts of well-shaped answers without blanks and hidden ones.

    `bad_reaction` says whether an earlier procedure ended in a bad reaction, as the rule of that name
    judges it.
    """
    born = answers.get("b_dob")
    ukwp, poem = score_ukwp(answers), score_poem(answers.get("f_poem"))
    ad_level = find_ad_level(answers, poem)
    atopic = ukwp.met or "yes" in (answers.get("f_doctor_dx"), answers.get("f_asthma_hayfever"))
    return Facts(
        age=None if born is None else age_on(date.fromisoformat(born), reference_date),
        fitz=find_phototype(answers, questionnaire),
        ukwp=ukwp,
        poem=poem,
        ad_level=ad_level,
        scar_class=classify_scars(answers.get("g_scar_types", ())),
        gb_grade=grade_scars(answers),
        atopic=atopic,
        sensitivity=find_sensitivity(answers, ad_level=ad_level, atopic=atopic, bad_reaction=bad_reaction),
        extent=find_extent(answers, ad_level),
    )


def find_phototype(answers: Mapping[str, Any], questionnaire: Questionnaire) -> int | None:
    """Return the Fitzpatrick phototype 1-6: the mean of burn and tan, halves rounded up.

    Source: Fitzpatrick self-assessment (S-FITZ); I-III burn more, IV-VI get brown marks more (S-PIH). Weak
    in darker skin, so a clinician confirms it. Null unless both questions are answered.
    """
    burn, tan = (_rank(answers, key, questionnaire) for key in ("e_burn", "e_tan"))
    return None if burn is None or tan is None else (burn + tan + 1) // 2


def needs_phototype_check(answers: Mapping[str, Any], fitz: int | None, questionnaire: Questionnaire) -> bool:
    """Say whether the colour of unexposed skin is two steps or more from the phototype."""
    colour = _rank(answers, "e_natural_colour", questionnaire)
    return fitz is not None and colour is not None and abs(colour - fitz) >= 2


def score_ukwp(answers: Mapping[str, Any]) -> Ukwp:
    """Return the UK Working Party criteria of atopic eczema (Williams 1994, S-UKWP).

    Met: an itchy skin condition in the last 12 months and 3 or more of 5 features. Unsure counts as no.
    Provisional, because the fifth feature needs an examiner; a negative result excludes nothing.
    """
    features = ("f_onset_u2", "f_flexural_hx", "f_dry_year", "f_asthma_hayfever", "f_visible_flexural")
    itch = answers.get("f_itch_12m") == "yes"
    count = sum(answers.get(feature) == "yes" for feature in features)
    return Ukwp(itch=itch, count=count, met=itch and count >= 3)


def score_poem(items: Mapping[str, int | None] | None) -> Poem:
    """Return the POEM score: seven symptoms of 0-4, total 0-28.

    Bands (Charman 2013, S-POEM-BAND): 0-2 clear, 3-7 mild, 8-16 moderate, 17-24 severe, 25-28 very severe.
    One blank counts 0; with two or more it is not scored (Nottingham's scoring sheet). The clinic's
    licence setting decides whether it is asked, not whether it counts.
    """
    scores = [score for score in (items or {}).values() if isinstance(score, int)]
    if len(scores) < 6:
        return Poem(scored=False, total=None, band=None)
    total = sum(scores)
    return Poem(scored=True, total=total, band=_band(total, POEM_BANDS))


def find_ad_level(answers: Mapping[str, Any], poem: Poem) -> str | None:
    """Return how severe the eczema is now: POEM's band; else clear without an itchy year; else by itch.

    Worst itch in 7 days, 0-10 (Vakharia 2018, S-NRS): 0 clear, 1-3 mild, 4-6 moderate, 7-10 severe. Null
    when nothing says.
    """
    if poem.scored:
        return poem.band
    if answers.get("f_itch_12m") == "no":
        return "clear"
    itch = answers.get("f_itch_nrs")
    return None if itch is None else _band(itch, ITCH_BANDS)


def classify_scars(types: list[str] | tuple[str, ...]) -> str:
    """Return the class of the scars by the types a person recognised (Jacob's types, S-JACOB).

    Only flat marks, or only raised ones with or without flat marks, are classes of their own. Otherwise
    any deep type decides, then any shallow one. "Unsure" is not a type: beside flat or raised marks
    alone it leaves the scars unclassified.
    """
    chosen = frozenset(types)
    if chosen and chosen <= FLAT:
        return "macular_only"
    if chosen and chosen <= RAISED | FLAT:
        return "raised_only"
    if chosen & DEEP:
        return "deep_atrophic"
    return "shallow_atrophic" if chosen & SHALLOW else "unclassified"


def grade_scars(answers: Mapping[str, Any]) -> int | None:
    """Return the Goodman-Baron grade 1-4 by the person's own answers (Goodman & Baron 2006, S-GB).

    1 flat marks only; 2 not visible at 50 cm, or covered by make-up or beard; 3 visible, and flattens when
    stretched; 4 visible and does not flatten. Not knowing whether it flattens gives a provisional 3. Null
    without the types, or with neither the distance nor the cover answered.
    """
    types = frozenset(answers.get("g_scar_types", ()))
    visible, covered = answers.get("g_visible_50cm"), answers.get("g_covered")
    if types and types <= FLAT:
        return 1
    if not types or (visible is None and covered is None):
        return None
    if visible == "no" or covered == "yes":
        return 2
    return 4 if answers.get("g_flatten") == "no" else 3


def find_sensitivity(
    answers: Mapping[str, Any], *, ad_level: str | None, atopic: bool, bad_reaction: bool
) -> str:
    """Return how sensitive the skin is: low, moderate or high (policy; no source gives these tiers)."""
    doubtful = {answers.get("f_face_eczema_now"), answers.get("f_contact_allergy")} & {"yes", "unsure"}
    if ad_level in ACTIVE or doubtful or bad_reaction:
        return "high"
    if atopic or ad_level == "mild" or answers.get("f_self_sensitive") == "yes":
        return "moderate"
    return "low"


def find_extent(answers: Mapping[str, Any], ad_level: str | None) -> str:
    """Return widespread for active eczema on 10 % of the skin (as in trials) or 3 areas, else localised."""
    areas = set(answers.get("f_areas", ())) - {"none"}
    wide = answers.get("f_bsa", 0) >= 10 or len(areas) >= 3
    return "widespread" if wide and ad_level in ACTIVE else "localised"


def _rank(answers: Mapping[str, Any], key: str, questionnaire: Questionnaire) -> int | None:
    """Return the place of the chosen option among its question's options, from 1."""
    chosen = answers.get(key)
    return None if chosen is None else questionnaire.by_key[key].options.index(chosen) + 1


def _band(value: int, bands: tuple[tuple[int, str], ...]) -> str:
    return next(name for highest, name in bands if value <= highest)
