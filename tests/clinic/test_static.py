"""What holds for every stylesheet, script and template."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from clinic.assets import ASSETS

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "clinic" / "static" / "clinic"
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)", re.IGNORECASE)


def test_dark_tokens_are_the_same_when_chosen_and_when_the_device_asks() -> None:
    css = (STATIC / "tokens.css").read_text(encoding="utf-8")
    blocks = [
        re.search(re.escape(selector) + r"\s*{([^}]*)}", css)
        for selector in ("[data-bs-theme=dark]", ":root:not([data-bs-theme])")
    ]
    chosen, asked = ["".join(block[1].split()) for block in blocks if block]
    assert chosen == asked


def test_every_font_and_image_a_stylesheet_names_can_be_served() -> None:
    for sheet in STATIC.glob("*.css"):
        for path in re.findall(r'url\("\.\./([^"]+)"\)', sheet.read_text(encoding="utf-8")):
            assert finders.find(path), f"{sheet.name} names {path}"


def test_every_asset_on_the_list_is_installed() -> None:
    assert [path for path in ASSETS if not finders.find(path)] == []


def test_asset_not_on_the_list_is_not_served() -> None:
    assert finders.find("vendor/bootstrap/package.json") is None


@pytest.mark.parametrize(
    "bad", ['<p style="color:red">', "<style>p{}</style>", '<a onclick="x()">', "<script>x()</script>"]
)
def test_inline_code_is_recognised(bad: str) -> None:
    assert INLINE.search(bad)


def test_no_page_has_inline_styles_or_scripts() -> None:
    pages = [path for path in (ROOT / "templates").rglob("*.html") if "messages" not in path.parts]
    assert pages
    assert [
        str(path)
        for path in pages
        if "mail" not in path.name and INLINE.search(path.read_text(encoding="utf-8"))
    ] == []
