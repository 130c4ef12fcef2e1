"""Taking people out of the tables of this app: accounts, messages, sessions, the admin's own log."""

from collections.abc import Collection
from pathlib import Path
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models.functions import Lower

from clinic.models import OutboxMessage, SignIn, User


def forget_account(user: User) -> None:
    """Close an account for good: nothing says whose it was, and nobody signs in with it. Its id stays.

    What it read and wrote names it by that id.
    """
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    SignIn.objects.filter(user=user).delete()
    LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk)
    ).delete()
    user.email = user.phone = user.email_verified_at = user.phone_verified_at = user.last_login = None
    user.name, user.is_active, user.password = "", False, make_password(None)
    user.save()


def forget_messages(*, subject_ids: Collection[UUID], addresses: Collection[str]) -> None:
    """Delete messages about these subjects or to these addresses, whether they left or still wait."""
    OutboxMessage.objects.filter(subject_id__in=subject_ids).delete()
    folded = OutboxMessage.objects.alias(folded=Lower("to"))
    folded.filter(folded__in=[address.lower() for address in addresses]).delete()


def forget_sessions(*, user_ids: Collection[int], traces: Collection[str]) -> None:
    """End the sessions of these accounts, and those that hold one of these texts: a booking on its way."""
    accounts = {str(user_id) for user_id in user_ids}
    gone = [
        session.pk
        for session in Session.objects.order_by("pk").iterator()
        if _speaks_of(session.get_decoded(), accounts, traces)
    ]
    Session.objects.filter(pk__in=gone).delete()


def list_mail_files(addresses: Collection[str]) -> list[Path]:
    """Return the mails to these addresses that the demo keeps as files; a real clinic keeps none."""
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    if not folder or not addresses:
        return []
    wanted = [address.lower().encode() for address in addresses]
    files = (path for path in Path(folder).glob("*") if path.is_file())
    return [path for path in files if any(word in path.read_bytes().lower() for word in wanted)]


def _speaks_of(data: dict[str, object], accounts: set[str], traces: Collection[str]) -> bool:
    if data.get("_auth_user_id") in accounts:
        return True
    text = repr(data).lower()
    return any(trace.lower() in text for trace in traces if trace)
