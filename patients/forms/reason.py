"""Why somebody outside the care team opens a record."""

from django import forms
from django.utils.translation import gettext_lazy as _

SHORTEST, LONGEST = 10, 300
FEWEST_LETTERS = 5
"""Different letters that a reason has at least, so that nobody leans on one key."""


class ReasonForm(forms.Form):
    """A typed reason. The owner reads it, so it asks to leave health out."""

    reason = forms.CharField(
        label=_("Why do you need this record?"),
        help_text=_("The owner reads this. Leave out anything about the patient’s health."),
        min_length=SHORTEST,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={
            "required": _("Say why you need this record"),
            "min_length": _("Say a little more: a few words"),
        },
    )
    next = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)

    def clean_reason(self) -> str:
        """Return the reason with single spaces; a row of the same letters says nothing."""
        said = " ".join(str(self.cleaned_data["reason"]).split())
        if len(said) < SHORTEST or len({letter for letter in said if letter.isalpha()}) < FEWEST_LETTERS:
            raise forms.ValidationError(_("Say a little more: a few words"))
        return said
