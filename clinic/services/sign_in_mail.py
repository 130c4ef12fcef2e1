"""Messages about signing in: a code, or a link for a new password; to nobody, if nobody is known."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from clinic.services import outbox
from clinic.services.letters import PASSWORD_RESET


def post_sign_in_message(
    *, kind: str, message_id: uuid.UUID, to: str, language: str, now: datetime, user_id: int | None = None
) -> None:
    """Write a message about signing in to the outbox; `to` is "" where nobody is known: nobody gets it.

    This function will write the same row either way: neither the time nor a failure tells who is known.
    """
    lifetime = (
        settings.PASSWORD_RESET_TIMEOUT if kind == PASSWORD_RESET else settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT
    )
    facts: dict[str, Any] = {"expires_at": (now + timedelta(seconds=lifetime)).isoformat()}
    if user_id is not None:
        facts["user_id"] = user_id
    outbox.post(
        subject_type="sign_in",
        subject_id=message_id,
        kind=kind,
        version=1,
        to=to,
        language=language,
        facts=facts,
        now=now,
    )
