"""How the admin shows a row to somebody who may look and not change: words, never JSON."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.text import capfirst

from clinic.forms import LANGUAGE_NAMES

Choices = Sequence[tuple[Any, Any]]
Show = Callable[[Any], str]


def readable(model: type[models.Model], name: str, choices: Choices = ()) -> Show | None:
    """Return what shows a JSON or array column as words, or None for a column Django shows well."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    if not isinstance(field, models.JSONField | ArrayField):
        return None
    named = choices or getattr(field, "base_field", field).choices or ()

    def show(row: Any) -> str:
        return in_words(getattr(row, name), named)

    show.__name__ = name
    show.short_description = capfirst(field.verbose_name)  # type: ignore[attr-defined]
    return show


def in_words(value: Any, choices: Choices = ()) -> str:
    """Return a stored text by language, list of sentences, of sources or of choices as lines of text."""
    if isinstance(value, dict):
        return "\n".join(f"{LANGUAGE_NAMES.get(code, code)}: {text}" for code, text in value.items()) or "–"
    names = {key: str(label) for key, label in choices}
    items = [_item(item, names) for item in value or []]
    return (", " if names else "\n").join(items) or "–"


def _item(item: Any, names: dict[Any, str]) -> str:
    if isinstance(item, dict):
        return " · ".join(str(part) for part in item.values())
    return names.get(item, str(item))
