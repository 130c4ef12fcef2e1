"""Messages to patients: the desk sees what left and what did not, never what it says."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from clinic.admin.base import RuledAdmin
from clinic.models import OutboxMessage


@admin.register(OutboxMessage)
class OutboxMessageAdmin(RuledAdmin):
    """Read only, for everybody."""

    list_display = ("created_at", "kind", "to", "language", "status", "sent_at", "attempts")
    list_filter = ("status", "kind", "language")
    search_fields = ("to",)
    search_help_text = _("E-mail address")
    date_hierarchy = "created_at"
    fields: ClassVar[Any] = (
        ("kind", "version", "language"),
        "to",
        ("status", "attempts"),
        ("created_at", "send_after_at", "sent_at"),
        "last_error",
    )
    readonly_fields = ("created_at",)
