"""Whether to ask if everything is still right, of what was sent a while ago."""

from datetime import timedelta
from typing import Any

from patients.models import FormVersion
from patients.views.mounts import Opened

A_WHILE = timedelta(days=14)


def ask_again(opened: Opened, latest: FormVersion | None) -> dict[str, Any] | None:
    """Return what the question needs: the day of sending, the revision, where it leads; None to ask nothing.

    It is asked two weeks after sending, of answers that have not changed since; never of who fills in a form
    at the clinic, where no button says so for the patient.
    """
    row = opened.draft.row
    if opened.mount.by_clinic:
        return None
    if latest is None or row is None or not row.is_sent or opened.now - latest.sent_at <= A_WHILE:
        return None
    mount = opened.mount
    return {
        "sent_on": latest.sent_at.astimezone(mount.zone).date(),
        "revision": row.revision,
        "url": mount.url("still-right"),
        "change_url": mount.url("check-form") + "#answers",
    }
