"""Why a booking service says no. `str(refusal)` is a sentence for the person who reads it."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from bookings.models import Appointment


class Refusal(Exception):
    """Any refusal; views show its words beside the form."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words

    def __str__(self) -> str:
        return str(self.words)


class NotOffered(Refusal):
    """The start is not on offer. `reason` is the code of the rule that refuses it."""

    def __init__(self, reason: str, words: str) -> None:
        super().__init__(words)
        self.reason = reason


class VisitGone(Refusal, Appointment.DoesNotExist):
    """The visit went while somebody took a step with it: an import was taken back."""

    def __init__(self) -> None:
        super().__init__(_("This visit is not here any more."))


class JustTaken(Refusal):
    """Somebody else claimed the time a moment ago."""

    def __init__(self) -> None:
        super().__init__(_("Someone just took this time."))


class HoldExpired(Refusal):
    """The hold is over. `still_free` says whether the time can be held again."""

    def __init__(self, *, still_free: bool) -> None:
        super().__init__(
            _("We stopped holding this time. It's still free.")
            if still_free
            else _("This time has gone. Choose another time.")
        )
        self.still_free = still_free


class NoMoreTime(Refusal):
    """A hold was extended as often as it may be."""

    def __init__(self) -> None:
        super().__init__(_("We can't hold this time any longer. Book it now, or choose a time again."))


class TooMany(Refusal):
    """A limit against abuse. `until` is when it ends, UTC; None if it ends with a visit."""

    def __init__(self, words: str, until: datetime | None = None) -> None:
        super().__init__(words)
        self.until = until


class KeyReused(Refusal):
    """The same form was sent twice with different answers."""

    def __init__(self) -> None:
        super().__init__(
            _("This page was already used with other answers. Nothing was changed. Please try again.")
        )


class PatientBusy(Refusal):
    """The patient already has a visit at that time."""

    def __init__(self) -> None:
        super().__init__(_("There is already a visit for this person at that time."))


class TooLate(Refusal):
    """The visit has started or is over."""

    def __init__(self) -> None:
        super().__init__(_("This visit can't be changed any more. Please call us."))


class NotAllowed(Refusal):
    """The life cycle does not allow the step from where the visit is now."""


class ChangedMeanwhile(NotAllowed):
    """The visit is no longer as the page showed it; the words name who changed it, and how it stands."""


class NotMoved(Refusal):
    """Staff cannot put a visit there: why, and then what did not happen.

    `may_override` is whether they could all the same, with a reason.
    """

    def __init__(self, why: str, what: str, *, may_override: bool = False) -> None:
        super().__init__(f"{why} {what}")
        self.may_override = may_override


class Clash(Refusal):
    """An undo needs a time that somebody else has now; nothing was changed."""


class JustMerged(Refusal):
    """The patient's record became part of another one a moment ago."""

    def __init__(self) -> None:
        super().__init__(_("This record was just merged with another one. Please try again."))


class JustErased(Refusal):
    """The patient's record was erased a moment ago."""

    def __init__(self) -> None:
        super().__init__(_("This record is not here any more."))


class CannotMerge(Refusal):
    """Two records cannot become one, or cannot be parted again; nothing was changed. `reasons` are
    sentences.
    """

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = tuple(reasons)
