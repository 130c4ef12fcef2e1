"""Our own limits against abuse: one upsert a hit, in Postgres, so that no restart forgets them."""

import hashlib
import hmac
import unicodedata
from datetime import datetime, timedelta

from django.conf import settings

from clinic import prepared

_HIT = """
INSERT INTO clinic_limitwindow AS w (key, count, ends_at) VALUES (%(key)s, 1, %(ends_at)s::timestamptz)
ON CONFLICT (key) DO UPDATE
   SET count = CASE WHEN w.ends_at <= %(now)s::timestamptz THEN 1 ELSE w.count + 1 END,
       ends_at = CASE WHEN w.ends_at <= %(now)s::timestamptz THEN excluded.ends_at ELSE w.ends_at END
RETURNING count, ends_at
"""


class LimitReached(Exception):
    """Too often. `until` is when the window ends, UTC."""

    def __init__(self, until: datetime) -> None:
        super().__init__("limit reached")
        self.until = until


def hit(*, purpose: str, subject: str, limit: int, window: timedelta, now: datetime) -> int:
    """Count one more `purpose` by `subject` and return the count in this window.

    Windows are fixed and start with the first hit. The subject (an address, an e-mail) is normalised
    and stored only as a keyed hash. The upsert is atomic: two at once never count as one.

    :raises LimitReached: if this hit is beyond `limit`; it is counted all the same.
    """
    parameters = {"key": _key(purpose, subject), "ends_at": now + window, "now": now}
    ((count, ends_at),) = prepared.fetch(_HIT, parameters)
    if count > limit:
        raise LimitReached(ends_at)
    return int(count)


def normalise_email(email: str) -> str:
    """Fold letter case, Unicode forms and `+alias` parts, so that variants share one limit."""
    local, _at, domain = unicodedata.normalize("NFKC", email).strip().casefold().rpartition("@")
    return f"{local.split('+', 1)[0]}@{domain}"


def _key(purpose: str, subject: str) -> str:
    secret = settings.SECRET_KEY.encode()
    return f"{purpose}:{hmac.new(secret, subject.encode(), hashlib.sha256).hexdigest()[:48]}"
