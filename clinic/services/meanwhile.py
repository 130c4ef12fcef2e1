"""Two people edit the same thing: the later one is told what changed, and loses nothing."""

from collections.abc import Mapping
from typing import Any

from clinic.stamps import list_changed


class ChangedMeanwhile(Exception):
    """Somebody else saved since the page was opened. `current` is what stands now, `names` what differs."""

    def __init__(self, current: Mapping[str, Any], names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.current = dict(current)
        self.names = names


class NotAccepted(Exception):
    """A value that cannot be saved; `words` stand beside `field`, or above the form if there is none."""

    def __init__(self, words: str, *, field: str | None = None) -> None:
        super().__init__(words)
        self.words, self.field = words, field


def check_unchanged(seen: str, current: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Refuse to save over what somebody else has saved; `current` is read under a lock on its row.

    What stands already as it is wanted counts as unchanged, so saving the same twice is fine.

    :raises ChangedMeanwhile: naming the fields.
    """
    names = [name for name in list_changed(seen, current) if current[name] != wanted[name]]
    if names:
        raise ChangedMeanwhile(current, names)
