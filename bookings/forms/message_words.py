"""The clinic's own words for one kind of message, checked for what a mail must not carry."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.forms import LANGUAGE_NAMES, ByLanguageField
from clinic.languages import LANGUAGES
from clinic.message_words import Fault, Slots, faults_of
from clinic.models import MessageWording

FAULTS: dict[str, str | Promise] = {
    "long": _("%(language)s: too long. At most %(what)s characters."),
    "markup": _("%(language)s: plain text only, without <, > or HTML."),
    "address": _("%(language)s: no web address (%(what)s). Write {link} where the link belongs."),
    "brace": _("%(language)s: { and } only around a placeholder, such as {clinic}."),
    "unknown": _("%(language)s: %(what)s is no placeholder of this text."),
    "missing": _("%(language)s: %(what)s is missing. People must see it here."),
    "health": _(
        "%(language)s: messages travel in the open and must not carry a word of health. %(what)s. "
        "For the clinic’s name write {clinic}."
    ),
}


class MessageForm(forms.Form):
    """Subject, heading and own words, each in both languages or left to the default."""

    use_required_attribute = False
    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    subject = ByLanguageField(label=_("Subject"), required=False)
    heading = ByLanguageField(label=_("Heading"), required=False)
    words = ByLanguageField(label=_("Your own words"), long=True, required=False)

    def __init__(self, *args: Any, slots: Slots, stored: MessageWording | None, **options: Any) -> None:
        """Begin with the words in use; `slots` says what each text may hold."""
        super().__init__(*args, **options)
        self.slots = slots.by_name()
        self.initial = {"seen": stored.version if stored else 0}
        for name in self.slots:
            self.initial[name] = getattr(stored, name) if stored else {}
        for name, slot in self.slots.items():
            held = ", ".join(f"{{{each}}}" for each in slot.allowed)
            words = _("May hold: %(held)s. Empty: the default stays.") % {"held": held}
            if slot.required:
                must = ", ".join(f"{{{each}}}" for each in slot.required)
                words = _("May hold: %(held)s. Must hold: %(must)s. Empty: the default stays.") % {
                    "held": held,
                    "must": must,
                }
            self.fields[name].help_text = words

    def clean(self) -> dict[str, Any] | None:
        """Say at its field what is wrong with each text, and ask for at least one."""
        cleaned = super().clean() or self.cleaned_data
        for name, slot in self.slots.items():
            for language, text in (cleaned.get(name) or {}).items():
                for fault in faults_of(text, slot):
                    self.add_error(name, _in_words(fault, language))
        if not self.errors and not any(cleaned.get(name) for name in self.slots):
            self.add_error("words", _("Write something, or put the default back below."))
        return cleaned

    def texts(self) -> dict[str, dict[str, str]]:
        """Return a valid form's texts by name and language."""
        return {name: self.cleaned_data[name] for name in self.slots}

    def texts_in(self, language: str) -> dict[str, str]:
        """Return what is typed, or stored, of one language, as far as it is in order."""
        values = {name: self[name].initial or {} for name in self.slots}
        if self.is_bound:
            typed = getattr(self, "cleaned_data", {})
            values = {name: typed.get(name) or {} for name in self.slots}
        return {name: texts.get(language, "") for name, texts in values.items()}


def _in_words(fault: Fault, language: str) -> str:
    names = {"language": LANGUAGE_NAMES[language], "what": fault.what}
    return str(FAULTS[fault.code]) % names


class MailForm(forms.Form):
    """Which language of a message to show as a mail."""

    language = forms.ChoiceField(choices=[(code, code) for code in LANGUAGES])
