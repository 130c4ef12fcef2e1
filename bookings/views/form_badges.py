"""How the state of a health form looks to the desk: icon, word and colour, and never what is in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients.queries.form_states import FormState, Progress

NEWS = timedelta(days=1)
"""How long the desk is told who took an urgent alert on."""


@dataclass(frozen=True)
class Badge:
    """A word with the icon and the class of colours that go with it."""

    look: str
    icon: str
    word: str | Promise


BADGES = {
    Progress.MISSING: Badge("line", "file-x", _("No form")),
    Progress.PART: Badge("warn", "file-clock", _("Form begun")),
    Progress.DONE: Badge("ok", "check", _("Form done")),
    Progress.READ: Badge("ok", "check-check", _("Form read")),
}
CHANGED = Badge("info", "file-diff", _("Form changed"))


def form_badge(form: FormState) -> Badge:
    """Return the badge of a form; one that was read, and has changed since, says that it has."""
    return CHANGED if form.has_changed else BADGES[form.state]


def taken_on_by(form: FormState, now: datetime) -> str:
    """Return who took on the patient's last urgent alert, while that is news; "" if nobody did."""
    if form.taken_on_at is None or now - form.taken_on_at > NEWS:
        return ""
    return form.taken_on_by
