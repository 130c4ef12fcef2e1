"""The public holidays of a year, to tick the days a site is closed."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.models import Closure
from bookings.public_holidays import list_public_holidays
from clinic.models import Site
from clinic.times import format_day


class YearForm(forms.Form):
    """Which year to look at."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)


class HolidaysForm(forms.Form):
    """One box for each public holiday of the site's country, named in both languages."""

    days = forms.TypedMultipleChoiceField(
        label=_("Closed on"), coerce=date.fromisoformat, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, site: Site, year: int, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holidays = list_public_holidays(site.country, year)
        closed = Closure.objects.filter(site=site, is_public_holiday=True, first_date__year=year)
        self.initial["days"] = [day.isoformat() for day in closed.values_list("first_date", flat=True)]
        field = self.fields["days"]
        assert isinstance(field, forms.TypedMultipleChoiceField)  # noqa: S101 (declared above)
        field.choices = [
            (
                holiday.day.isoformat(),
                f"{format_day(holiday.day, language)} · {holiday.name['en']} · {holiday.name['th']}",
            )
            for holiday in self.holidays
        ]
