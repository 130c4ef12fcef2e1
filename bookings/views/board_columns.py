"""The board's columns as templates show them: what is costly is made only for those that are drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.safestring import SafeString, mark_safe

from bookings.queries.board_columns import Column
from bookings.views.board_blocks import Block, Shade, head_words, initials, list_blocks, list_shades
from bookings.views.board_html import draw_visit
from bookings.views.day_shown import DayShown


@dataclass(frozen=True)
class ShownColumn:
    """One column among others, on a day of which these minutes are shown; `late` is its delay."""

    column: Column
    line: str
    late: int
    shown: DayShown
    bounds: tuple[int, int]
    now: datetime

    @property
    def id(self) -> int | str:
        """Its resource, or "" for visits without a room."""
        return self.column.resource_id or ""

    @property
    def name(self) -> str:
        """Whose or what it is; "" for visits without a room."""
        return self.column.name

    @property
    def initials(self) -> str:
        """Two letters for its round picture."""
        return initials(self.column.name)

    @cached_property
    def blocks(self) -> list[Block]:
        """Its visits, in order of the wall clock."""
        zone = self.shown.site.tz
        return list_blocks(self.column.resource_id, self.column.visits, zone, self.now, self.shown.show)

    @property
    def drawn(self) -> SafeString:
        """Its visits as HTML."""
        html = "".join(draw_visit(block, self.shown.query) for block in self.blocks)
        return mark_safe(html)  # noqa: S308 (every part is escaped or ours)

    @property
    def shades(self) -> list[Shade]:
        """When it is off."""
        return list_shades(self.column, self.shown.site.tz, self.shown.day, self.bounds)


def list_shown(
    columns: list[Column],
    minutes_late: Mapping[int, int],
    shown: DayShown,
    bounds: tuple[int, int],
    now: datetime,
) -> list[ShownColumn]:
    """Return the columns of a day in their order; who runs late is named by their practitioner's id."""
    zone = shown.site.tz
    return [
        ShownColumn(
            column,
            head_words(column, columns, zone),
            minutes_late.get(column.practitioner.pk, 0) if column.practitioner else 0,
            shown,
            bounds,
            now,
        )
        for column in columns
    ]
