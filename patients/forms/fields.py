"""Form fields for answers: choices as cards, typed dates and numbers. They clean to what is stored."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.answer_checks import LONGEST_TEXT
from patients.typed_dates import DateProblem, read_date, read_number

NOT_SURE = "not_sure"
"""The choice that leaves an answer empty where the questionnaire has no "unsure" of its own."""

NONE_AND_MORE = "none_and_more"
"""The error of ticking "none" beside others; its params hold what was ticked, as `more`."""

EARLIEST = timedelta(days=120 * 366)
LATEST = timedelta(days=10 * 366)

DATE_WORDS: Mapping[str, str | Promise] = {
    "missing": gettext_lazy("Enter the whole date: day, month and year"),
    "day": gettext_lazy("Check the day: it is a number from 1 to 31"),
    "month": gettext_lazy("Check the month: a number from 1 to 12, or a name like March"),
    "year": gettext_lazy("Check the year: four digits, like 2014"),
    "short_year": gettext_lazy("Write the year with four digits, like 2014"),
    "no_such_day": gettext_lazy("This month does not have that day. Check the date"),
    "too_late": gettext_lazy("This date is in the future. Check the year"),
    "too_early": gettext_lazy("This date is long ago. Check the year"),
    "buddhist": gettext_lazy("You typed %(typed)s. Is that %(suggested)s?"),
}
WISHED_WORDS: Mapping[str, str | Promise] = {
    "too_late": gettext_lazy("This date is far away. Check the year"),
    "too_early": gettext_lazy("This date has passed. Check it"),
}
"""For a date somebody wants to be ready for, which lies ahead."""


class _Choices:
    """Choices that carry a hint and the number of their swatch into the template, by value."""

    def __init__(self, *, hints: Mapping[str, str] | None = None, swatches: Sequence[str] = ()) -> None:
        super().__init__()
        self.hints, self.swatches = hints or {}, list(swatches)

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return what the template is given of one choice."""
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)  # type: ignore[misc]
        option["hint"] = self.hints.get(str(value), "")
        option["swatch"] = self.swatches.index(str(value)) + 1 if str(value) in self.swatches else 0
        return option


class Cards(_Choices, forms.RadioSelect):
    """One choice of several, each a card."""


class Ticks(_Choices, forms.CheckboxSelectMultiple):
    """Several choices, each a card."""


class TicksField(forms.MultipleChoiceField):
    """Several choices; one that means "none of them" stands alone."""

    widget = Ticks

    def __init__(self, *, alone: str = "", **options: Any) -> None:
        super().__init__(**options)
        self.alone = alone

    def clean(self, value: Any) -> list[str]:
        """Return the chosen values, in the order of the choices.

        :raises ValidationError: if "none" is ticked beside others.
        """
        chosen = set(super().clean(value))
        if self.alone in chosen and len(chosen) > 1:
            label = dict(self.choices)[self.alone]  # type: ignore[arg-type]
            words = _("You ticked “%(none)s” and something else. Please keep one or the other.")
            facts = {"none": label, "more": self._in_order(chosen)}
            raise ValidationError(words, code=NONE_AND_MORE, params=facts)
        return self._in_order(chosen)

    def _in_order(self, chosen: set[str]) -> list[str]:
        return [str(option) for option, _label in self.choices if option in chosen]  # type: ignore[union-attr, misc]


class WordsField(forms.CharField):
    """An answer in somebody's own words, in any script, up to 10,000 characters."""

    def __init__(self, *, long: bool = False, **options: Any) -> None:
        if long:
            options["widget"] = forms.Textarea(attrs={"rows": 4})
        super().__init__(**options)

    def to_python(self, value: Any) -> str:
        """Return the text with its line ends as one kind.

        :raises ValidationError: if it is too long.
        """
        words = (super().to_python(value) or "").replace("\r\n", "\n")
        if len(words) > LONGEST_TEXT:
            raise ValidationError(
                _("This text is too long. Use at most %(count)d characters.") % {"count": LONGEST_TEXT}
            )
        return words


class CallNumberField(WordsField):
    """A phone number as people write it, of any country; it is for somebody to read and dial."""

    def to_python(self, value: Any) -> str:
        """Return what was typed.

        :raises ValidationError: if it has too few digits to be called.
        """
        typed = super().to_python(value)
        if typed and not 6 <= sum(sign.isdecimal() for sign in typed) <= 20:
            raise ValidationError(_("Check the number. Include the country code, like +66 or +44."))
        return typed


class NumberField(forms.Field):
    """A whole number between two bounds, both included; Thai digits count."""

    widget = forms.TextInput

    def __init__(self, *, minimum: int, maximum: int, **options: Any) -> None:
        super().__init__(**options)
        self.minimum, self.maximum = minimum, maximum
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off", "data-narrow": "1"}

    def to_python(self, value: Any) -> int | None:
        """Return the number, None for nothing typed.

        :raises ValidationError: if it is not a whole number within the bounds.
        """
        typed = str(value or "").strip()
        if not typed:
            return None
        number = read_number(typed)
        if number is None or not self.minimum <= number <= self.maximum:
            words = _("Write a whole number from %(least)d to %(most)d, in digits")
            raise ValidationError(words % {"least": self.minimum, "most": self.maximum})
        return number


class DateParts(forms.MultiWidget):
    """Day, month and year, each typed."""

    template_name = "patients/controls/_date_parts.html"

    def __init__(self) -> None:
        attrs = {"autocomplete": "off", "class": "form-control"}
        super().__init__(
            {
                part: forms.TextInput({**attrs, "inputmode": "text" if part == "month" else "numeric"})
                for part in ("day", "month", "year")
            }
        )

    def decompress(self, value: Any) -> list[str]:
        """Return the parts of an ISO date."""
        if not value:
            return ["", "", ""]
        stored = date.fromisoformat(value)
        return [str(stored.day), str(stored.month), str(stored.year)]


class DateField(forms.Field):
    """A date as people type it, stored as YYYY-MM-DD. A date ahead may be up to ten years away."""

    widget = DateParts

    def __init__(
        self, *, today: date, needs_day: bool = True, is_ahead: bool = False, **options: Any
    ) -> None:
        super().__init__(**options)
        self.earliest, self.latest = (today, today + LATEST) if is_ahead else (today - EARLIEST, today)
        self.needs_day, self.is_ahead = needs_day, is_ahead

    def clean(self, value: Any) -> str:
        """Return the date, "" for nothing typed.

        :raises ValidationError: as `read_date` says; a Buddhist year comes with `suggested` and `typed`.
        """
        parts = [str(part or "").strip() for part in value or ["", "", ""]]
        if not any(parts):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return ""
        try:
            day, month, year = parts
            typed = read_date(
                day, month, year, earliest=self.earliest, latest=self.latest, needs_day=self.needs_day
            )
        except DateProblem as problem:
            words = {**DATE_WORDS, **(WISHED_WORDS if self.is_ahead else {})}[problem.code]
            facts = {"typed": year, "suggested": problem.suggested_year}
            raise ValidationError(str(words) % facts, code=problem.code, params=facts) from problem
        return typed.isoformat()
