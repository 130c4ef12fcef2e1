"""The measures and photos on top of a clinician's page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clinic.languages import text_in
from patients.models import Photo
from patients.queries.form_page import FormPage
from patients.questionnaire import load_questionnaire
from patients.told import say

ROMAN = ("", "I", "II", "III", "IV", "V", "VI")
GUIDED_VIEWS = tuple(view for view in Photo.View if view not in (Photo.View.ECZEMA, Photo.View.MEDICINE))
"""The views that are asked for: the page says of those without a photo to take them at the visit."""


@dataclass(frozen=True)
class Tile:
    """One measure: its name, the number with what it is out of, and what stands below."""

    label: str
    value: str
    of: str
    below: str


@dataclass(frozen=True)
class Shots:
    """The photos of one view, oldest first, to see what changed over time."""

    label: str
    photos: tuple[Photo, ...]


def make_tiles(page: FormPage) -> list[Tile]:
    """Return the measures of a form, with what they were before."""
    answers = page.form.answers
    before = page.earlier.said if page.earlier else {}
    return [
        _rating(_("Eczema itch, own rating"), "f_itch_nrs", answers, before),
        _rating(_("Scars, own rating"), "g_bother", answers, before),
        _sun(page),
        _choice(page, "g_acne_grade", _("Acne today")),
        _scars(page),
    ]


def photos_by_view(page: FormPage) -> list[Shots]:
    """Return the photos by view, each view through time, in the order in which the views are asked for."""
    views = [view for view in Photo.View if any(photo.view == view for photo in page.photos)]
    return [
        Shots(str(view.label), tuple(photo for photo in reversed(page.photos) if photo.view == view))
        for view in views
    ]


def missing_views(page: FormPage) -> list[str]:
    """Return the views that are asked for and have no photo."""
    there = {photo.view for photo in page.photos}
    return [str(view.label) for view in GUIDED_VIEWS if view not in there]


def _rating(label: str, key: str, answers: Mapping[str, Any], before: Mapping[str, Any]) -> Tile:
    value, was = answers.get(key), before.get(key)
    if value is None:
        return Tile(label, "", "", _("Not asked yet"))
    if was is None:
        below = ""
    elif was == value:
        below = _("Same as before")
    else:
        below = _("Was %(was)s") % {"was": was}
    return Tile(label, str(value), _("of 10"), below)


def _sun(page: FormPage) -> Tile:
    """Return the phototype by own account (S-FITZ), to confirm by looking."""
    fitz = page.form.judged.facts.fitz
    label = _("Sun reaction (Fitzpatrick)")
    if fitz is None:
        return Tile(label, "", "", _("Not known. To find at the visit"))
    doubts = [text_in(dict(note.label)) for note in page.form.judged.notes if note.id == "confirm_phototype"]
    return Tile(label, ROMAN[fitz], "", ". ".join([_("To confirm at visit"), *doubts]))


def _choice(page: FormPage, key: str, label: str) -> Tile:
    version = page.row.questionnaire
    question = load_questionnaire(version).by_key[key]
    answer = page.form.answers.get(key)
    if answer is None:
        return Tile(label, "", "", _("Not asked yet"))
    grade = question.options.index(answer)
    return Tile(label, str(grade), _("of 5"), say(question, answer, version, get_language() or "en"))


def _scars(page: FormPage) -> Tile:
    """Return the Goodman-Baron grade by own account (S-GB) and the class of the scars."""
    facts, label = page.form.judged.facts, _("Scar grade, own account")
    classes = {
        "macular_only": _("Flat marks"),
        "raised_only": _("Raised scars"),
        "deep_atrophic": _("Deep pits"),
        "shallow_atrophic": _("Shallow dents"),
        "unclassified": _("Kind not known"),
    }
    if facts.gb_grade is None:
        return Tile(label, "", "", _("Not asked yet"))
    doubts = [text_in(dict(note.label)) for note in page.form.judged.notes if note.id == "provisional_grade"]
    return Tile(label, str(facts.gb_grade), _("of 4"), ". ".join([classes[facts.scar_class], *doubts]))
