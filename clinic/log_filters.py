"""What stands in no history: the keys of links, which by themselves open a visit."""

import re
from typing import Any

KEY_IN_PATH = re.compile(r"(/visit/|/private/|/tablet/open/|/password/reset/key/[^/-]+-)[^/\s]+")


def hide_keys(value: Any) -> Any:
    """Return a text with an ellipsis in place of the keys of links; anything else as it is."""
    return KEY_IN_PATH.sub(r"\1…", value) if isinstance(value, str) else value
