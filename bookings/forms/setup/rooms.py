"""What the owner writes about a room or a device."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy

from bookings.forms.setup.seen import SeenForm
from clinic.models import ResourceKind, Site
from clinic.models.places import PRACTITIONER_KINDS

KINDS = [choice for choice in ResourceKind.choices if choice[0] not in PRACTITIONER_KINDS]


class RoomForm(SeenForm):
    """A room or a device of one site."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=KINDS,
        help_text=gettext_lazy("Visit types say which kinds they need"),
    )
    site = forms.ModelChoiceField(Site.objects.none(), label=gettext_lazy("Site"), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = Site.objects.filter(archived_at__isnull=True).order_by("order", "pk")
        cast("forms.ModelChoiceField[Site]", self.fields["site"]).queryset = sites

    @property
    def facts(self) -> dict[str, Any]:
        """What a valid form says; the site by its id."""
        return {**super().facts, "site": self.cleaned_data["site"].pk}
