"""Reading the staff."""

from django.db.models.functions import Lower

from clinic.models import User


def find_staff(email: str) -> User | None:
    """Return the member of staff who signs in with this address, in any letter case, or None. One query.

    In small letters: in capitals, as `iexact` compares, a Turkish ı is an i too, and each of its spellings
    would have tries of its own.
    """
    staff = User.objects.alias(folded=Lower("email")).filter(folded=email.lower(), is_active=True)
    return staff.exclude(roles=[]).order_by("pk").first()
