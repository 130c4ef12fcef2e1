"""Controls of questions with several parts: the face map, past treatments, medicines by date, scores."""

from collections.abc import Iterator, Mapping
from typing import Any

from crispy_forms.layout import HTML, Div, Field, LayoutObject
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.forms.controls import Asked, Control, Multi, hints_of
from patients.forms.fields import Cards, DateField
from patients.typed_dates import read_number

MOST_ROWS = 40
"""Past treatments on one page."""


class FaceMap(Multi):
    """The places of scars by side; the drawing is only a second way to tick the list."""

    template = "patients/controls/face_map.html"
    required = True  # g_scar_areas follows from it, and is

    def options(self) -> tuple[str, ...]:
        """Return the zones."""
        return tuple(self.words.options)


class Treatments(Control):
    """Past treatments, added and removed one by one: what, when, and whether anything went wrong."""

    def __init__(self, key: str, asked: Asked) -> None:
        super().__init__(key, asked)
        self.rows = len(self.stored or []) if asked.rows is None else asked.rows

    def fields(self) -> dict[str, forms.Field]:
        """Return three fields a row."""
        return {
            f"{self.key}-{row}-{column}": field
            for row in range(self.rows)
            for column, field in self._row_fields()
        }

    def _row_fields(self) -> Iterator[tuple[str, forms.Field]]:
        for column, options in self.question.columns.items():
            words = self.words.fields[column]
            said: dict[str, Any] = {
                "label": self.asked.say(words.label),
                "help_text": self.asked.say(words.hint),
            }
            if not options:
                yield column, DateField(today=self.asked.today, needs_day=False, required=False, **said)
                continue
            hints = hints_of(words, self.asked)
            labels = {value: self.asked.say(words.options[value].label) for value in options}
            choices = [("", _("Choose"))]
            choices += [(v, f"{labels[v]} ({hints[v]})" if v in hints else labels[v]) for v in options]
            missing = {"required": gettext_lazy("Choose what was done, or remove this treatment")}
            is_type = column == "type"
            yield column, forms.ChoiceField(choices=choices, required=is_type, error_messages=missing, **said)

    def initial(self) -> dict[str, Any]:
        """Show the stored rows."""
        return {
            f"{self.key}-{number}-{column}": value
            for number, row in enumerate(self.stored or [])
            for column, value in row.items()
        }

    def read(self, cleaned: Mapping[str, Any]) -> Any:
        """Return the rows that say what was done."""
        rows = [
            {column: cleaned.get(f"{self.key}-{row}-{column}") for column in self.question.columns}
            for row in range(self.rows)
        ]
        return [{name: v for name, v in row.items() if v} for row in rows if row.get("type")] or None

    def layout(self) -> LayoutObject:
        """Return the rows with their buttons."""
        return HTML("{% include 'patients/controls/treatments.html' %}")


def count_rows(data: QueryDict, key: str) -> int:
    """Return how many rows of a repeated question were posted."""
    return min(read_number(data.get(f"{key}-rows", "")) or 0, MOST_ROWS)


def edit_rows(data: QueryDict, key: str) -> QueryDict:
    """Return posted rows with one more at the end, or without one, as the pressed button says."""
    edited, rows = data.copy(), count_rows(data, key)
    if "add" in data:
        edited[f"{key}-rows"] = str(min(rows + 1, MOST_ROWS))
        return edited
    gone = read_number(data.get("remove", ""))
    if gone is None or gone >= rows:
        return edited
    for name in [name for name in data if name.startswith(f"{key}-")]:
        number, _dash, column = name.removeprefix(f"{key}-").partition("-")
        if number.isdecimal() and int(number) >= gone:
            del edited[name]
            if int(number) > gone:
                edited.setlist(f"{key}-{int(number) - 1}-{column}", data.getlist(name))
    edited[f"{key}-rows"] = str(rows - 1)
    return edited


class LastUsed(Control):
    """When medicines were last used: a date each, shown for what is ticked; empty means still used."""

    of = "i_meds"

    def fields(self) -> dict[str, forms.Field]:
        """Return one date a medicine, whose day may be left out."""
        return {
            f"{self.key}-{medicine}": DateField(
                today=self.asked.today,
                needs_day=False,
                required=False,
                label=self.asked.say(self.words.fields[medicine].label),
                help_text=f"{self.asked.say(self.words.label)} {self.asked.say(self.words.hint)}",
            )
            for medicine in self.question.keys
        }

    def initial(self) -> dict[str, Any]:
        """Show the stored dates."""
        return {
            f"{self.key}-{medicine}": (self.stored or {}).get(medicine) for medicine in self.question.keys
        }

    def read(self, cleaned: Mapping[str, Any]) -> Any:
        """Return the dates of the medicines that are ticked."""
        ticked = cleaned.get(self.of) or []
        found = {medicine: cleaned.get(f"{self.key}-{medicine}") for medicine in self.question.keys}
        return {medicine: day for medicine, day in found.items() if day and medicine in ticked} or None

    def layout(self) -> LayoutObject:
        """Let the page's style show those that are ticked above."""
        return Div(
            *(
                Div(
                    Field(f"{self.key}-{medicine}", template="patients/controls/date.html"),
                    css_class=f"last-used last-{medicine}",
                )
                for medicine in self.question.keys
            )
        )


class Items(Control):
    """The items of a score, each from 0 to 4."""

    def fields(self) -> dict[str, forms.Field]:
        """Return one row of radios an item."""
        choices = [(value, self.asked.say(words.label)) for value, words in self.words.options.items()]
        return {
            f"{self.key}-{item}": forms.TypedChoiceField(
                choices=choices,
                coerce=int,
                empty_value=None,
                required=False,
                widget=Cards(),
                label=self.asked.say(self.words.fields[item].label),
            )
            for item in self.question.keys
        }

    def initial(self) -> dict[str, Any]:
        """Show the stored items."""
        return {f"{self.key}-{item}": (self.stored or {}).get(item) for item in self.question.keys}

    def read(self, cleaned: Mapping[str, Any]) -> Any:
        """Return the items that were answered."""
        found = {item: cleaned.get(f"{self.key}-{item}") for item in self.question.keys}
        return {item: value for item, value in found.items() if value is not None} or None

    def layout(self) -> LayoutObject:
        """Return the items below each other."""
        names = (f"{self.key}-{item}" for item in self.question.keys)
        return Div(*(Field(name, template="patients/controls/row.html") for name in names))
