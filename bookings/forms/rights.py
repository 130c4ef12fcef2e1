"""Forms about one's own data."""

from django import forms
from django.utils.translation import gettext_lazy as _

TYPED = frozenset({"erase", "ลบ"})
"""What is typed to confirm; either word counts, whatever the language of the page."""


class EraseForm(forms.Form):
    """Asks somebody to type a word before everything goes."""

    use_required_attribute = False
    word = forms.CharField(
        label=_("Type the word ERASE"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}),
        error_messages={"required": _("Type the word ERASE to go on")},
    )

    def clean_word(self) -> str:
        """Take the word in either language, in small letters or capitals.

        :raises ValidationError: if it is another one.
        """
        word = str(self.cleaned_data["word"]).strip().lower()
        if word not in TYPED:
            raise forms.ValidationError(_("Type the word ERASE to go on"))
        return word


class RefusalForm(forms.Form):
    """Why a request is refused; the person reads it."""

    use_required_attribute = False
    reason = forms.CharField(
        label=_("Why not. The person reads this"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why. The person reads it.")},
    )
