"""What the owner writes about a site."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from bookings.forms.contacts import PhoneField
from bookings.forms.setup.seen import DayField, SeenForm
from clinic.forms import ByLanguageField
from clinic.models.places import known_zones
from clinic.times import city_of, zone_label
from patients.country_names import list_countries

NOT_OFFERED = ("Etc/", "posix", "right", "SystemV", "US/", "Canada/", "Brazil/", "Mexico/", "Chile/")


class ZoneField(forms.CharField):
    """A time zone: chosen from a list, or typed by its name or its city, in English or Thai."""

    def __init__(self, **options: Any) -> None:
        attrs = {"list": "zones", "autocomplete": "off", "spellcheck": "false"}
        super().__init__(max_length=60, widget=forms.TextInput(attrs=attrs), **options)

    def to_python(self, value: Any) -> str:
        """Return the name of the zone.

        :raises ValidationError: if nothing of ours is called that.
        """
        typed = str(value or "").strip()
        if typed in known_zones() or not typed:
            return typed
        wanted = typed.casefold()
        found = [name for name, words in _zone_words() if wanted in words]
        if len(found) == 1:
            return found[0]
        raise ValidationError(_("We don't know this time zone. Choose one from the list"))


class SiteForm(SeenForm):
    """A site: names and addresses in both languages, its clock, its money."""

    name = ByLanguageField(label=gettext_lazy("Name"))
    city = ByLanguageField(
        label=gettext_lazy("City"), help_text=gettext_lazy("It names the site's time: “10:30 Bangkok time”")
    )
    address = ByLanguageField(label=gettext_lazy("Address"), long=True)
    directions = ByLanguageField(label=gettext_lazy("How to get here"), long=True, required=False)
    map_url = forms.URLField(
        label=gettext_lazy("Map link"), required=False, max_length=200, assume_scheme="https"
    )
    zone = ZoneField(
        label=gettext_lazy("Time zone"),
        help_text=gettext_lazy("Type a city. All hours of the site are by this clock"),
    )
    country = forms.ChoiceField(
        label=gettext_lazy("Country"), help_text=gettext_lazy("Its public holidays are offered")
    )
    currency = forms.RegexField(
        r"^[A-Za-z]{3}$",
        label=gettext_lazy("Currency"),
        help_text=gettext_lazy("Three letters, such as THB"),
        error_messages={"invalid": gettext_lazy("Write three letters, such as THB")},
    )
    order = forms.IntegerField(
        label=gettext_lazy("Order"),
        min_value=0,
        max_value=999,
        initial=0,
        help_text=gettext_lazy("The site with the lowest number comes first"),
    )
    advertising_approval = forms.CharField(
        label=gettext_lazy("Advertising approval number"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("In Thailand a clinic needs one to advertise treatments"),
    )
    advertising_approval_expiry_date = DayField(label=gettext_lazy("Approval ends on"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country = self.fields["country"]
        assert isinstance(country, forms.ChoiceField)  # noqa: S101 (declared above)
        country.choices = [("", _("Choose")), *list_countries(get_language() or "en")]
        typed = str(self.data.get("country") or self.initial.get("country") or "TH")
        self.fields["phone"] = PhoneField(
            region=typed if typed in dict(list_countries("en")) else "TH",
            label=gettext_lazy("Phone"),
            widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}),
        )
        order = ["key", "seen", "name", "city", "address", "directions", "map_url", "phone"]
        self.order_fields(order)

    def clean_currency(self) -> str:
        """Return the currency in capitals."""
        return str(self.cleaned_data["currency"]).upper()

    def typed_zone(self) -> ZoneInfo | None:
        """Return the zone the form shows, if it is one."""
        typed = str(self["zone"].value() or "")
        return ZoneInfo(typed) if typed in known_zones() else None


def list_zone_choices(at: datetime) -> Iterable[tuple[str, str]]:
    """Return the zones to choose from, each with its city and its distance from UTC at an instant."""
    return [(name, zone_label(ZoneInfo(name), at, get_language() or "en")) for name, _words in _zone_words()]


@cache
def _zone_words() -> tuple[tuple[str, frozenset[str]], ...]:
    """Return the zones that are named after a place, with what people call them, in lower case."""
    names = sorted(name for name in known_zones() if "/" in name and not name.startswith(NOT_OFFERED))
    return tuple(
        (name, frozenset(city_of(ZoneInfo(name), language).casefold() for language in ("en", "th")))
        for name in names
    )
