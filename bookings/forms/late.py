"""How late somebody runs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.services.running_late import LONGEST
from clinic.models import Practitioner

NOT_A_NUMBER = _("Enter minutes, from 0 to 240")


class LateForm(forms.Form):
    """A practitioner and the minutes; 0 is on time again. `tells` is whether those affected hear of it."""

    use_required_attribute = False

    practitioner = forms.ModelChoiceField(
        Practitioner.objects.none(),
        label=_("Who"),
        empty_label=None,
        error_messages={"required": _("Choose who runs late"), "invalid_choice": _("Choose who runs late")},
    )
    minutes = forms.IntegerField(
        label=_("Minutes late (0 ends it)"),
        min_value=0,
        max_value=LONGEST,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), NOT_A_NUMBER),
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "step": 5, "autocomplete": "off"}),
    )
    tells = forms.BooleanField(required=False)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: list[Practitioner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["practitioner"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (it is declared above)
        field.queryset = (
            Practitioner.objects.filter(pk__in=[person.pk for person in people])
            .select_related("resource")
            .order_by("resource__name", "pk")
        )
