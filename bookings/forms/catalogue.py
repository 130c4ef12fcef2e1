"""What the owner types about treatments: their facts, the words of their cards, and their gates."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clinic.forms import CheckboxesField, MoneyField, SentencesField, SourcesField, to_major, to_minor
from clinic.models import Presentation, ProductGate, Site, Treatment, TreatmentCard
from clinic.models.catalogue import CellSource
from clinic.queries.catalogue import DRAWINGS
from clinic.queries.places import list_doctors
from clinic.services.cards import stamp_of_card
from clinic.services.treatments import prices_of, stamp_of_treatment

STEPS = [
    (0, _("No good evidence for scars")),
    (1, _("Early evidence only")),
    (2, _("Some evidence")),
    (3, _("Good evidence")),
]
"""The evidence labels of the design specification (P1)."""

DRAWN = {
    "needling": _("Needles into the upper skin"),
    "injection": _("An injection under a scar"),
    "topical": _("A gel on the skin"),
    "infusion": _("An infusion into a vein"),
}

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class CardForm(forms.ModelForm):  # type: ignore[type-arg]
    """The words of a card in one language, and who checked its facts and when."""

    use_required_attribute = False
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    harms = SentencesField(label=_("Reported harms"), required=False)
    tell_doctor_first = SentencesField(label=_("Tell the doctor first if"), required=False)
    sources = SourcesField(label=_("Sources"), required=False)
    reviewed_date = forms.DateField(label=_("Facts checked on"), required=False, widget=DATE)

    class Meta:
        model = TreatmentCard
        fields = (
            *("name", "where", "drawing_alt", "how", "how_often", "downtime", "evidence_text", "known"),
            *("unknown", "harms", "tell_doctor_first", "sources", "reviewer", "reviewed_date"),
        )
        labels = {
            "name": _("Name"),
            "where": _("Caption on the drawing"),
            "drawing_alt": _("Drawing described in words"),
            "how": _("How it is done"),
            "how_often": _("How often"),
            "downtime": _("Afterwards"),
            "evidence_text": _("Evidence label"),
            "known": _("What we know"),
            "unknown": _("What we don’t know"),
            "reviewer": _("Facts checked by"),
        }

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        """Begin with the card; `today` is the latest day a check may have been."""
        super().__init__(*args, **options)
        self.today = today
        self.initial["seen"] = stamp_of_card(self.instance) if self.instance.pk else ""
        reviewer: Any = self.fields["reviewer"]
        reviewer.queryset = reviewer.queryset.select_related("resource").filter(
            pk__in=[doctor.pk for doctor in list_doctors()] + [self.instance.reviewer_id or 0]
        )
        reviewer.empty_label = _("Nobody yet")
        for name in ("how", "known", "unknown"):
            self.fields[name].widget.attrs["rows"] = 4
        for name in ("how_often", "downtime"):
            self.fields[name].widget.attrs["rows"] = 2
        for name in ("name", "where", "drawing_alt", "how", "how_often", "downtime", "known", "unknown"):
            self.fields[name].widget.attrs["lang"] = self.instance.language
        for name in ("evidence_text", "harms", "tell_doctor_first"):
            self.fields[name].widget.attrs["lang"] = self.instance.language

    def clean_reviewed_date(self) -> date | None:
        """Refuse a check that has not happened yet.

        :raises ValidationError: if the day is still to come.
        """
        day: date | None = self.cleaned_data["reviewed_date"]
        if day is not None and day > self.today:
            raise ValidationError(_("This day is still to come."))
        return day

    @property
    def forgets_the_check(self) -> bool:
        """Whether the words changed and the check behind them did not."""
        words = set(self.changed_data) - {"reviewer", "reviewed_date", "seen"}
        return bool(words) and "reviewed_date" not in self.changed_data


class TreatmentForm(forms.ModelForm):  # type: ignore[type-arg]
    """The facts of a treatment that are the same in every language, and its price from at each site."""

    use_required_attribute = False
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    evidence_steps = forms.TypedChoiceField(
        label=_("Evidence"), choices=STEPS, coerce=int, widget=forms.RadioSelect
    )
    presentations = CheckboxesField(label=_("Discussed for"), choices=Presentation.choices, required=False)
    cell_sources = CheckboxesField(
        label=_("Where the cells come from"), choices=CellSource.choices, required=False
    )
    drawing = forms.ChoiceField(label=_("Drawing"), required=False)

    class Meta:
        model = Treatment
        fields = (
            *("slug", "method", "presentations", "cell_sources", "evidence_steps", "visit_minutes"),
            *("drawing", "order"),
        )
        labels = {
            "slug": _("Short name for links"),
            "method": _("Delivery method"),
            "visit_minutes": _("Minutes a visit"),
            "order": _("Place in the list"),
        }
        help_texts = {
            "slug": _("Small letters, digits and dashes. It stays."),
            "method": _("Only for one of the four methods that have product gates. It stays."),
        }

    def __init__(self, *args: Any, sites: list[Site], **options: Any) -> None:
        """Begin with what is stored; each of `sites` gets a price."""
        super().__init__(*args, **options)
        self.sites, stored = sites, prices_of(self.instance)
        self.initial["seen"] = stamp_of_treatment(self.instance, stored)
        drawing: Any = self.fields["drawing"]
        drawing.choices = [("", _("None")), *((name, DRAWN[name]) for name in sorted(DRAWINGS))]
        if self.instance.pk:
            del self.fields["slug"], self.fields["method"]
        for site in sites:
            self.fields[f"price_{site.pk}"] = MoneyField(
                label=_("Price from at %(site)s, in %(currency)s")
                % {"site": site.name_text, "currency": site.currency},
                initial=to_major(stored.get(site.pk), site.currency),
                max_value=20_000_000,
            )

    @property
    def price_fields(self) -> list[Any]:
        """The price of each site."""
        return [self[f"price_{site.pk}"] for site in self.sites]

    def clean_method(self) -> str | None:
        """Return no method as None: several treatments may have none."""
        return self.cleaned_data["method"] or None

    def clean(self) -> dict[str, Any] | None:
        """Refuse coins that a currency does not have."""
        cleaned = super().clean() or self.cleaned_data
        for site in self.sites:
            try:
                cleaned[f"minor_{site.pk}"] = to_minor(cleaned.get(f"price_{site.pk}"), site.currency)
            except ValidationError as refusal:
                self.add_error(f"price_{site.pk}", refusal)
        return cleaned

    def prices(self) -> dict[int, int]:
        """Return a valid form's prices in minor units, by site id."""
        minor = {site.pk: self.cleaned_data[f"minor_{site.pk}"] for site in self.sites}
        return {pk: amount for pk, amount in minor.items() if amount is not None}


class GateForm(forms.ModelForm):  # type: ignore[type-arg]
    """An approval that opens a method: what, its number, its country and its end."""

    use_required_attribute = False
    expiry_date = forms.DateField(label=_("Ends on"), widget=DATE)

    class Meta:
        model = ProductGate
        fields = ("product_name", "legal_class", "approval_number", "country", "expiry_date")
        labels = {
            "product_name": _("Product"),
            "legal_class": _("Legal class"),
            "approval_number": _("Licence, registration or trial approval number"),
            "country": _("Country"),
        }
        help_texts = {
            "legal_class": _("What it is by law, such as a registered medicine or an approved trial."),
            "country": _("Two capital letters, such as TH. It opens the method at sites there."),
        }

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        """Begin with an empty approval; `today` is the first day on which it may end."""
        super().__init__(*args, **options)
        self.today = today

    def clean_country(self) -> str:
        """Return the country in capitals.

        :raises ValidationError: if it is not two letters.
        """
        country = str(self.cleaned_data["country"]).upper()
        if len(country) != 2 or not (country.isascii() and country.isalpha()):
            raise ValidationError(_("Two capital letters, such as TH."))
        return country

    def clean_expiry_date(self) -> date:
        """Refuse an approval that has ended.

        :raises ValidationError: if its last day is over.
        """
        day: date = self.cleaned_data["expiry_date"]
        if day < self.today:
            raise ValidationError(_("This approval has already ended."))
        return day
