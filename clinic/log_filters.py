"""What stands in no log and no history: the keys of links, which by themselves open a visit."""

import logging
import re
from typing import Any

KEY_IN_PATH = re.compile(r"(/visit/|/private/|/tablet/open/|/password/reset/key/[^/-]+-)[^/\s]+")


class HideKeys(logging.Filter):
    """Replaces the keys of links in a log line with an ellipsis; drops nothing."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the line's words and arguments, and let it pass."""
        record.msg = hide_keys(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(hide_keys(value) for value in record.args)
        return True


def hide_keys(value: Any) -> Any:
    """Return a text with an ellipsis in place of the keys of links; anything else as it is."""
    return KEY_IN_PATH.sub(r"\1…", value) if isinstance(value, str) else value
