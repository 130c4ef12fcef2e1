"""What refuses to overwrite somebody else's change."""

from django.utils.translation import gettext as _


class ChangedMeanwhile(Exception):
    """Somebody else saved what this form was about to change; nothing was written."""

    def __str__(self) -> str:
        return str(
            _(
                "Somebody else changed this while you were writing. Nothing of yours was saved yet. "
                "Look at what is saved now, then save again to replace it."
            )
        )
