"""What a clinician decides and writes about a form."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.languages import text_in
from clinic.models import VisitMode, VisitType
from clinic.models.visit_types import BookableBy
from patients.models import Review, VisitRequest
from patients.rule_book import load_rule_book
from patients.services.reviews import AskedVisit
from patients.services.submission import EXTENDED_VISIT

DRAFTED = ("message", "notes")
"""What is kept when a newer version of the form has to be decided on instead."""

NOT_KEPT = frozenset({"seen", "guardian_reads"})
"""What is asked anew each time a draft is opened."""

LONGEST = 5000
LONGER, VIDEO, LATER = "longer", "video", "later"
CHANGES = [
    (LONGER, _("Longer")),
    (VIDEO, _("By video")),
    (LATER, _("Later")),
]


def _day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Enter a date like 2026-11-25")},
        **options,
    )


class SignForm(forms.Form):
    """A decision on a form, message, notes, and what the desk is asked for. Nothing is preselected."""

    use_required_attribute = False

    decision = forms.ChoiceField(
        label=_("Your decision"),
        choices=Review.Decision,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a decision")},
    )
    change = forms.ChoiceField(
        label=_("How to change it"), choices=CHANGES, widget=forms.RadioSelect, required=False
    )
    change_from = _day(_("Not before"))
    message = forms.CharField(label=_("Message"), required=False, max_length=LONGEST, widget=forms.Textarea)
    notes = forms.CharField(label=_("Notes"), required=False, max_length=LONGEST, widget=forms.Textarea)
    next_type = forms.ModelChoiceField(
        VisitType.objects.filter(archived_at=None)
        .exclude(bookable_by=BookableBy.GATED)
        .order_by("order", "pk"),
        label=_("Next visit"),
        required=False,
        empty_label=_("None to book now"),
    )
    next_mode = forms.ChoiceField(
        label=_("How"), choices=[("", _("As the patient likes")), *VisitMode.choices], required=False
    )
    next_from = _day(_("From"))
    next_to = _day(_("To"))
    guardian_reads = forms.BooleanField(
        label=_("My message says nothing that was told in private"), required=False
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, for_guardian: bool = False, **kwargs: Any) -> None:
        """Make the form; `for_guardian` says that a guardian's account reads the message."""
        super().__init__(*args, **kwargs)
        self.for_guardian = for_guardian

    def clean(self) -> dict[str, Any]:
        """Ask for what a decision needs: questions, how to change the visit, a thought of who reads it."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        decision = values.get("decision")
        if decision == Review.Decision.ASK and not values.get("message"):
            self.add_error("message", _("Write your questions to the patient"))
        if self.for_guardian and values.get("message") and not values.get("guardian_reads"):
            self.add_error("guardian_reads", _("A parent or guardian reads this. Check it and tick the box"))
        if decision == Review.Decision.CHANGE and not values.get("change"):
            self.add_error("change", _("Choose how to change the visit"))
        if values.get("change") == LATER and values.get("change_from", "") is None:
            self.add_error("change_from", _("Enter the first day that is late enough"))
        first, last = values.get("next_from"), values.get("next_to")
        if first and last and last < first:
            self.add_error("next_to", _("Choose a day after the first one"))
        return values

    def asked(self) -> AskedVisit | None:
        """Return what the desk is asked to do with the visit that is booked."""
        if self.cleaned_data["decision"] != Review.Decision.CHANGE:
            return None
        change = self.cleaned_data["change"]
        longer = VisitType.objects.filter(code=EXTENDED_VISIT).first() if change == LONGER else None
        first: dt.date | None = self.cleaned_data["change_from"] if change == LATER else None
        mode = VisitMode.VIDEO if change == VIDEO else ""
        return AskedVisit(VisitRequest.Kind.CHANGE, longer, mode, first, None)

    def then(self) -> AskedVisit | None:
        """Return which visit the desk is asked to book."""
        values = self.cleaned_data
        if values["next_type"] is None:
            return None
        return AskedVisit(
            VisitRequest.Kind.NEXT,
            values["next_type"],
            values["next_mode"],
            values["next_from"],
            values["next_to"],
        )

    def typed(self) -> dict[str, str]:
        """Return what was typed, to keep it as a draft."""
        return {name: str(self.data.get(name, ""))[:LONGEST] for name in self.fields if name not in NOT_KEPT}


class AddendumForm(forms.Form):
    """A later thought on a signed review."""

    use_required_attribute = False

    text = forms.CharField(
        label=_("Addendum"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write the addendum")},
    )


class MethodForm(forms.Form):
    """What a clinician decides about one method after an examination."""

    use_required_attribute = False
    prefix = "method"
    DECISIONS = [
        ("discuss", _("Discuss")),
        ("later", _("Discuss after review")),
        ("not_now", _("Not now")),
    ]

    method = forms.ChoiceField(label=_("Method"))
    decision = forms.ChoiceField(
        label=_("Your decision"),
        choices=DECISIONS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a decision")},
    )
    examined_date = forms.DateField(
        label=_("Examined on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Enter the day of the examination"),
            "invalid": _("Enter a date like 2026-11-25"),
        },
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=1000)

    def __init__(self, version: str, *args: Any, today: dt.date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        self.fields["method"].choices = [  # type: ignore[attr-defined]
            (method, text_in(dict(words))) for method, words in load_rule_book(version).methods.items()
        ]

    def clean_examined_date(self) -> dt.date:
        """Return the day of the examination.

        :raises ValidationError: if it has not come yet.
        """
        day: dt.date = self.cleaned_data["examined_date"]
        if self._today is not None and day > self._today:
            raise forms.ValidationError(_("The examination comes first. Enter its day afterwards."))
        return day
