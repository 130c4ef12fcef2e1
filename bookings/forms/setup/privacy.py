"""The form of the retention table."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from clinic.queries.retention import get_periods
from clinic.retention import AGE, DAYS, TABLE, YEARS


class PeriodsForm(forms.Form):
    """How long what is kept, for the lines in which there is a choice."""

    use_required_attribute = False

    def __init__(self, *args: Any, **options: Any) -> None:
        """Begin with what holds now."""
        super().__init__(*args, **options)
        for code, length in get_periods().items():
            line = TABLE[code]
            if line.is_fixed:
                continue
            self.fields[code] = forms.IntegerField(
                label=period_words()[code],
                min_value=line.least,
                max_value=line.most,
                initial=length,
                help_text=_("%(unit)s, %(least)d to %(most)d")
                % {"unit": unit_words()[line.unit], "least": line.least, "most": line.most},
            )


def unit_words() -> dict[str, str]:
    """Return how units are called, in the active language."""
    return {YEARS: _("Years"), DAYS: _("Days"), "hours": _("Hours"), AGE: _("Age in years, 0 for no rule")}


def period_words() -> dict[str, str]:
    """Return what each line of the retention table is about, in the active language."""
    return {
        "records": _("Medical records, after the last visit"),
        "young": _("Records of minors, at least until this age"),
        "drafts": _("Health forms that were never sent"),
        "messages": _("Emails that left, and messages of the desk"),
        "queue": _("Names and phones in the walk-in queue"),
        "links": _("Links of messages, after their end"),
        "admin_log": _("The log of changes in All records"),
        "merges": _("What a merge of two records wrote over"),
        "holds": _("Times that were held and never booked"),
        "imports": _("Marks of an import"),
        "limits": _("Counters against abuse"),
        "sessions": _("Sessions, after their end"),
        "exports": _("Copies of their data that people asked for"),
    }
