"""Prices are written in major units of their site's currency, and stored in minor units."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clinic.forms import MoneyField, to_major, to_minor


class PriceForm(forms.ModelForm):  # type: ignore[type-arg]
    """A price at a site; `minor_name` is the column, and an empty price is None if it may be."""

    minor_name: ClassVar[str]
    price = MoneyField(label=_("price"), help_text=_("As people write it: 1500 or 1500.50."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "price" in self.fields and self.instance.pk:
            minor = getattr(self.instance, self.minor_name)
            self.fields["price"].initial = to_major(minor, self.instance.site.currency)

    def clean(self) -> dict[str, Any] | None:
        """Store the price in minor units of the site's currency."""
        cleaned = super().clean() or self.cleaned_data
        site, price = cleaned.get("site"), cleaned.get("price")
        if (
            price is None
            and not self.instance._meta.get_field(self.minor_name).null
            and "price" not in self.errors
        ):
            self.add_error("price", _("Enter the price."))
        if site:
            try:
                setattr(self.instance, self.minor_name, to_minor(price, site.currency))
            except ValidationError as refusal:
                self.add_error("price", refusal)
        return cleaned
