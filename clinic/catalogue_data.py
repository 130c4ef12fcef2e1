"""The texts of the article pages, from the JSON files beside the code; read once per process."""

import json
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@cache
def _read(name: str) -> dict[str, Any]:
    texts: dict[str, Any] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return texts


def get_article(name: str, language: str) -> dict[str, Any]:
    """Return the text of `sensitive_skin`, `evidence_page` or `privacy` in a language, else in English."""
    texts = _read(name)
    return dict(texts.get(language[:2]) or texts["en"])
