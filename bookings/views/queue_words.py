"""A row of the clinicians' queue as its template shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from bookings.queries.review_queue import Queued
from clinic import times
from clinic.models import User
from patients.models import Photo
from patients.told import FACE_MAP, NOT_ASKED, tell
from patients.views.changed_words import Change, tell_changes
from patients.views.flag_words import ShownFlag, show_flags

SHOWN_FLAGS = 4
LATELY = timedelta(minutes=30)
"""A colleague who had a form open this long ago is named, so that two do not read the same one."""


@dataclass(frozen=True)
class Rating:
    """Somebody's own rating from 0 to 10 with what stands below it; None if it was not asked yet."""

    value: int | None
    below: str

    @property
    def width(self) -> int:
        """How far the meter of 64 goes."""
        return 64 * (self.value or 0) // 10


@dataclass(frozen=True)
class QueueLine:
    """One row, and its preview."""

    queued: Queued
    day: str
    wait: str
    about: str
    home: str
    flags: list[ShownFlag]
    itch: Rating
    scars: Rating
    news: str
    changes: list[Change]
    opened: str
    unasked: int
    own_words: str
    photos: list[Photo]

    @property
    def shown_flags(self) -> list[ShownFlag]:
        """The flags in the row: every red one, and amber ones while there is room."""
        reds = sum(flag.look == "r" for flag in self.flags)
        return self.flags[: max(reds, SHOWN_FLAGS)]

    @property
    def more_flags(self) -> int:
        """How many flags only the preview shows."""
        return len(self.flags) - len(self.shown_flags)


def make_lines(rows: Sequence[Queued], user: User, *, now: datetime) -> list[QueueLine]:
    """Return the rows of the queue in words, for somebody, at an instant."""
    return [_make_line(row, user, now) for row in rows]


def _make_line(row: Queued, user: User, now: datetime) -> QueueLine:
    language, version, answers = get_language() or "en", row.row.questionnaire, row.form.answers
    sections = tell(
        answers,
        reference_date=row.row.reference_date,
        version=version,
        is_complete=row.form.is_complete,
        language=language,
    )
    told = {each.key: each for section in sections for each in section.rows}
    zone = row.visit.site.tz if row.visit else None
    return QueueLine(
        queued=row,
        day=say_day(row.visit.starts_at, zone, language, now) if row.visit and zone else "",
        wait=say_wait(row.visit.starts_at - now) if row.visit else "",
        about=", ".join(filter(None, (str(row.form.judged.facts.age or ""), answers.get("b_gender", "")))),
        home=told["b_country"].words if "b_country" in told else "",
        flags=show_flags(row.flags),
        itch=Rating(answers.get("f_itch_nrs"), _itch_word(row.form.judged.facts.ad_level)),
        scars=Rating(answers.get("g_bother"), _zones_word(answers.get(FACE_MAP))),
        news=_say_news(row),
        changes=tell_changes(row.changed, row.said_before, row.form.said, version),
        opened=_say_opened(row, user, now),
        unasked=sum(key in told and told[key].state == NOT_ASKED for key in row.form.judged.missing),
        own_words=str(answers.get("x_words", "")),
        photos=_latest_of_each_view(row.photos),
    )


def say_day(instant: datetime, zone: ZoneInfo, language: str, now: datetime) -> str:
    """Return when a visit starts, by the site's clock: "Today 13:00", "Tomorrow 10:30", or the day."""
    days = (instant.astimezone(zone).date() - now.astimezone(zone).date()).days
    clock = times.format_clock(instant, zone, language)
    if days == 0:
        return _("Today %(clock)s") % {"clock": clock}
    if days == 1:
        return _("Tomorrow %(clock)s") % {"clock": clock}
    return times.format_when(instant, zone, language, now)


def say_wait(left: timedelta) -> str:
    """Return how long until a visit starts: "in 1 h 24", "in 23 h", "in 2 days", or that it has begun."""
    minutes = int(left.total_seconds() // 60)
    if minutes < 0:
        return _("now")
    hours, rest = divmod(minutes, 60)
    if hours == 0:
        return _("in %(minutes)s min") % {"minutes": rest}
    if hours < 10:
        return _("in %(hours)s h %(minutes)02d") % {"hours": hours, "minutes": rest}
    if hours < 48:
        return _("in %(hours)s h") % {"hours": hours}
    days = hours // 24
    return ngettext("in %(days)s day", "in %(days)s days", days) % {"days": days}


def _itch_word(level: str | None) -> str:
    return {
        "clear": pgettext("eczema", "Clear"),
        "mild": _("Mild"),
        "moderate": _("Moderate"),
        "severe": _("Severe"),
        "very_severe": _("Very severe"),
    }.get(level or "", "")


def _zones_word(zones: Any) -> str:
    if not zones:
        return ""
    return ngettext("%(count)s zone", "%(count)s zones", len(zones)) % {"count": len(zones)}


def _say_news(row: Queued) -> str:
    if row.before is None:
        return ""
    news = []
    if count := len(row.changed):
        news.append(
            ngettext("%(count)s answer changed", "%(count)s answers changed", count) % {"count": count}
        )
    if count := row.new_photos:
        news.append(ngettext("%(count)s new photo", "%(count)s new photos", count) % {"count": count})
    return ", ".join(news) or _("Nothing changed")


def _say_opened(row: Queued, user: User, now: datetime) -> str:
    for reader in row.readers:
        minutes = int((now - reader.seen_at).total_seconds() // 60)
        if reader.user_id != user.pk and now - reader.seen_at < LATELY:
            values = {"who": reader.user.name or str(reader.user), "minutes": minutes}
            if minutes < 1:
                return _("%(who)s is reading this now") % values
            return _("%(who)s opened this %(minutes)s min ago") % values
    return ""


def _latest_of_each_view(photos: Sequence[Photo]) -> list[Photo]:
    return list({photo.view: photo for photo in reversed(photos)}.values())
