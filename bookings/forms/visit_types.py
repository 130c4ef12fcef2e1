"""What the owner types about a visit type, and for which site and way they look ahead."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from bookings.queries.offering import VisitPlan
from clinic.forms import (
    WEEKDAYS,
    ByLanguageField,
    CheckboxesField,
    MoneyField,
    add_rule_errors,
    to_major,
    to_minor,
)
from clinic.models import Practitioner, ResourceKind, Site, Treatment, VisitMode, VisitType
from clinic.models.visit_types import BookableBy

SMALL = 32_767
"""The largest number that the columns of small numbers hold."""


class VisitTypeForm(forms.ModelForm):  # type: ignore[type-arg]
    """A visit type whose rules fit each other, with its price at each site and who does it."""

    use_required_attribute = False
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    name = ByLanguageField(label=_("Name"))
    summary = ByLanguageField(label=_("Summary"), long=True, required=False)
    weekdays = CheckboxesField(
        label=_("Only on these days"),
        choices=WEEKDAYS,
        coerce=int,
        none_if_empty=True,
        required=False,
        help_text=_("None ticked: any day the clinic works."),
    )
    bookable_by = forms.ChoiceField(label=_("Who may book"), choices=BookableBy, widget=forms.RadioSelect)
    modes = CheckboxesField(label=_("How"), choices=VisitMode.choices)
    needs = CheckboxesField(
        label=_("Needs"),
        choices=ResourceKind.choices,
        help_text=_("All of them must be free together. A video or phone call needs the person only."),
    )
    people = CheckboxesField(label=_("Who does it"), choices=[], coerce=int, required=False)

    class Meta:
        model = VisitType
        fields = (
            *("code", "name", "summary", "minutes", "buffer_before_minutes", "buffer_after_minutes"),
            *("grid_minutes", "notice_hours", "horizon_days", "weekdays", "bookable_by", "modes", "needs"),
            *("treatment", "staff_note", "order"),
        )
        widgets = {"staff_note": forms.Textarea(attrs={"rows": 3})}
        labels = {
            "code": _("Code"),
            "minutes": _("Length in minutes"),
            "buffer_before_minutes": _("Kept free before, in minutes"),
            "buffer_after_minutes": _("Kept free after, in minutes"),
            "grid_minutes": _("Starts every … minutes"),
            "notice_hours": _("Notice in hours"),
            "horizon_days": _("Days ahead"),
            "treatment": _("Treatment"),
            "staff_note": _("Note for staff"),
            "order": _("Place in the list"),
        }
        help_texts = {
            "code": _("A short code in capitals for staff and reports, such as CONS_NEW. It stays."),
            "grid_minutes": _("Counted from midnight by the site’s clock."),
            "notice_hours": _("How long before a visit it can still be booked."),
            "horizon_days": _("How far ahead it can be booked."),
            "treatment": _("Only for a visit in which one of the treatments is done."),
            "order": _("The lowest number comes first."),
        }

    def __init__(
        self,
        data: Any = None,
        *,
        plan: VisitPlan,
        sites: list[Site],
        practitioners: list[Practitioner],
    ) -> None:
        """Begin with what is stored; each of `sites` gets a box and a price."""
        super().__init__(data, instance=plan.visit_type)
        self.sites = sites
        self._kinds = {person.pk: person.resource.kind for person in practitioners}
        self.initial["people"] = list(plan.people)
        self.initial["seen"] = plan.stamp()
        people: Any = self.fields["people"]
        people.choices = [(person.pk, person.name_text) for person in practitioners]
        treatment: Any = self.fields["treatment"]
        treatment.queryset = Treatment.objects.filter(archived_at__isnull=True).order_by("order", "pk")
        treatment.empty_label = _("None")
        for site in sites:
            self._add_site(site, plan)
        if plan.visit_type.pk:
            del self.fields["code"]
        else:
            self.fields["code"].validators.append(
                RegexValidator(
                    r"^[A-Z][A-Z0-9_]*$", _("Capital letters, digits and _ only, such as CONS_NEW.")
                )
            )
        for name in ("notice_hours", "order"):
            number: Any = self.fields[name]
            number.max_value = SMALL

    def _add_site(self, site: Site, plan: VisitPlan) -> None:
        offered = forms.BooleanField(
            label=_("Offered at %(site)s") % {"site": site.name_text},
            required=False,
            initial=site.pk in plan.prices,
        )
        price = MoneyField(
            label=_("Price at %(site)s, in %(currency)s")
            % {"site": site.name_text, "currency": site.currency},
            help_text=_("Empty: no price is shown."),
            initial=to_major(plan.prices.get(site.pk), site.currency),
        )
        self.fields |= {f"offered_{site.pk}": offered, f"price_{site.pk}": price}

    @property
    def places(self) -> list[tuple[Any, Any]]:
        """The two fields of each site."""
        return [(self[f"offered_{site.pk}"], self[f"price_{site.pk}"]) for site in self.sites]

    def clean(self) -> dict[str, Any] | None:
        """Refuse rules that contradict each other, and coins a currency does not have."""
        cleaned = super().clean() or self.cleaned_data
        add_rule_errors(self, cleaned)
        for site in self.sites:
            try:
                cleaned[f"minor_{site.pk}"] = to_minor(cleaned.get(f"price_{site.pk}"), site.currency)
            except ValidationError as refusal:
                self.add_error(f"price_{site.pk}", refusal)
            else:
                if (cleaned[f"minor_{site.pk}"] or 0) > 2**31 - 1:
                    self.add_error(f"price_{site.pk}", _("This price is too high."))
        return cleaned

    def plan(self) -> VisitPlan:
        """Return what a valid form describes; its visit type is not saved."""
        prices = {
            site.pk: self.cleaned_data[f"minor_{site.pk}"]
            for site in self.sites
            if self.cleaned_data[f"offered_{site.pk}"]
        }
        people = {pk: self._kinds[pk] for pk in self.cleaned_data["people"]}
        return VisitPlan(self.instance, prices, people)


class LookForm(forms.Form):
    """For which site and in which way the preview looks; what makes no sense is the first of them."""

    look_site = forms.ModelChoiceField(
        Site.objects.filter(archived_at__isnull=True).order_by("order", "pk"),
        label=_("At"),
        to_field_name="slug",
        empty_label=None,
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    look_mode = forms.ChoiceField(
        label=_("How"),
        choices=VisitMode,
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def site(self, sites: list[Site]) -> Site | None:
        """Return the site to look at."""
        return getattr(self, "cleaned_data", {}).get("look_site") or next(iter(sites), None)

    def mode(self, modes: list[str]) -> str:
        """Return the way to look at."""
        chosen = getattr(self, "cleaned_data", {}).get("look_mode")
        return str(chosen or next(iter(modes), VisitMode.IN_PERSON))
