"""Messages that say only that something waits, by kind."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Notice:
    """A message that says only that something waits, and where to sign in to see it."""

    subject: str | Promise
    words: str | Promise
    button: str | Promise
    page: str


NOTICES = {
    "clinic_message": Notice(
        _("A message for you"),
        _("We have written to you. Please sign in to read it."),
        _("Read the message"),
        "patients:messages",
    ),
    "copy_ready": Notice(
        _("Your file is ready"),
        _("The file you asked for is ready. Please sign in to fetch it. It stays for three days."),
        _("Fetch the file"),
        "rights:home",
    ),
    "privacy_request": Notice(
        _("A request to answer"),
        _("Somebody asked about their own data. The law gives you 30 days. Please sign in and look."),
        _("Look at the request"),
        "privacy:home",
    ),
    "privacy_answer": Notice(
        _("We have answered you"),
        _("We have answered what you asked about your data. Please sign in to read it."),
        _("Read the answer"),
        "rights:home",
    ),
    "opened_with_reason": Notice(
        _("A record was opened with a reason"),
        _("Somebody outside the care team opened a record. Please sign in to read who, when and why."),
        _("Sign in"),
        "setup:opened",
    ),
    "sign_in_changed": Notice(
        _("Your sign-in was changed"),
        _("How you sign in was changed. If this was not you, please call the clinic now."),
        _("Sign in"),
        "account_login",
    ),
    "urgent_call": Notice(
        _("Please look now"),
        _("You are on duty, and somebody needs you now. Please sign in and look."),
        _("Sign in"),
        "review:alerts",
    ),
    "urgent_passed_on": Notice(
        _("Please look now: nobody has answered"),
        _("Nobody on duty has answered for ten minutes. Please sign in and look."),
        _("Sign in"),
        "review:alerts",
    ),
}
"""Messages by kind. No name and no clinical word: mails travel in the open."""

WORDED_NOTICES = frozenset({"clinic_message"})
"""Notices that a clinic may word itself: those that patients get. What calls a doctor stays as it is."""
