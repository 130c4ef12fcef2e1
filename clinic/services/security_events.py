"""Writing down who came in, who was refused, and who changed what protects an account."""

from datetime import datetime

from django.http import HttpRequest

from clinic import request_ids
from clinic.addresses import client_address
from clinic.models import SecurityEvent, User

Kind = SecurityEvent.Kind

FACTS = frozenset({"url_name", "what", "how", "role"})
"""What may be said of an event, in words of our own: the name of an address, a kind of factor, a limit."""

LONGEST = 60


def note(
    kind: Kind,
    *,
    user: User | None,
    now: datetime,
    request: HttpRequest | None = None,
    about: User | None = None,
    **facts: str,
) -> None:
    """Write one row. `user` is who acts, None for nobody we know; `about` whose account it is, if another's.

    Never pass what somebody typed: an address that opens no account is not kept, in no form.

    :raises ValueError: for a fact that is not in `FACTS`.
    """
    if strange := set(facts) - FACTS:
        raise ValueError(f"not a fact of a security event: {', '.join(sorted(strange))}")
    SecurityEvent.objects.create(
        at=now,
        kind=kind,
        user_id=user.pk if user else None,
        about_id=about.pk if about else None,
        address=client_address(request)[:45] if request else "",
        request_id=request_ids.current()[:40],
        facts={name: value[:LONGEST] for name, value in facts.items()},
    )
