"""Forms of the set-up pages: they know what their page showed, and put two people's work together."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.services.meanwhile import ChangedMeanwhile
from clinic.stamps import list_changed, stamp_fields

BUDDHIST_OFFSET = 543
FIRST_YEAR, LAST_YEAR = 2000, 2100


class KeyedForm(forms.Form):
    """A form that adds something: pressed twice, it adds once."""

    use_required_attribute = False
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    @property
    def facts(self) -> dict[str, Any]:
        """What a valid form says, without what belongs to the form itself."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"key", "seen"}}


class SeenForm(KeyedForm):
    """A form that changes something; `seen` marks each value that its page showed."""

    seen = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput)

    meanwhile: tuple[str, ...] = ()
    """What somebody else has changed since, in words."""

    @classmethod
    def showing(cls, facts: Mapping[str, Any], **options: Any) -> Self:
        """Return a form that shows something as it stands."""
        return cls(initial={**facts, "seen": stamp_fields(facts)}, **options)

    def with_changes(self, change: ChangedMeanwhile, **options: Any) -> Self:
        """Return this form again: with their values where only they changed one, and both where both did."""
        seen = self.cleaned_data["seen"]
        mine = list_changed(seen, self.facts)
        data = QueryDict(mutable=True)
        for name in self.data:
            data.setlist(name, self.data.getlist(name))  # type: ignore[attr-defined]  # a QueryDict
        for name in set(change.names) - set(mine):
            put_value(data, self, name, change.current[name])
        data["seen"] = stamp_fields(change.current)
        again = type(self)(data, **options)
        again.meanwhile = tuple(self._words(name, change) for name in change.names if name not in mine)
        for name in change.names:
            if name in mine and again.is_bound and name not in again.errors:
                words = _("Somebody changed this meanwhile. It is now: %(now)s")
                again.add_error(name, words % {"now": self.shown(name, change.current[name])})
        if not again.errors:
            again.add_error(None, _("Somebody saved this page meanwhile. Look, then save again."))
        return again

    def _words(self, name: str, change: ChangedMeanwhile) -> str:
        return f"{self.fields[name].label}: {self.shown(name, change.current[name])}"

    def shown(self, name: str, value: Any) -> str:
        """Return a stored value as people read it."""
        field = self.fields[name]
        if isinstance(value, dict):
            return " · ".join(text for text in value.values() if text) or "–"
        names = {str(key): str(label) for key, label in getattr(field, "choices", None) or ()}
        values = value if isinstance(value, list) else [value]
        return ", ".join(names.get(str(each), str(each)) for each in values if each not in {None, ""}) or "–"


class DayField(forms.DateField):
    """A day as a calendar box sends it; a Buddhist year is asked about."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        options.setdefault("error_messages", {"invalid": gettext_lazy("Write a day like 2026-11-26")})
        super().__init__(**options)

    def to_python(self, value: Any) -> date | None:
        """Return the day.

        :raises ValidationError: if it is none, or no day that a calendar of ours reaches.
        """
        day = super().to_python(value)
        if day is None or FIRST_YEAR <= day.year <= LAST_YEAR:
            return day
        meant = day.year - BUDDHIST_OFFSET
        if FIRST_YEAR <= meant <= LAST_YEAR:
            words = _("You typed %(typed)s. Is that %(suggested)s?")
            raise ValidationError(words % {"typed": day.year, "suggested": meant})
        raise ValidationError(_("Check the year"))


class ClockField(forms.TimeField):
    """A time of day, 24-hour."""

    def __init__(self, **options: Any) -> None:
        attrs = {"inputmode": "numeric", "placeholder": "09:00", "autocomplete": "off", "maxlength": "5"}
        options.setdefault("widget", forms.TimeInput(format="%H:%M", attrs=attrs))
        options.setdefault("input_formats", ["%H:%M", "%H.%M", "%H%M"])
        options.setdefault("error_messages", {"invalid": gettext_lazy("Write a time like 09:30")})
        super().__init__(**options)


def put_value(data: QueryDict, form: forms.Form, name: str, value: Any) -> None:
    """Write a stored value into posted data, as the field's own control would send it."""
    field, key = form.fields[name], form.add_prefix(name)
    shown = field.prepare_value(value)
    widget = field.widget
    if isinstance(widget, forms.MultiWidget):
        parts = widget.decompress(shown) or []
        for suffix, part in zip(widget.widgets_names, parts, strict=True):  # type: ignore[attr-defined]
            data[f"{key}{suffix}"] = part or ""
    elif isinstance(shown, list):
        data.setlist(key, [str(each) for each in shown])
    else:
        data[key] = "" if shown is None else str(widget.format_value(shown) or "")
