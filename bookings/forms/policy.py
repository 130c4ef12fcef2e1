"""What the owner decides about late changes, and which licences the clinic holds."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from clinic.forms import MoneyField, to_major, to_minor
from clinic.models import Clinic
from clinic.services.policy import stamp_of_policy

LONGEST = 24 * 60
"""Hours: two months before a visit."""


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    """Until when a change is free, what a late one costs, and the licences."""

    use_required_attribute = False
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    late_fee = MoneyField(label=_("Late cancellation fee"), max_value=20_000_000)

    class Meta:
        model = Clinic
        fields = ("free_change_hours", "licence_number", "poem_licensed")
        labels = {
            "free_change_hours": _("Free until how many hours before"),
            "licence_number": _("Clinic licence number"),
            "poem_licensed": _("The clinic holds a POEM licence"),
        }
        help_texts = {
            "licence_number": _("Shown at the foot of every page for patients."),
            "poem_licensed": _(
                "Commercial use of the POEM questions is paid per patient. Without a licence the health form "
                "asks for itch, 0 to 10, instead. Drafts ask by the switch as soon as it is turned."
            ),
        }

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        """Begin with what is stored; the fee is typed in `currency`, the first site's."""
        super().__init__(*args, **options)
        self.currency = currency
        self.initial["seen"] = stamp_of_policy(self.instance)
        self.initial["late_fee"] = to_major(self.instance.late_fee_minor, currency)
        self.fields["late_fee"].help_text = _("In %(currency)s. 0 means no charge, ever.") % {
            "currency": currency
        }
        hours: Any = self.fields["free_change_hours"]
        hours.max_value = LONGEST
        hours.validators.append(MaxValueValidator(LONGEST))

    def clean_late_fee(self) -> Any:
        """Keep the fee in minor units with the clinic."""
        self.instance.late_fee_minor = to_minor(self.cleaned_data["late_fee"], self.currency) or 0
        return self.cleaned_data["late_fee"]
