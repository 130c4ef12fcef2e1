"""Form fields for what the clinic edits: texts in two languages, lists of sentences, choices, money."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clinic.languages import LANGUAGES
from clinic.models import VisitMode
from clinic.models.places import PRACTITIONER_KINDS
from clinic.models.visit_types import BookableBy
from clinic.money import minor_units

LANGUAGE_NAMES = {"en": _("English"), "th": _("Thai")}

WEEKDAYS = [
    (1, _("Monday")),
    (2, _("Tuesday")),
    (3, _("Wednesday")),
    (4, _("Thursday")),
    (5, _("Friday")),
    (6, _("Saturday")),
    (7, _("Sunday")),
]

SPOKEN = [
    ("th", _("Thai")),
    ("en", _("English")),
    ("zh", _("Chinese")),
    ("ja", _("Japanese")),
    ("ko", _("Korean")),
    ("ms", _("Malay")),
    ("my", _("Burmese")),
    ("ar", _("Arabic")),
    ("de", _("German")),
    ("fr", _("French")),
    ("ru", _("Russian")),
]
"""Languages a practitioner may speak with patients."""


class ByLanguageWidget(forms.MultiWidget):
    """One box a language, each with its label."""

    template_name = "clinic/widgets/by_language.html"

    def __init__(self, *, long: bool = False) -> None:
        box = forms.Textarea(attrs={"rows": 3, "cols": 60}) if long else forms.TextInput(attrs={"size": 60})
        super().__init__(dict.fromkeys(LANGUAGES, box))

    def decompress(self, value: Any) -> list[str]:
        """Split the stored mapping into one text a language."""
        texts = value if isinstance(value, dict) else {}
        return [texts.get(language, "") for language in LANGUAGES]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Name each box's language for the template."""
        context = super().get_context(name, value, attrs)
        for language, box in zip(LANGUAGES, context["widget"]["subwidgets"], strict=True):
            box["label"], box["language"] = LANGUAGE_NAMES[language], language
            box["attrs"]["lang"] = language
        return context


class ByLanguageField(forms.MultiValueField):
    """A text stored as JSON by language. English and Thai belong together: both, or neither."""

    def __init__(self, *, long: bool = False, **options: Any) -> None:
        for unused in ("encoder", "decoder", "max_length"):
            options.pop(unused, None)
        fields = [forms.CharField(required=False, max_length=2000) for _language in LANGUAGES]
        options["widget"] = ByLanguageWidget(long=long)
        super().__init__(fields, require_all_fields=False, **options)

    def compress(self, data_list: list[str]) -> dict[str, str]:
        """Join the texts into the stored mapping; {} if all are empty.

        :raises ValidationError: if only one language is filled in.
        """
        texts = {language: text.strip() for language, text in zip(LANGUAGES, data_list, strict=False) if text}
        if texts and len(texts) < len(LANGUAGES):
            raise ValidationError(_("Fill in both English and Thai."), code="one_language")
        return texts

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether a text differs from what is stored."""
        stored = [text or "" for text in ByLanguageWidget().decompress(initial)]
        return [text or "" for text in data or ["", ""]] != stored


class SentencesField(forms.CharField):
    """A list of sentences, one per line, stored as a JSON list."""

    def __init__(self, **options: Any) -> None:
        for unused in ("encoder", "decoder"):
            options.pop(unused, None)
        options["widget"] = forms.Textarea(attrs={"rows": 6, "cols": 90})
        options.setdefault("help_text", _("One per line."))
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        """Show a stored list as lines."""
        return "\n".join(map(self.line_of, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Read one item a line; empty lines do not count."""
        if isinstance(value, list):
            return value
        return [self.item_of(line.strip()) for line in (value or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the lines differ from what is stored; one that cannot be read does."""
        try:
            return bool(self.to_python(data) != (initial or []))
        except ValidationError:
            return True

    def line_of(self, item: Any) -> str:
        """Return an item as the line people edit."""
        return str(item)

    def item_of(self, line: str) -> Any:
        """Return the item a line stands for."""
        return line


class SourcesField(SentencesField):
    """A list of sources, each a label and where to find it, written `label | address` on one line."""

    def __init__(self, **options: Any) -> None:
        options["help_text"] = _("One per line: what it is | its address or number.")
        super().__init__(**options)

    def line_of(self, item: Any) -> str:
        """Join label and reference."""
        return f"{item['label']} | {item['ref']}" if isinstance(item, dict) else str(item)

    def item_of(self, line: str) -> dict[str, str]:
        """Split label and reference.

        :raises ValidationError: if there is no label or no reference.
        """
        label, _bar, ref = (part.strip() for part in line.rpartition("|"))
        if not label or not ref:
            raise ValidationError(
                _("Write each source as: what it is | its address. This one is not: %(line)s"),
                params={"line": line[:60]},
            )
        return {"label": label, "ref": ref}


class CheckboxesField(forms.TypedMultipleChoiceField):
    """Several choices of a list as checkboxes, stored as an array; None if an optional one has none."""

    widget = forms.CheckboxSelectMultiple

    def __init__(
        self, *, choices: Sequence[tuple[Any, Any]], none_if_empty: bool = False, **options: Any
    ) -> None:
        for unused in ("base_field", "max_length", "size"):
            options.pop(unused, None)
        super().__init__(choices=choices, empty_value=None if none_if_empty else [], **options)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether other boxes are ticked than stored."""
        return {str(value) for value in initial or []} != {str(value) for value in data or []}


class MoneyField(forms.DecimalField):
    """An amount in major units, as people write it; `to_minor` makes it what is stored."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        options.setdefault("min_value", 0)
        super().__init__(max_digits=11, decimal_places=2, **options)
        self.widget.attrs.update({"step": "any", "class": "money"})


def to_minor(amount: Decimal | None, currency: str) -> int | None:
    """Return an amount in minor units of a currency.

    :raises ValidationError: if the currency has no units that small.
    """
    if amount is None:
        return None
    minor = amount * minor_units(currency)
    if minor != minor.to_integral_value():
        raise ValidationError(_("%(currency)s has no smaller units."), params={"currency": currency})
    return int(minor)


def to_major(minor: int | None, currency: str) -> Decimal | None:
    """Return an amount of minor units as people write it: 150000 THB is 1500, 150050 is 1500.50."""
    if minor is None:
        return None
    amount = Decimal(minor) / minor_units(currency)
    return amount.quantize(Decimal(1) if amount == amount.to_integral_value() else Decimal("0.01"))


def add_rule_errors(form: forms.BaseForm, cleaned: dict[str, Any]) -> None:
    """Refuse rules of a visit type that contradict each other, each at its field."""
    needs, treatment = set(cleaned.get("needs") or []), cleaned.get("treatment")
    if needs and not needs & PRACTITIONER_KINDS:
        form.add_error("needs", _("A visit needs a doctor or a nurse."))
    if VisitMode.IN_PERSON in (cleaned.get("modes") or []) and needs and not needs - PRACTITIONER_KINDS:
        form.add_error("needs", _("A visit at the clinic needs a room."))
    gated = cleaned.get("bookable_by") == BookableBy.GATED
    method = bool(treatment and treatment.method)
    if gated and not method:
        form.add_error("treatment", _("Choose the delivery method whose gate must be open."))
    if method and not gated and "bookable_by" in cleaned:
        form.add_error(
            "bookable_by",
            _("A visit for one of the four methods is booked only once every gate is open."),
        )
