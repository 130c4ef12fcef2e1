"""Whether a visit fits where staff want it, and every rule and visit that is in its way.

Staff may start at any five minutes inside hours, without notice and off the patients' grid. Whatever else is
in the way has words of its own, and says whether somebody may put the visit there all the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from bookings.queries.surroundings import Busy, Place, Span, Surroundings, get_surroundings, overlap
from clinic.models import Resource, ResourceKind
from clinic.models.places import PRACTITIONER_KINDS


@dataclass(frozen=True)
class Hindrance:
    """What is in the way: a code, a sentence, and whether staff may put the visit there all the same."""

    code: str
    words: str
    may_override: bool = True


@dataclass(frozen=True)
class Fit:
    """What a visit would claim at a place, and all that is in the way, what nobody may override first.

    `span` is shorter than what should be kept free if something stands there; `despite` is the time off that
    it would stand in, by id.
    """

    resources: tuple[int, ...]
    span: Span
    despite: tuple[int, ...]
    hindrances: tuple[Hindrance, ...]

    @property
    def may_override(self) -> bool:
        """Whether something is in the way, and none of it is another visit."""
        return bool(self.hindrances) and all(each.may_override for each in self.hindrances)


def find_fit(place: Place, *, now: datetime) -> Fit:
    """Return how a visit fits at a place. Nine queries at most."""
    facts = get_surroundings(place)
    hindrances = list(_rules_against(place, facts, now))
    chosen: list[Resource] = []
    for kind in place.kinds:
        resource, against = _choose(place, facts, kind)
        hindrances += against
        if resource is not None:
            chosen.append(resource)
    starts_at, ends_at = place.whole
    despite: list[int] = []
    for resource in chosen:
        span, within = _clear(place, facts, resource)
        starts_at, ends_at = max(starts_at, span[0]), min(ends_at, span[1])
        despite += within
    hindrances.sort(key=lambda each: each.may_override)
    return Fit(
        tuple(sorted(resource.pk for resource in chosen)),
        (starts_at, ends_at),
        tuple(despite),
        tuple(hindrances),
    )


def _rules_against(place: Place, facts: Surroundings, now: datetime) -> Iterator[Hindrance]:
    """Yield what is against the place whoever sees the patient."""
    if facts.patient is not None:
        words = _("The patient has another visit %(start)s to %(end)s.")
        span = facts.patient.starts_at, facts.patient.ends_at
        yield Hindrance("patient", words % _clocks(place, span), may_override=False)
    kind = place.visit_type
    stays = place.held is not None and place.held[0].astimezone(place.site.tz).date() == place.day
    if kind.weekdays and place.day.isoweekday() not in kind.weekdays and not stays:
        yield Hindrance("weekday", _("This visit is not done on this day of the week."))
    if place.needs_notice and place.starts_at < now + timedelta(hours=kind.notice_hours):
        words = _("This visit needs %(hours)s hours' notice.") % {"hours": kind.notice_hours}
        yield Hindrance("notice", words)


def _choose(place: Place, facts: Surroundings, kind: str) -> tuple[Resource | None, list[Hindrance]]:
    """Return the best resource of a kind, and what is against it."""
    those = [each for each in facts.resources.values() if each.kind == kind]
    wanted = [each for each in those if each.pk in place.wanted]
    those = wanted or sorted(those, key=lambda each: each.pk not in place.own)
    judged = [(each, list(_against(place, facts, each))) for each in those]
    for each, against in judged:
        if not against:
            return each, []
    for each, against in judged:
        if wanted or all(hindrance.may_override for hindrance in against):
            return each, against
    if len(judged) == 1:
        return judged[0]
    words = _("No room or device of the kind needed is free: %(kind)s.")
    label = ResourceKind(kind).label
    return None, [Hindrance("room", words % {"kind": label}, may_override=False)]


def _against(place: Place, facts: Surroundings, resource: Resource) -> Iterator[Hindrance]:
    """Yield what is against a place with one resource; nothing is, where the visit has it already."""
    if _has_it(place, resource):
        return
    if resource.archived_at is not None:
        words = _("%(name)s is not here any more.") % {"name": resource.name}
        yield Hindrance("archived", words, may_override=False)
    for busy in facts.busy.get(resource.pk, []):
        yield _busy_words(place, resource, busy)
    if resource.kind in PRACTITIONER_KINDS:
        yield from _person_against(place, facts, resource)
    for _pk, span in facts.off.get(resource.pk, []):
        words = _("%(name)s is off %(start)s to %(end)s.") % (_clocks(place, span) | {"name": resource.name})
        if overlap(span, place.visit):
            yield Hindrance("time_off", words)
        else:
            yield Hindrance("buffer", _buffer_words(place, words))


def _busy_words(place: Place, resource: Resource, busy: Busy) -> Hindrance:
    """Return that another visit has a resource, or that too little would be kept free between the two."""
    name = {"name": resource.name}
    words = _("%(name)s is busy %(start)s to %(end)s.") % (_clocks(place, busy.visit) | name)
    if overlap(busy.visit, place.visit):
        return Hindrance("busy", words, may_override=False)
    if overlap(busy.claimed, place.visit):
        words = _("%(name)s is busy %(start)s to %(end)s, the minutes kept free included.")
        return Hindrance("busy", words % (_clocks(place, busy.claimed) | name), may_override=False)
    return Hindrance("buffer", _buffer_words(place, words))


def _buffer_words(place: Place, words: str) -> str:
    """Return that the minutes kept free around the visit meet what `words` say."""
    minutes = int(max(place.before, place.after).total_seconds()) // 60
    kept = _("%(minutes)s minutes are kept free around this visit.") % {"minutes": minutes}
    return f"{words} {kept}"


def _person_against(place: Place, facts: Surroundings, resource: Resource) -> Iterator[Hindrance]:
    """Yield what is against somebody: what they do and speak, and when they work."""
    name = {"name": resource.name}
    who = facts.people.get(resource.pk)
    if resource.pk not in place.own:
        if resource.pk not in facts.doing:
            yield Hindrance("type", _("%(name)s does not normally do this visit.") % name)
        if who is not None and place.language and place.language not in who.languages:
            yield Hindrance("language", _("%(name)s does not speak the language asked for.") % name)
    windows = facts.opened.get(resource.pk, [])
    if not any(_epochs(place.visit, window) for window in windows):
        yield _hours_words(place, facts, resource.name, windows)
    elif not any(_epochs(place.whole, window) for window in windows):
        words = _("The visit and the minutes kept free around it don't fit into working hours.")
        yield Hindrance("buffer", words)


def _hours_words(place: Place, facts: Surroundings, name: str, windows: list[tuple[int, int]]) -> Hindrance:
    """Return that somebody does not work then, with the hours they do work that day."""
    if windows:
        zone = place.site.tz
        spans = [tuple(datetime.fromtimestamp(end, tz=zone) for end in window) for window in windows]
        hours = ", ".join(
            _("%(start)s to %(end)s") % {"start": f"{start:%H:%M}", "end": f"{end:%H:%M}"}
            for start, end in spans
        )
        return Hindrance("hours", _("Outside %(name)s’s hours (%(hours)s).") % {"name": name, "hours": hours})
    if facts.closed:
        return Hindrance("closed", _("The site is closed on this day."))
    return Hindrance("hours", _("%(name)s does not work here on this day.") % {"name": name})


def _clear(place: Place, facts: Surroundings, resource: Resource) -> tuple[Span, list[int]]:
    """Return how much around the visit a resource has free, and the time off the visit would stand in."""
    starts_at, ends_at = place.whole
    if _has_it(place, resource):
        return place.whole, [pk for pk, _span in facts.off.get(resource.pk, [])]
    despite = []
    taken = [busy.claimed for busy in facts.busy.get(resource.pk, [])]
    for pk, span in facts.off.get(resource.pk, []):
        if overlap(span, place.visit):
            despite.append(pk)
        else:
            taken.append(span)
    for span in taken:
        if span[1] <= place.starts_at:
            starts_at = max(starts_at, span[1])
        elif span[0] >= place.ends_at:
            ends_at = min(ends_at, span[0])
    return (starts_at, ends_at), despite


def _has_it(place: Place, resource: Resource) -> bool:
    """Whether the visit claims all of it already."""
    whole, held = place.whole, place.held
    return resource.pk in place.own and held is not None and held[0] <= whole[0] and whole[1] <= held[1]


def _epochs(span: Span, window: tuple[int, int]) -> bool:
    """Whether a span lies within a window of epoch seconds."""
    return window[0] <= span[0].timestamp() and span[1].timestamp() <= window[1]


def _clocks(place: Place, span: Span) -> dict[str, str]:
    """Return the wall-clock times of a span at the site."""
    zone = place.site.tz
    return {"start": f"{span[0].astimezone(zone):%H:%M}", "end": f"{span[1].astimezone(zone):%H:%M}"}
