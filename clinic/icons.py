"""Lucide icons as inline SVG, from the npm package `lucide-static`."""

import re
from functools import cache

from clinic.assets import NODE_MODULES

ICONS = NODE_MODULES / "lucide-static" / "icons"
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SHAPES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


@cache
def get_icon(name: str, extra_class: str = "") -> str:
    """Return the SVG of an icon, hidden from screen readers; the text beside it says what it means.

    :raises ValueError: if there is no such icon.
    """
    file = ICONS / f"{name}.svg"
    if not _NAME.fullmatch(name) or not file.is_file():
        raise ValueError(f"There is no icon named {name!r} in lucide-static.")
    shapes = _SHAPES.search(file.read_text(encoding="utf-8"))
    if shapes is None:
        raise ValueError(f"The icon {name!r} is not an SVG we can read.")
    drawn = " ".join(shapes[1].split())
    return (
        f'<svg class="{" ".join(filter(None, ("i", extra_class)))}" viewBox="0 0 24 24" fill="none" '
        'stroke="currentColor" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round" '
        f'aria-hidden="true">{drawn}</svg>'
    )
