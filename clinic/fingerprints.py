"""Short fingerprints of what is stored, so that nobody overwrites what they have not seen. Pure."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def fingerprint(values: Mapping[str, Any]) -> str:
    """Return a short text that differs when any of the values does; sets count without order."""
    written = json.dumps(values, sort_keys=True, default=_plain, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()[:20]


def _plain(value: Any) -> Any:
    return sorted(value, key=str) if isinstance(value, set | frozenset) else str(value)
