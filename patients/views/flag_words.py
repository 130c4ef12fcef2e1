"""Flags as templates show them: a shape, a word and a colour that say the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from clinic.languages import text_in
from patients.assessment import Flag
from patients.marks import RED, mark_of


@dataclass(frozen=True)
class ShownFlag:
    """A flag in the active language; `word` stands in for the colour where nobody sees it."""

    flag: Flag
    look: str
    icon: str
    word: str
    label: str
    reason: str
    clears_when: str


def show_flags(flags: Sequence[Flag]) -> list[ShownFlag]:
    """Return flags as templates show them, in their order."""
    return [_show(flag) for flag in flags]


def _show(flag: Flag) -> ShownFlag:
    is_red = mark_of(flag) == RED
    return ShownFlag(
        flag=flag,
        look="r" if is_red else "a",
        icon="octagon-alert" if is_red else "triangle-alert",
        word=_("Red flag:") if is_red else _("Amber flag:"),
        label=text_in(dict(flag.label)),
        reason=text_in(dict(flag.reason)),
        clears_when=text_in(dict(flag.clears_when)) if flag.clears_when else "",
    )
