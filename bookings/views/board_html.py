"""A visit's block as HTML. It is written here and not in a template, because a board may hold 400 of them."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bookings.views.board_blocks import Block
from clinic.icons import get_icon
from clinic.models import VisitMode

_ARTICLE = (
    '<article class="vb {classes}" id="v-{ref}" data-ref="{ref}" data-seen="{seen}" data-status="{status}"'
    ' data-start="{start}" data-minutes="{minutes}"{movable}>'
    '<a class="vb-in" href="?{query}&amp;visit={ref}" data-panel="{panel}">'
    '<span class="l1">{icon}<span class="vh">{word}. </span>'
    "<time>{clock}</time><bdi>{patient}</bdi>{way}</span>"
    '<span class="l2"><span class="kind">{line}</span>{badge}</span></a></article>'
)
_NONE, _MOVABLE = SafeString(""), SafeString(' data-movable="1"')


def draw_visit(block: Block, query: str) -> SafeString:
    """Return a visit's block, whose text begins with the status; `query` is the day in an address."""
    visit = block.visit
    return format_html(
        _ARTICLE,
        classes=block.classes,
        ref=visit.reference,
        seen=visit.sequence,
        status=visit.status.value,
        start=block.start,
        minutes=block.minutes,
        movable=_MOVABLE if block.is_movable else _NONE,
        query=query,
        panel=reverse("board:panel", args=[visit.reference]),
        icon=_icon(block.icon),
        word=str(block.word),
        clock=block.clock,
        patient=visit.patient,
        way=_way(block),
        line=block.line,
        badge=_badge(block),
    )


def _way(block: Block) -> SafeString:
    """Return how a patient who does not come is reached."""
    if not block.visit.is_remote:
        return _NONE
    is_call = block.visit.mode == VisitMode.PHONE
    icon, word = ("phone", _("by phone")) if is_call else ("video", _("by video"))
    return format_html('{}<span class="vh">{}</span>', _icon(icon), word)


def _badge(block: Block) -> SafeString:
    """Return what the desk must know of the patient's form, an urgent call first."""
    if block.visit.form.calls_doctor:
        look, icon, word = "alarm", "siren", _("Call a doctor now")
    elif block.badge:
        look, icon, word = block.badge.look, block.badge.icon, str(block.badge.word)
    else:
        return _NONE
    return format_html('<span class="fb {}">{}{}</span>', look, _icon(icon), word)


def _icon(name: str) -> SafeString:
    return mark_safe(get_icon(name))  # noqa: S308 (files of a pinned package)
