"""Short marks of what a page showed, so that nobody overwrites what they have not seen. Pure."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

LENGTH = 12


def stamp_of(value: Any) -> str:
    """Return a mark of any plain value: the same for the same, whatever the order of a set."""
    plain = json.dumps(value, sort_keys=True, default=_plain, ensure_ascii=False)
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:LENGTH]


def stamp_fields(values: Mapping[str, Any]) -> str:
    """Return a mark of each of several named values, in one line: "city:0c1f name:77ab"."""
    return " ".join(f"{name}:{stamp_of(values[name])}" for name in sorted(values))


def list_changed(seen: str, values: Mapping[str, Any]) -> list[str]:
    """Return the names whose value is not what a line of marks says, in their order."""
    marks = dict(part.split(":", 1) for part in seen.split() if ":" in part)
    return [name for name, value in values.items() if marks.get(name) != stamp_of(value)]


def _plain(value: Any) -> Any:
    return sorted(value, key=str) if isinstance(value, set | frozenset) else str(value)
