"""What every page of the front desk shows: for whom to call a doctor, who is on duty, how much is asked."""

from datetime import datetime
from functools import cached_property

from bookings.queries.no_shows import count_to_do
from clinic.access.who import DESK
from clinic.models import User
from clinic.queries.duty import list_on_duty
from patients.queries.form_states import DoctorCall, list_doctor_calls


class DeskFacts:
    """The desk as page templates see it; each part is read at most once, and only if shown."""

    def __init__(self, user: User | None, now: datetime) -> None:
        """Remember who looks, and the instant at which the page is made."""
        self.user = user
        self.now = now

    @cached_property
    def doctor_calls(self) -> list[DoctorCall]:
        """The patients for whom a doctor must be called now."""
        return list_doctor_calls()

    @cached_property
    def on_duty(self) -> list[User]:
        """The clinicians on duty now, by name."""
        return list_on_duty(self.now)

    @cached_property
    def open_requests(self) -> int:
        """How many requests and no-shows wait for the desk; 0 for whoever cannot act on them."""
        if self.user is None or not self.user.has_role(*DESK):
            return 0
        return count_to_do(now=self.now)
