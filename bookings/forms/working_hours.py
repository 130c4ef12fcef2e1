"""Working hours as the admin edits them: nobody works in two places, or twice, at one time."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bookings.models import WorkingHours

TIME_BOX = forms.TimeInput(format="%H:%M", attrs={"placeholder": "09:00", "size": 6})


class WorkingHoursForm(forms.ModelForm):  # type: ignore[type-arg]
    """One line of a weekly plan."""

    class Meta:
        model = WorkingHours
        fields = ("practitioner", "site", "weekday", "starts", "ends", "valid_from_date", "valid_to_date")

    def clean(self) -> dict[str, Any] | None:
        """Refuse hours that overlap others of the same person which are already saved."""
        cleaned = super().clean() or self.cleaned_data
        person = cleaned.get("practitioner") or (self.instance.practitioner_id and self.instance.practitioner)
        if person and not self.errors and not getattr(self, "is_inline", False):
            line = WorkingHours(**{**cleaned, "practitioner": person})
            for other in person.working_hours.select_related("site").exclude(pk=self.instance.pk):
                if overlap(line, other):
                    self.add_error(None, _overlap_error(other))
        return cleaned


class WorkingHoursFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """All the hours of one person: they are compared with each other, as they will be saved."""

    def _construct_form(self, i: int, **kwargs: Any) -> WorkingHoursForm:
        form: WorkingHoursForm = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        form.is_inline = True  # type: ignore[attr-defined]
        return form

    def clean(self) -> None:
        """Mark each line that overlaps an earlier one."""
        super().clean()
        kept: list[WorkingHours] = []
        for form in self.forms:
            if form.errors or not form.cleaned_data or form.cleaned_data.get("DELETE"):
                continue
            if clash := next((line for line in kept if overlap(form.instance, line)), None):
                form.add_error(None, _overlap_error(clash))
            kept.append(form.instance)


def overlap(one: WorkingHours, other: WorkingHours) -> bool:
    """Whether two lines of one person claim the same time on some date.

    Lines at sites in different zones are compared by nothing: their clocks differ by season.
    """
    if one.weekday != other.weekday or one.site.zone != other.site.zone:
        return False
    if one.valid_to_date and one.valid_to_date < other.valid_from_date:
        return False
    if other.valid_to_date and other.valid_to_date < one.valid_from_date:
        return False
    return one.starts < other.ends and other.starts < one.ends


def _overlap_error(other: WorkingHours) -> ValidationError:
    return ValidationError(
        _("These hours overlap %(day)s %(starts)s to %(ends)s at %(site)s."),
        params={
            "day": other.get_weekday_display(),
            "starts": f"{other.starts:%H:%M}",
            "ends": f"{other.ends:%H:%M}",
            "site": other.site.name_text,
        },
    )
