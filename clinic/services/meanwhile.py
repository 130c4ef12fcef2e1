"""Two people edit the same thing: the later one is told what changed, and loses nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from clinic.stamps import list_changed


class ChangedMeanwhile(Exception):
    """Somebody else saved what this form was about to change; nothing was written.

    Of a form that is compared field by field, `current` is what stands now and `names` what differs.
    """

    def __init__(self, current: Mapping[str, Any] | None = None, names: Sequence[str] = ()) -> None:
        super().__init__(
            _(
                "Somebody else changed this while you were writing. Nothing of yours was saved yet. "
                "Look at what is saved now, then save again to replace it."
            )
        )
        self.current = dict(current or {})
        self.names = list(names)


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
