"""When a site is closed, and when somebody works all the same."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.forms.holidays import YearForm
from bookings.forms.setup.seen import ClockField, DayField, KeyedForm, SeenForm
from bookings.public_holidays import list_public_holidays
from clinic.forms import ByLanguageField
from clinic.models import Practitioner, Site
from clinic.times import format_day

LONGEST_CLOSURE = 400
"""Days; more is a slip of the year."""


class SiteAndYearForm(YearForm):
    """Which site and year to look at; what makes no sense is as if it were not sent."""

    site = forms.ModelChoiceField(
        Site.objects.filter(archived_at=None).order_by("order", "pk"), required=False, to_field_name="pk"
    )


class AcceptingForm(KeyedForm):
    """A form that may strand visits: `accepted` names those that were shown."""

    accepted = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    @property
    def facts(self) -> dict[str, Any]:
        """What a valid form says, without what belongs to the form itself."""
        return {name: value for name, value in super().facts.items() if name != "accepted"}


class ObserveForm(SeenForm, AcceptingForm):
    """One box for each public holiday of the site's country, named in both languages."""

    days = forms.MultipleChoiceField(label="", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, site: Site, year: int, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holidays = list_public_holidays(site.country, year)
        cast("forms.MultipleChoiceField", self.fields["days"]).choices = [
            (
                holiday.day.isoformat(),
                f"{format_day(holiday.day, language)} · {holiday.name['en']} · {holiday.name['th']}",
            )
            for holiday in self.holidays
        ]

    @property
    def facts(self) -> dict[str, Any]:
        """The chosen days in their order, as they are stored."""
        return {"days": sorted(super().facts["days"])}


class ClosureForm(AcceptingForm):
    """Days on which the site is closed, first and last included."""

    first_date = DayField(label=gettext_lazy("First day"))
    last_date = DayField(
        label=gettext_lazy("Last day"), required=False, help_text=gettext_lazy("Empty: the first day.")
    )
    name = ByLanguageField(label=gettext_lazy("Name"), help_text=gettext_lazy("Patients may see it"))

    def clean(self) -> dict[str, Any]:
        """Let a single day end on itself; refuse an end before the start.

        :raises ValidationError: beside the last day.
        """
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first_date"), cleaned.get("last_date")
        if first and not last and "last_date" not in self.errors:
            cleaned["last_date"] = first
        elif first and last and last < first:
            self.add_error("last_date", _("The last day must not be before the first."))
        elif first and last and (last - first).days > LONGEST_CLOSURE:
            self.add_error("last_date", _("Check the year"))
        return cleaned


class OpeningForm(AcceptingForm):
    """Extra hours of somebody on one day; they hold even on a closed day."""

    practitioner = forms.ModelChoiceField(
        Practitioner.objects.filter(resource__archived_at=None).order_by("resource__name", "pk"),
        label=gettext_lazy("Who"),
        empty_label=gettext_lazy("Choose"),
    )
    date = DayField(label=gettext_lazy("Day"))
    starts = ClockField(label=gettext_lazy("From"))
    ends = ClockField(label=gettext_lazy("To"))

    def clean(self) -> dict[str, Any]:
        """Refuse an end that is not after the start.

        :raises ValidationError: beside the end.
        """
        cleaned = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", _("The end must be after the start."))
        return cleaned
