"""Why a health form is not saved or sent, in words for the person who fills it in."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _


class FormRefusal(Exception):
    """A form that cannot be saved or sent as asked; nothing was written."""


class NoConsent(FormRefusal):
    """A health question came before the person agreed to be asked."""

    def __str__(self) -> str:
        return _("Please read and agree first. We ask about your health only after that.")


class NotYours(FormRefusal):
    """A question that somebody else answers alone."""

    def __str__(self) -> str:
        return _("This question is answered in private. It isn’t part of this form.")


class BadAnswer(FormRefusal):
    """An answer that does not fit its question; `keys` names the questions."""

    def __init__(self, keys: Sequence[str]) -> None:
        super().__init__()
        self.keys = tuple(keys)

    def __str__(self) -> str:
        return _("One of the answers can’t be read. Please choose it again.")


class ChangedElsewhere(FormRefusal):
    """The same questions were answered on another page or device since this page was opened."""

    def __init__(self, *, keys: Sequence[str], changed_at: datetime, saved_on: str) -> None:
        super().__init__()
        self.keys, self.changed_at, self.saved_on = tuple(keys), changed_at, saved_on

    def __str__(self) -> str:
        return _("You changed this on another page or device. Keep that one or this one?")


class NotComplete(FormRefusal):
    """Questions of this stage are still open; `keys` names them in the order they are asked."""

    def __init__(self, keys: Sequence[str]) -> None:
        super().__init__()
        self.keys = tuple(keys)

    def __str__(self) -> str:
        return _("Some questions are still open. You’ll find them marked below.")


class AlreadySigned(FormRefusal):
    """The review was signed before, by this clinician or another."""

    def __str__(self) -> str:
        return _("This form has been decided already. Add an addendum instead.")


class NewVersion(FormRefusal):
    """A newer version of the form has come in and has not been seen yet."""

    def __str__(self) -> str:
        return _("A newer version came in. See what changed, then decide.")


class NotClinical(FormRefusal):
    """Somebody who does not care for patients."""

    def __str__(self) -> str:
        return _("Only clinicians and nurses can do this.")


class CliniciansDecide(FormRefusal):
    """A decision by somebody who is no clinician."""

    def __str__(self) -> str:
        return _("A clinician decides this.")
