"""What every step of staff begins and ends with: the visit's lock, the table, and what is written down."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings.desk_actions import TABLE, Action, Bar, find_bar
from bookings.models import Appointment, VisitEvent
from bookings.services.actors import Actor
from bookings.services.records import record
from bookings.services.refusals import ChangedMeanwhile, NotAllowed
from bookings.services.restoring import Before
from clinic.times import format_clock, format_when

ANY_STAFF = frozenset().union(*(rule.roles for rule in TABLE.values()))
ELSEWHERE = frozenset({"moved", "lengthened", "overridden", "changed"})
"""Events after which a visit is somewhere else, in the same status."""


def check_allowed(visit: Appointment, action: Action, actor: Actor, now: datetime) -> None:
    """Refuse what the table does not allow. An actor without a user is the clinic itself.

    :raises NotAllowed: with the rule.
    """
    bar = find_bar(action, visit, now, roles_of(actor))
    if bar is not None:
        raise NotAllowed(not_from(visit) if bar == Bar.STATUS else _words_of(bar))


def check_role(action: Action, actor: Actor) -> None:
    """Refuse an actor whose roles never allow something.

    :raises NotAllowed: if so.
    """
    if TABLE[action].roles.isdisjoint(roles_of(actor)):
        raise NotAllowed(_words_of(Bar.ROLE))


def roles_of(actor: Actor) -> Collection[str]:
    """Return the roles an actor acts in."""
    return actor.user.roles if actor.user else ANY_STAFF


def check_seen(visit: Appointment, seen: str) -> None:
    """Refuse a step that was taken on a page on which a locked visit was different.

    `seen` is the visit's sequence or status there, as text; "" if the page did not say.

    :raises ChangedMeanwhile: naming who changed the visit, and how it stands now.
    """
    if seen not in ("", str(visit.sequence), str(visit.status)):
        raise ChangedMeanwhile(_who_changed(visit))


def write_down(
    visit: Appointment, action: str, before: Before, actor: Actor, now: datetime, **more: Any
) -> VisitEvent:
    """Write a step among the events of a visit, with all that an undo puts back."""
    return record(visit, action, before.status, actor, now, before.facts | more)


def not_from(visit: Appointment) -> str:
    """Return the sentence that a step is not possible from where a visit is now."""
    return _("Not possible: this visit is %(status)s now.") % {"status": visit.get_status_display()}


def _words_of(bar: Bar) -> str:
    words = {
        Bar.ROLE: _("Your role does not allow this."),
        Bar.BEFORE_ITS_DAY: _("You can say this on the day of the visit."),
        Bar.BEFORE_NO_SHOW: _("You can say this from 10 minutes after the start."),
        Bar.STARTED: _("This visit has started already."),
        Bar.ERASED: _("This person’s data was erased. Nothing more is written about the visit."),
    }
    return words[bar]


def _who_changed(visit: Appointment) -> str:
    """Name who changed a visit last, and say how it stands now."""
    event = visit.events.select_related("user").order_by("-at", "-pk").first()
    user = event.user if event is not None else None
    who = user.name if user is not None and user.name else _("Someone")
    return _("%(who)s just changed this visit. It is now: %(status)s. Your step was not taken.") % {
        "who": who,
        "status": _stand_of(visit, event),
    }


def _stand_of(visit: Appointment, event: VisitEvent | None) -> str:
    """Return how a visit stands: its status, and when and with whom if that is what changed."""
    status = visit.get_status_display()
    if event is None or event.action.removeprefix("undo_") not in ELSEWHERE:
        return status
    zone, language = visit.site.tz, get_language() or settings.LANGUAGE_CODE
    start = format_when(visit.starts_at, zone, language)
    end = format_clock(visit.ends_at, zone, language)
    return f"{status}, {start} – {end}, {visit.practitioner.name_text}"
