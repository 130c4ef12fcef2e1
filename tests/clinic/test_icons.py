"""Icons drawn into the page."""

import re
from pathlib import Path

import pytest

from clinic.icons import get_icon

ROOT = Path(__file__).resolve().parents[2]


def test_icon_is_hidden_from_screen_readers_and_has_no_size_of_its_own() -> None:
    svg = get_icon("map-pin")
    assert svg.startswith('<svg class="i" viewBox="0 0 24 24"')
    assert 'aria-hidden="true"' in svg
    assert " width=" not in svg.partition(">")[0]


def test_icon_takes_another_class() -> None:
    assert get_icon("check", "big").startswith('<svg class="i big"')


@pytest.mark.parametrize("name", ["no-such-icon", "../../package", "", "Check"])
def test_icon_unknown_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no icon named"):
        get_icon(name)


def test_every_icon_a_template_names_exists() -> None:
    named = {
        name
        for template in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r'{% icon "([^"]+)"', template.read_text(encoding="utf-8"))
    }
    assert "globe" in named
    for name in named:
        get_icon(name)
