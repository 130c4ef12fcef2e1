"""What the desk says before it hands out a tablet, and what is typed on one that has no camera."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.models import TabletPass


class HolderForm(forms.Form):
    """Who will hold the tablet."""

    use_required_attribute = False

    holder = forms.ChoiceField(
        label=_("Who holds the tablet?"),
        help_text=_("Some questions are asked of the patient alone. Nobody else sees them or their answers."),
        choices=TabletPass.Holder.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose who holds the tablet"),
            "invalid_choice": _("Choose one of these"),
        },
    )


class CodeForm(forms.Form):
    """The letters that reception shows."""

    use_required_attribute = False

    code = forms.CharField(
        label=_("Code"),
        help_text=_("8 letters and digits, like BCDF-GHJK"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}
        ),
        error_messages={"required": _("Type the code"), "max_length": _("A code has 8 letters and digits")},
    )

    def refuse(self, words: Any) -> None:
        """Say beside the field why a code opens nothing."""
        self.add_error("code", words)


class TouchForm(forms.Form):
    """How long ago somebody touched the screen, in seconds; a script tells it within two minutes."""

    ago = forms.IntegerField(min_value=0, max_value=120, required=False)
