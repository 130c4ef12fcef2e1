"""What changed between two versions of a form, in words."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from patients.questionnaire import load_questionnaire
from patients.told import FACE_MAP, say, say_zones
from patients.words import is_extra, load_words, text


@dataclass(frozen=True)
class Change:
    """One answer that differs: the question's short name, what was said, what is said now."""

    label: str
    was: str
    now: str


def tell_changes(
    keys: Collection[str], before: Mapping[str, Any], now: Mapping[str, Any], version: str
) -> list[Change]:
    """Return the changes behind these keys in the active language; signatures are none."""
    language = get_language() or "en"
    questions, words = load_questionnaire(version).by_key, load_words(version).questions

    def said(key: str, value: Any) -> str:
        if key in questions:
            return say(questions[key], value, version, language) or _("Not asked yet")
        return say_zones(value or [], version, language) if key == FACE_MAP else str(value or "")

    return [
        Change(text(words[key].short, language), said(key, before.get(key)), said(key, now.get(key)))
        for key in keys
        if key in words and not key.endswith("signature") and (key in questions or is_extra(key))
    ]
