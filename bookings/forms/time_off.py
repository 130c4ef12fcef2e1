"""Time off as the desk enters it: days, or hours of one day, by the clock of a site."""

from typing import Any, cast

from django import forms
from django.contrib.admin.widgets import AdminDateWidget, AdminTimeWidget
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext_lazy as _

from bookings.models import TimeOff, WorkingHours
from bookings.time_spans import Block, span_of
from clinic.models import Resource, Site
from clinic.queries.places import list_sites


class TimeOffForm(forms.ModelForm):  # type: ignore[type-arg]
    """From and to as wall-clock times; whole days if the times are left empty."""

    first_date = forms.DateField(label=_("First day"), widget=AdminDateWidget)
    starts = forms.TimeField(
        label=_("From"),
        required=False,
        widget=AdminTimeWidget(format="%H:%M"),
        help_text=_("Empty: from the morning."),
    )
    last_date = forms.DateField(
        label=_("Last day"), required=False, widget=AdminDateWidget, help_text=_("Empty: the first day.")
    )
    ends = forms.TimeField(
        label=_("To"),
        required=False,
        widget=AdminTimeWidget(format="%H:%M"),
        help_text=_("Empty: to the end of the day."),
    )
    clock_of = forms.ModelChoiceField(
        Site.objects.filter(archived_at__isnull=True),
        label=_("By the clock of"),
        required=False,
        help_text=_("Empty: the site of the room, or where the person works first."),
    )

    class Meta:
        model = TimeOff
        fields = ("resource", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "resource" in self.fields:
            resources = Resource.objects.filter(archived_at__isnull=True).order_by("kind", "name", "pk")
            cast("forms.ModelChoiceField[Any]", self.fields["resource"]).queryset = resources
        if self.instance.pk and "first_date" in self.fields:
            self._show(self.instance.span, usual_site(self.instance.resource))

    def clean(self) -> dict[str, Any] | None:
        """Make the half-open span, UTC, from what was typed."""
        cleaned = super().clean() or self.cleaned_data
        resource, first = cleaned.get("resource"), cleaned.get("first_date")
        if not resource or not first or self.errors:
            return cleaned
        site = cleaned.get("clock_of") or usual_site(resource)
        if site is None:
            self.add_error("clock_of", _("Choose the site whose clock you mean."))
            return cleaned
        last = cleaned.get("last_date") or first
        begins, finishes = span_of(first, last, cleaned.get("starts"), cleaned.get("ends"), site.tz)
        if finishes <= begins:
            self.add_error("last_date", _("The end must be after the start."))
        else:
            self.instance.span = DateTimeTZRange(begins, finishes)
        return cleaned

    def _show(self, span: Any, site: Site | None) -> None:
        """Fill the boxes from the stored span, by the site's clock."""
        if site is None:
            return
        values = Block(self.instance.resource_id, span.lower, span.upper).shown(site.tz)
        shown = {
            "clock_of": site.pk,
            "first_date": values["first"],
            "starts": values["starts"],
            "last_date": values["last"],
            "ends": values["ends"],
        }
        self.initial = {**self.initial, **shown}


def usual_site(resource: Resource) -> Site | None:
    """Return the site of a room, or where a person works first; else the first site, if there is one."""
    if resource.site:
        return resource.site
    hours = WorkingHours.objects.filter(practitioner__resource=resource).select_related("site")
    line = hours.order_by("site__order", "pk").first()
    return line.site if line else next(iter(list_sites()), None)
