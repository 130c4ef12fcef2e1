"""Writing the clinic's own words for a kind of message."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction

from clinic.models import MessageWording, User
from clinic.services.meanwhile import ChangedMeanwhile

Texts = Mapping[str, Mapping[str, str]]
"""`subject`, `heading` and `words`, each by language; {} leaves the default."""

DEFAULT: Texts = {"subject": {}, "heading": {}, "words": {}}


@transaction.atomic
def publish_wording(*, kind: str, texts: Texts, seen: int, by: User, now: datetime) -> MessageWording:
    """Put new words into use from now on, as the version after `seen` (0 if there was none).

    The same words a second time change nothing: the version in use is returned. `DEFAULT` puts the default
    back. The caller has checked the texts.

    :raises ChangedMeanwhile: if there is a newer version than the one that was seen.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"wording {kind}"])
    newest = MessageWording.objects.filter(kind=kind).order_by("-version").first()
    if newest is not None and all(getattr(newest, name) == dict(texts[name]) for name in DEFAULT):
        return newest
    version = newest.version if newest else 0
    if version != seen:
        raise ChangedMeanwhile
    fields = {name: dict(texts[name]) for name in DEFAULT}
    return MessageWording.objects.create(kind=kind, version=version + 1, by=by, at=now, **fields)
