"""The clinic's own words for messages: what is in use, and what was."""

from clinic.models import MessageWording


def find_wording(kind: str) -> MessageWording | None:
    """Return the words in use for a kind of message, or None where the default stands. One query."""
    newest = MessageWording.objects.filter(kind=kind).order_by("-version").first()
    return None if newest is None or newest.is_default else newest


def list_versions(kind: str) -> list[MessageWording]:
    """Return every version of a kind, newest first, with who wrote it. One query."""
    versions = MessageWording.objects.filter(kind=kind).select_related("by")
    return list(versions.order_by("-version", "pk"))


def newest_by_kind() -> dict[str, MessageWording]:
    """Return the newest version of each kind that has one, with who wrote it. One query."""
    newest = MessageWording.objects.select_related("by").order_by("kind", "-version").distinct("kind")
    return {wording.kind: wording for wording in newest}
