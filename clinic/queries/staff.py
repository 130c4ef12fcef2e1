"""Reading the staff."""

from clinic.models import User


def find_staff(email: str) -> User | None:
    """Return the member of staff who signs in with this address, in any letter case, or None. One query."""
    staff = User.objects.filter(email__iexact=email, is_active=True)
    return staff.exclude(roles=[]).order_by("pk").first()
