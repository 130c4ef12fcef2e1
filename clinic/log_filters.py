"""What never stands in a log: the keys of links, which by themselves open a visit or set a password."""

import logging
import re
from typing import Any

KEY_IN_PATH = re.compile(r"(/visit/|/private/|/password/reset/key/[^/-]+-)[^/\s]+")


class HideKeys(logging.Filter):
    """Replaces the keys of links in a log line with an ellipsis; drops nothing."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the line's words and arguments, and let it pass."""
        record.msg = _hide(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(_hide(value) for value in record.args)
        return True


def _hide(value: Any) -> Any:
    return KEY_IN_PATH.sub(r"\1…", value) if isinstance(value, str) else value
