"""One page of the health form, made from the definition."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.http import QueryDict

from patients.assessment import assess
from patients.form_state import FormState
from patients.forms.compound_controls import FaceMap, Items, LastUsed, Treatments, count_rows
from patients.forms.controls import (
    Asked,
    Control,
    Country,
    Multi,
    Number,
    Own,
    Phone,
    Scale,
    Single,
    Tick,
    Typed,
)
from patients.forms.fields import NONE_AND_MORE
from patients.pages import Page, load_pages
from patients.questionnaire import load_questionnaire
from patients.typed_dates import BUDDHIST_OFFSET, read_number
from patients.words import is_extra

FACE_MAP, SCAR_AREAS = "x_face_map", "g_scar_areas"
TREATMENTS = "h_treatments"
ASKED_ELSEWHERE = frozenset({SCAR_AREAS, "m_photos", "x_medicine_photo"})
"""Scar areas follow from the face map; photos are not fields of this form."""

LONGEST_KEPT = 20_000
"""Characters of one field that are shown again; an answer has fewer."""

CONTROLS: Mapping[str, type[Control]] = {
    "single": Single,
    "multi": Multi,
    "bool": Tick,
    "country": Country,
    "date": Typed,
    "phone": Phone,
    "int": Number,
    "int_0_100": Number,
    "int_0_21": Number,
    "int_0_10": Scale,
    "repeat": Treatments,
    "dict_dates": LastUsed,
    "scale_7x0_4": Items,
}


class PageForm(forms.Form):
    """The questions of one page for one person, with what they answered before.

    `suggested` are answers to start from where there is none (the country of the phone). `changes` is what a
    bound form answers, also if other answers are wrong: saving keeps what can be kept.
    """

    use_required_attribute = False

    def __init__(
        self,
        page: Page,
        state: FormState,
        *,
        visible: Mapping[str, Any],
        language: str,
        suggested: Mapping[str, Any],
        data: QueryDict | None = None,
    ) -> None:
        self.page, self.state = page, state
        rows = count_rows(data, TREATMENTS) if data is not None else None
        asked = Asked(
            state.version, language, state.reference_date, visible, page.layout, suggested, rows
        )  # fmt: skip
        self.controls = [_control_of(key, asked) for key in page.questions if self._may_ask(key)]
        initial = {name: value for control in self.controls for name, value in control.initial().items()}
        super().__init__(data, initial=initial)
        self.hidden: set[str] = set()
        for control in self.controls:
            self.fields.update(control.fields())
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(*(control.layout() for control in self.controls))

    def clean(self) -> dict[str, Any]:
        """Forgive what is wrong in a question that the page's own answers hide; offer common-era years."""
        cleaned: dict[str, Any] = self.cleaned_data
        given = {control.key: control.read(cleaned) for control in self.controls}
        now = FormState(
            {**self.state.answers, **given},
            self.state.reference_date,
            self.state.version,
            self.state.respondent,
        )
        for control in self.controls:
            if not now.asks(control.key):
                self.hidden.add(control.key)
                for name in control.fields():
                    self.errors.pop(name, None)
        for name, errors in self.errors.as_data().items():
            for error in errors:
                if error.code == "buddhist":
                    self.fields[name].suggested_year = (error.params or {})["suggested"]  # type: ignore[attr-defined]
        return cleaned

    @property
    def changes(self) -> dict[str, Any]:
        """What a bound form answers by key, None where it answers nothing; what cannot be read is out."""
        found = {control.key: control.read(self.cleaned_data) for control in self._readable()}
        found |= self._urgent_beside_none()
        if FACE_MAP in found:
            found[SCAR_AREAS] = _areas_of(found[FACE_MAP] or [], self.state.version)
        return found

    def _urgent_beside_none(self) -> dict[str, list[str]]:
        """Return urgent answers that were ticked beside "none": they count while we ask which is meant."""
        ticked = {
            name: [option for option in (error.params or {})["more"] if option != "none"]
            for name, errors in self.errors.as_data().items()
            for error in errors
            if error.code == NONE_AND_MORE
        }
        state = self.state
        return {
            key: options
            for key, options in ticked.items()
            if assess({key: options}, state.reference_date, state.version).urgent
        }

    @property
    def unsure(self) -> list[str]:
        """The questions that were answered with our own "not sure"."""
        return [control.key for control in self._readable() if control.is_unsure(self.cleaned_data)]

    @property
    def hint(self) -> str:
        """The hint of the first question, for pages that show it once."""
        control = self.controls[0]
        return control.asked.say(control.words.hint)

    @property
    def rows(self) -> list[list[forms.BoundField]]:
        """The rows of past treatments, each with its fields."""
        names = [name for name in self.fields if name.startswith(f"{TREATMENTS}-")]
        numbers = dict.fromkeys(name.split("-")[1] for name in names)
        return [[self[name] for name in names if name.split("-")[1] == number] for number in numbers]

    def forget_errors(self) -> None:
        """Show what was typed without judging it: for a button that only changes the page."""
        self.errors.clear()

    def _may_ask(self, key: str) -> bool:
        """Say whether a question is asked, or would be after another answer on this page."""
        if key in ASKED_ELSEWHERE:
            return False
        if self.state.asks(key) or is_extra(key):
            return self.state.asks(key)
        show_if = load_questionnaire(self.state.version).by_key[key].show_if
        return show_if is not None and not set(show_if.reads).isdisjoint(self.page.questions)

    def _readable(self) -> list[Control]:
        """Return the controls that are asked and whose fields hold an answer, or none."""
        return [
            control
            for control in self.controls
            if control.key not in self.hidden
            and all(
                error.code == "required"
                for name in control.fields()
                if name in self.errors
                for error in self.errors.as_data()[name]
            )
        ]


def suggest_answers(
    answers: Mapping[str, Any], *, country: str, birth_date: date | None, version: str
) -> dict[str, Any]:
    """Return what the form starts from where nothing was answered: from the booking, and from areas known."""
    areas = set(answers.get(SCAR_AREAS) or ())
    zones = [zone for zone, area in load_pages(version).zones.items() if area in areas]
    born = birth_date.isoformat() if birth_date else None
    found = {"b_country": country, "b_dob": born, FACE_MAP: zones}
    return {key: value for key, value in found.items() if value}


def read_posted(posted: QueryDict) -> QueryDict:
    """Return what was typed: NUL is dropped, a field is cut at 20,000 characters.

    Pressing "Yes, 1994" beside a Buddhist year puts that year in its place.
    """
    data = posted.copy()
    for name in posted:
        data.setlist(name, [value.replace("\0", "")[:LONGEST_KEPT] for value in posted.getlist(name)])
    field, _colon, year = data.get("accept_year", "").partition(":")
    typed, accepted = read_number(data.get(f"{field}_year", "")), read_number(year)
    if typed and accepted and typed - BUDDHIST_OFFSET == accepted:
        data[f"{field}_year"] = str(accepted)
    return data


def _control_of(key: str, asked: Asked) -> Control:
    if key == FACE_MAP:
        return FaceMap(key, asked)
    if is_extra(key):
        return Own(key, asked)
    kind = load_questionnaire(asked.version).by_key[key].type
    return CONTROLS.get(kind, Control)(key, asked)


def _areas_of(chosen: list[str], version: str) -> list[str] | None:
    zones = load_pages(version).zones
    areas = {zones[zone] for zone in chosen}
    return [area for area in load_questionnaire(version).by_key[SCAR_AREAS].options if area in areas] or None
