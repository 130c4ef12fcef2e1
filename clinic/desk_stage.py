"""The second step after the password, spared on a trusted computer to who has used it there this shift."""

from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest
from django.utils import timezone

from clinic.models import User
from clinic.queries.sessions import has_used_factor_on
from clinic.signed_in import find_trusted_computer


class DeskStage(AuthenticateStage):
    """Asks for the factor, except where the computer stands in for it.

    What it spares is the board's: health data and set-up ask for the factor itself (`clinic/sessions.py`).
    """

    def _should_handle(self, request: HttpRequest) -> bool:
        if not super()._should_handle(request):
            return False
        now = timezone.now()  # noqa: TID251 (allauth calls this as a view would)
        computer = find_trusted_computer(request, now)
        user = self.login.user
        if computer is None or not isinstance(user, User) or not has_used_factor_on(computer, user):
            return True
        request.factor_spared = True  # type: ignore[attr-defined]
        return False
