"""Why a visit is cancelled. Never compulsory, and never a reason about health: the desk may read it."""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from patients.names import clean_name

LONGEST_REASON = 200


class CancelReason(models.TextChoices):
    """What patients may choose; health is not among them, because it would be stored in the clear."""

    TIME = "time", _("The time no longer works")
    TRAVEL = "travel", _("I’m not travelling")
    ELSEWHERE = "elsewhere", _("I decided on something else")
    UNSAID = "unsaid", _("I’d rather not say")


class CancellationForm(forms.Form):
    """A patient's cancellation."""

    reason = forms.ChoiceField(
        label=_("Why are you cancelling?"),
        help_text=_("It helps us offer better times."),
        choices=CancelReason,
        required=False,
        widget=forms.RadioSelect,
    )


class ReasonField(forms.CharField):
    """A short line; invisible characters are dropped."""

    def to_python(self, value: Any) -> str:
        """Return the line without what nobody can see."""
        return clean_name(str(value or ""))


class DeskCancellationForm(forms.Form):
    """The clinic's cancellation, with a short reason for colleagues."""

    reason = ReasonField(
        label=_("Reason"),
        help_text=_("For colleagues. No health details."),
        required=False,
        max_length=LONGEST_REASON,
    )
