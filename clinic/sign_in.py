"""Looking at a password: one account, one hash, whoever it is."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from clinic.models import User
from clinic.queries.staff import find_staff


class StaffBackend(AuthenticationBackend):
    """Lets staff in by e-mail and password; nobody else has a password that counts.

    An address that is unknown, a patient's or stopped costs the same hash as one that is known
    (`AuthenticationBackend.authenticate` computes one when none was compared).
    """

    def _authenticate(self, _request: HttpRequest | None, **credentials: Any) -> User | None:
        """Return the member of staff whose password this is."""
        staff = find_staff(credentials.get("email", ""))
        found: User | None = self._check_password(staff, credentials["password"])
        return found
