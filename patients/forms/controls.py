"""From a question of the definition to the control that asks it, and from what was posted to an answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from crispy_forms.layout import Div, Field, LayoutObject
from django import forms

from patients.country_names import list_countries
from patients.form_state import GUARDIAN_SIGNATURE, SIGNATURE, UNSURE
from patients.forms.fields import (
    NOT_SURE,
    CallNumberField,
    Cards,
    DateField,
    NumberField,
    Ticks,
    TicksField,
    WordsField,
)
from patients.questionnaire import Question, load_questionnaire
from patients.words import FieldWords, Text, load_words, text

SWATCHED = frozenset({"e_burn", "e_tan", "e_natural_colour"})
LONG = frozenset({"i_other", "x_words", "x_words_medicines"})
AHEAD = frozenset({"l_event_date"})
DAY_UNKNOWN = frozenset({"i_isotretinoin_stop"})
ABOUT_THE_PERSON = frozenset("AB")
"""Sections whose questions everybody can answer: they get no "not sure" of ours."""


@dataclass(frozen=True)
class Asked:
    """What controls know of the page and the person: `answers` are what they may see of them.

    `rows` is how many past treatments were posted, None if none of the page was.
    """

    version: str
    language: str
    today: date
    answers: Mapping[str, Any]
    layout: str
    suggested: Mapping[str, Any]
    rows: int | None = None

    def say(self, words: Text | None) -> str:
        """Return a text in the person's language; "" for none."""
        return text(words, self.language) if words else ""

    def text(self, name: str) -> str:
        """Return one of the form's own sentences."""
        return self.say(load_words(self.version).texts[name])


class Control:
    """How one question is asked. This one is a line of text; others differ in what they override."""

    template = "bootstrap5/field.html"

    def __init__(self, key: str, asked: Asked) -> None:
        self.key, self.asked = key, asked
        self.words = load_words(asked.version).questions[key]

    @property
    def question(self) -> Question:
        """The question; our own have none."""
        return load_questionnaire(self.asked.version).by_key[self.key]

    @property
    def required(self) -> bool:
        """Whether it must be answered."""
        return self.question.required

    @property
    def stored(self) -> Any:
        """What was answered before, or what we suggest."""
        found = self.asked.answers.get(self.key)
        return self.asked.suggested.get(self.key) if found is None else found

    def options_of(self, **more: Any) -> dict[str, Any]:
        """Return what every field is made with."""
        missing = self.asked.say(self.words.missing)
        return {
            "label": self.asked.say(self.words.label),
            "help_text": self.asked.say(self.words.hint),
            "required": self.required,
            **({"error_messages": {"required": missing}} if missing else {}),
            **more,
        }

    def fields(self) -> dict[str, forms.Field]:
        """Return the form's fields for this question, by name."""
        return {self.key: WordsField(long=self.key in LONG, **self.options_of())}

    def initial(self) -> dict[str, Any]:
        """Return what its fields show before anything is typed."""
        return {self.key: self.stored}

    def read(self, cleaned: Mapping[str, Any]) -> Any:
        """Return the answer in what was posted; None for none, and for what cannot be read."""
        answer = cleaned.get(self.key)
        return None if answer in ("", []) else answer

    def is_unsure(self, _cleaned: Mapping[str, Any]) -> bool:
        """Say whether "not sure" was chosen where the questionnaire has no such option."""
        return False

    def layout(self) -> LayoutObject:
        """Return how it is laid out."""
        return Field(self.key, template=self.template)


class Single(Control):
    """One of several: cards, or a row for yes and no."""

    template = "patients/controls/cards.html"

    def choices(self) -> list[tuple[str, str]]:
        """Return the options, with "not sure" after them where they have no such thing."""
        options = [
            (value, self.asked.say(self.words.options[value].label)) for value in self.question.options
        ]
        if self.offers_unsure:
            name = "not_sure_check" if self.key in SWATCHED else "not_sure"
            options.append((NOT_SURE, self.asked.text(name)))
        return options

    @property
    def offers_unsure(self) -> bool:
        """Whether "not sure" is ours to offer."""
        has_own = {"unsure", "prefer_not"} & set(self.question.options)
        return self.required and not has_own and self.question.section not in ABOUT_THE_PERSON

    def fields(self) -> dict[str, forms.Field]:
        """Return one radio group."""
        hints = hints_of(self.words, self.asked)
        widget = Cards(hints=hints, swatches=self.question.options if self.key in SWATCHED else ())
        missing = self.asked.say(self.words.missing)
        words = {"required": missing, "invalid_choice": missing} if missing else {}
        options = self.options_of(error_messages=words)
        return {self.key: forms.ChoiceField(choices=self.choices(), widget=widget, **options)}

    def initial(self) -> dict[str, Any]:
        """Show "not sure" again if it was chosen."""
        unsure = self.key in self.asked.answers.get(UNSURE, ()) and self.stored is None
        return {self.key: NOT_SURE if unsure and self.offers_unsure else self.stored}

    def read(self, cleaned: Mapping[str, Any]) -> Any:
        """Return the option; none for "not sure"."""
        return None if self.is_unsure(cleaned) else super().read(cleaned)

    def is_unsure(self, cleaned: Mapping[str, Any]) -> bool:
        """Say whether our own "not sure" was chosen."""
        return cleaned.get(self.key) == NOT_SURE

    def layout(self) -> LayoutObject:
        """Lay yes, no and not sure out in one row, unless the question has the page to itself."""
        in_row = {"yes", "no"} <= set(self.question.options) and len(self.question.options) <= 3
        if in_row and self.asked.layout != "single":
            return Field(self.key, template="patients/controls/row.html")
        return super().layout()


class Multi(Control):
    """Several options, of which "none" stands alone."""

    template = "patients/controls/cards.html"

    def options(self) -> tuple[str, ...]:
        """Return the values to choose from."""
        return self.question.options

    def fields(self) -> dict[str, forms.Field]:
        """Return one group of checkboxes."""
        choices = [(value, self.asked.say(self.words.options[value].label)) for value in self.options()]
        widget = Ticks(hints=hints_of(self.words, self.asked))
        options = self.options_of(widget=widget, choices=choices, alone="none")
        return {self.key: TicksField(**options)}


class Tick(Control):
    """A statement to agree to, never ticked beforehand; an optional one may have a text to read."""

    template = "patients/controls/consent.html"

    def fields(self) -> dict[str, forms.Field]:
        """Return one checkbox, with the text to read first if there is one."""
        field = forms.BooleanField(**self.options_of())
        consent = load_words(self.asked.version).consents.get(self.key)
        if consent:
            field.consent = {  # type: ignore[attr-defined]
                "title": self.asked.say(consent.title),
                "body": [self.asked.say(line) for line in consent.body],
            }
        return {self.key: field}

    def read(self, cleaned: Mapping[str, Any]) -> Any:
        """Return yes, no to what could be declined, and nothing for a box that was never ticked."""
        if cleaned.get(self.key):
            return True
        return False if self.asked.answers.get(self.key) is not None else None


class Country(Control):
    """Where somebody lives, from the list of countries."""

    def fields(self) -> dict[str, forms.Field]:
        """Return one select."""
        choices = [("", ""), *list_countries(self.asked.language)]
        missing = self.asked.say(self.words.missing)
        words = {"required": missing, "invalid_choice": missing}
        return {self.key: forms.ChoiceField(choices=choices, **self.options_of(error_messages=words))}


class Typed(Control):
    """A date, typed."""

    template = "patients/controls/date.html"

    def fields(self) -> dict[str, forms.Field]:
        """Return one date; a guessed one may leave out its day."""
        field = DateField(
            today=self.asked.today,
            is_ahead=self.key in AHEAD,
            needs_day=self.key not in DAY_UNKNOWN,
            **self.options_of(),
        )
        return {self.key: field}

    def layout(self) -> LayoutObject:
        """Let the page's style show it only when it is asked."""
        return Div(Field(self.key, template=self.template), css_class=f"asks-{self.key}")


class Number(Control):
    """A whole number."""

    def fields(self) -> dict[str, forms.Field]:
        """Return one line that takes digits of any script."""
        bounds = {"minimum": self.question.minimum or 0, "maximum": self.question.maximum or 0}
        return {self.key: NumberField(**bounds, **self.options_of())}


class Scale(Control):
    """A number from 0 to 10, with words at both ends."""

    template = "patients/controls/scale.html"

    def fields(self) -> dict[str, forms.Field]:
        """Return one row of radios."""
        steps = range(self.question.minimum or 0, (self.question.maximum or 0) + 1)
        field = forms.TypedChoiceField(
            choices=[(str(step), str(step)) for step in steps],
            coerce=int,
            empty_value=None,
            **self.options_of(widget=forms.RadioSelect),
        )
        field.low, field.high = self.asked.say(self.words.low), self.asked.say(self.words.high)  # type: ignore[attr-defined]
        return {self.key: field}


class Phone(Control):
    """A number to call."""

    def fields(self) -> dict[str, forms.Field]:
        """Return one line for the phone's keypad."""
        widget = forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"})
        return {self.key: CallNumberField(widget=widget, **self.options_of())}


class Own(Control):
    """A question of ours: in own words, or a signature."""

    @property
    def required(self) -> bool:
        """Only signatures must be there."""
        return self.key in (SIGNATURE, GUARDIAN_SIGNATURE)

    def layout(self) -> LayoutObject:
        """Give a signature its line."""
        return (
            Field(self.key, template="patients/controls/signature.html")
            if self.required
            else super().layout()
        )


def hints_of(words: FieldWords, asked: Asked) -> dict[str, str]:
    """Return the explanations of options, by value."""
    return {value: asked.say(option.hint) for value, option in words.options.items() if option.hint}
