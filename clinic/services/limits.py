"""Our own limits against abuse: one upsert a hit, in Postgres, so that no restart forgets them."""

import hashlib
import hmac
import unicodedata
from datetime import datetime, timedelta

from django.conf import settings

from clinic import prepared
from clinic.models import LimitWindow
from clinic.prepared import Piece, Row
from clinic.services.security_events import Kind, note

NEVER = Piece("SELECT false AS is_known", {})

_HIT = """
WITH asked AS ({question}),
hit AS (
    INSERT INTO clinic_limitwindow AS w (key, count, ends_at)
    SELECT %(counter)s::text, 1, %(ends_at)s::timestamptz FROM asked WHERE NOT is_known
    ON CONFLICT (key) DO UPDATE
       SET count = CASE WHEN w.ends_at <= %(now)s::timestamptz THEN 1 ELSE w.count + 1 END,
           ends_at = CASE WHEN w.ends_at <= %(now)s::timestamptz THEN excluded.ends_at ELSE w.ends_at END
    RETURNING count, ends_at
)
SELECT hit.count, hit.ends_at, asked.* FROM asked LEFT JOIN hit ON true
"""


class LimitReached(Exception):
    """Too often. `until` is when the window ends, UTC."""

    def __init__(self, until: datetime) -> None:
        super().__init__("limit reached")
        self.until = until


def hit(
    *, purpose: str, subject: str, limit: int, window: timedelta, now: datetime, unless: Piece = NEVER
) -> tuple[int | None, Row]:
    """Count one more `purpose` by `subject`; return the count in this window and what `unless` says.

    `unless` is a query for one row, asked in the same statement: if its column `is_known` is true, nothing
    is counted and the count is None. Its values must not be named `counter`, `ends_at` or, but for the same
    instant, `now`.

    Windows are fixed and start with the first hit. The subject (an address, an e-mail) is normalised
    and stored only as a keyed hash. The upsert is atomic: two at once never count as one.

    :raises LimitReached: if this hit is beyond `limit`; it is counted all the same.
    """
    values = {"counter": key_of(purpose, subject), "ends_at": now + window, "now": now}
    statement = _HIT.format(question=unless.sql)
    ((count, ends_at, *answer),) = prepared.fetch(statement, {**unless.values, **values})
    if count is not None and count == limit + 1:
        note(Kind.LIMIT, user=None, now=now, what=purpose)  # once a window: no flood fills the table
    if count is not None and count > limit:
        raise LimitReached(ends_at)
    return count, tuple(answer)


def forget_ended(*, now: datetime) -> int:
    """Delete the windows that have ended, and return how many; one more hit would have started them anew."""
    return LimitWindow.objects.filter(ends_at__lte=now).delete()[0]


def normalise_email(email: str) -> str:
    """Fold letter case, Unicode forms and `+alias` parts, so that variants share one limit."""
    local, _at, domain = unicodedata.normalize("NFKC", email).strip().casefold().rpartition("@")
    return f"{local.split('+', 1)[0]}@{domain}"


def key_of(purpose: str, subject: str) -> str:
    """Return under which key a subject is counted: nobody can read it back."""
    secret = settings.SECRET_KEY.encode()
    return f"{purpose}:{hmac.new(secret, subject.encode(), hashlib.sha256).hexdigest()[:48]}"
