"""Who is on duty for urgent answers."""

from datetime import datetime

from clinic.models import Role, User


def list_on_duty(now: datetime) -> list[User]:
    """Return the clinicians whose duty shift holds this instant, by name."""
    shift = {"duty_shifts__starts_at__lte": now, "duty_shifts__ends_at__gt": now}
    on_shift = User.objects.filter(is_active=True, roles__contains=[Role.CLINICIAN], **shift)
    return list(on_shift.distinct().order_by("name", "pk"))
