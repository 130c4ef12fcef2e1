"""Editable texts are stored as JSON by language; this is the one place that reads and checks them."""

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

LANGUAGES = ("en", "th")


def text_in(texts: dict[str, str], language: str | None = None) -> str:
    """Return the text in `language` (the active one if None), else English, else any, else ""."""
    wanted = (language or get_language() or "en")[:2]
    return texts.get(wanted) or texts.get("en") or next(iter(texts.values()), "")


def check_both_languages(texts: object) -> None:
    """Refuse a text that is not complete in English and Thai.

    :raises ValidationError: if it is not a mapping of language to text, or one is missing.
    """
    if not isinstance(texts, dict) or set(texts) - set(LANGUAGES):
        raise ValidationError(_("Write this as English and Thai text."))
    if not all(isinstance(texts.get(language), str) and texts[language].strip() for language in LANGUAGES):
        raise ValidationError(_("Fill in both English and Thai."))
