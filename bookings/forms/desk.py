"""What the front desk types: which day, and which time it asks about."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.hours import to_epoch
from bookings.queries.offers import Search, to_instant
from clinic.models import Practitioner, Site, VisitMode, VisitType


class DayForm(forms.Form):
    """Which of the clinic's sites, and which day of it, to show. Its fields are drawn by the page itself."""

    site = forms.CharField(required=False)
    date = forms.DateField(required=False)
    by = forms.ChoiceField(choices=[("practitioner", ""), ("room", "")], required=False)
    show = forms.ChoiceField(choices=[("late", ""), ("form", ""), ("unconfirmed", "")], required=False)

    def __init__(self, *args: Any, sites: Sequence[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sites = {site.slug: site for site in sites}

    def clean_site(self) -> Site | None:
        """Return the site that goes by this slug, or None if none is asked for.

        :raises ValidationError: if there is no such site.
        """
        slug: str = self.cleaned_data["site"]
        if slug and slug not in self._sites:
            raise forms.ValidationError(_("There is no such site."))
        return self._sites.get(slug)

    def clean_date(self) -> dt.date | None:
        """Return the day, if a clinic could have visits on it.

        :raises ValidationError: if it is not in this century.
        """
        day: dt.date | None = self.cleaned_data["date"]
        if day is not None and not 2000 <= day.year < 2100:
            raise forms.ValidationError(_("There are no visits so far away."))
        return day


class WhyNotForm(forms.Form):
    """A time that is not offered, and the search that should have found it. Times are the site's."""

    use_required_attribute = False

    site = forms.ModelChoiceField(
        Site.objects.filter(archived_at__isnull=True).order_by("order", "pk"),
        label=_("Site"),
        empty_label=None,
    )
    visit_type = forms.ModelChoiceField(
        VisitType.objects.filter(archived_at__isnull=True).order_by("order", "pk"),
        label=_("Visit type"),
        empty_label=None,
    )
    mode = forms.ChoiceField(label=_("How"), choices=VisitMode)
    practitioner = forms.ModelChoiceField(
        Practitioner.objects.select_related("resource")
        .filter(resource__archived_at__isnull=True)
        .order_by("resource__name", "pk"),
        label=_("Practitioner"),
        required=False,
        empty_label=_("Anyone"),
    )
    date = forms.DateField(
        label=_("Date"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Enter a date"), "invalid": _("Enter a date like 2026-11-25")},
    )
    time = forms.TimeField(
        label=_("Start, by the site’s clock"),
        help_text=_("24-hour, like 10:30"),
        widget=forms.TimeInput(attrs={"inputmode": "numeric", "autocomplete": "off"}, format="%H:%M"),
        error_messages={"required": _("Enter a time"), "invalid": _("Enter a time like 10:30")},
    )

    def search(self) -> Search:
        """Return what a valid form asks about, with what only staff may book."""
        practitioner = self.cleaned_data["practitioner"]
        return Search(
            visit_type=self.cleaned_data["visit_type"],
            site=self.cleaned_data["site"],
            mode=self.cleaned_data["mode"],
            practitioner_id=practitioner.pk if practitioner else None,
            by_staff=True,
        )

    def starts_at(self) -> dt.datetime:
        """Return the typed start as an aware UTC instant, by the site's clock."""
        site: Site = self.cleaned_data["site"]
        return to_instant(to_epoch(self.cleaned_data["date"], self.cleaned_data["time"], site.tz))
