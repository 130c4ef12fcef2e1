"""The control that fits a question, for a clinician's own value of what a patient reported."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from patients.questionnaire import Question, is_blank
from patients.told import country_names
from patients.words import FieldWords, QuestionWords, load_words, text

VALUE = "value"
MORE_ROWS = 1
"""Rows to add to a list of past treatments."""


class CorrectionForm(forms.Form):
    """One question's value by a clinician, in the control of its type, and a reason."""

    use_required_attribute = False

    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=500, help_text=_("Such as: seen on examination")
    )

    def __init__(self, question: Question, version: str, current: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._question = question
        self._rows = len(current or ()) + MORE_ROWS if question.type == "repeat" else 0
        self._words = load_words(version).questions[question.key]
        self._language = get_language() or "en"
        made = self._make_fields(current)
        self.fields = {**made, "reason": self.fields["reason"]}

    def value(self) -> Any:
        """Return the value as the questionnaire holds it; None clears the answer."""
        found = self._read()
        return None if is_blank(found) or found == {} else found

    def _read(self) -> Any:
        values, question = self.cleaned_data, self._question
        if question.type in {"dict_dates", "scale_7x0_4"}:
            given = {key: values[f"{VALUE}-{key}"] for key in _keys(question)}
            return {key: _plain(value) for key, value in given.items() if value is not None}
        if question.type == "repeat":
            rows = [
                {column: _plain(values[f"{VALUE}-{row}-{column}"]) for column in question.columns}
                for row in range(self._rows)
            ]
            return [{name: each for name, each in row.items() if each} for row in rows if row["type"]]
        value = values[VALUE]
        return {"yes": True, "no": False}.get(value) if question.type == "bool" else _plain(value)

    def _make_fields(self, current: Any) -> dict[str, forms.Field]:
        question, words = self._question, self._words
        if question.type in {"dict_dates", "scale_7x0_4"}:
            given = current or {}
            return {
                f"{VALUE}-{key}": self._simple(self._label(words, key), given.get(key))
                for key in _keys(question)
            }
        if question.type == "repeat":
            rows = [*(current or ()), *({} for _row in range(MORE_ROWS))]
            return {
                f"{VALUE}-{number}-{column}": self._cell(column, row.get(column))
                for number, row in enumerate(rows)
                for column in question.columns
            }
        return {VALUE: self._whole(current)}

    def _whole(self, current: Any) -> forms.Field:
        question, label = self._question, _("Your value")
        if question.type in {"multi", "photo_set"}:
            return forms.MultipleChoiceField(
                label=label,
                required=False,
                choices=[(key, self._option(self._words, key)) for key in question.options],
                widget=forms.CheckboxSelectMultiple,
                initial=current,
            )
        if question.type == "country":
            return _choice(label, list(country_names(self._language)), current)
        if question.type == "bool":
            initial = {True: "yes", False: "no"}.get(current)
            return _choice(label, [("yes", _("Yes")), ("no", _("No"))], initial)
        if question.options:
            options = [(key, self._option(self._words, key)) for key in question.options]
            return _choice(label, options, current)
        return self._simple(label, current)

    def _cell(self, column: str, current: Any) -> forms.Field:
        label, options = self._label(self._words, column), self._question.columns[column]
        if not options:
            return _date(label, current)
        words = self._words.fields[column]
        return _choice(label, [(key, self._option(words, key)) for key in options], current)

    def _simple(self, label: Any, current: Any) -> forms.Field:
        question = self._question
        if question.type in {"date", "dict_dates"}:
            return _date(label, current)
        if question.maximum is not None:
            return forms.IntegerField(
                label=label,
                required=False,
                min_value=question.minimum,
                max_value=question.maximum,
                initial=current,
            )
        return forms.CharField(label=label, required=False, max_length=1000, initial=current)

    def _label(self, words: QuestionWords, name: str) -> str:
        return text(words.fields[name].label, self._language) if name in words.fields else name

    def _option(self, words: FieldWords, key: str) -> str:
        if key in words.options:
            return text(words.options[key].label, self._language)
        return self._label(self._words, key)


def _keys(question: Question) -> list[str]:
    return list(dict.fromkeys((*question.keys, *question.options)))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _choice(label: Any, options: list[tuple[str, Any]], current: Any) -> forms.ChoiceField:
    choices: list[tuple[str, Any]] = [("", _("No answer")), *options]
    return forms.ChoiceField(label=label, required=False, choices=choices, initial=current)


def _date(label: Any, current: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        initial=current,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Enter a date like 2026-11-25")},
    )
