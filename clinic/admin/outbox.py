"""Messages to patients, and for the owner to staff: what left and what did not, never what it says."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clinic.access.fields import Field
from clinic.access.rule import user_sees
from clinic.admin.base import RuledAdmin
from clinic.models import OutboxMessage, User


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

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutboxMessage]:
        """Return the messages somebody may know of: the addresses of staff are the owner's to see."""
        rows: QuerySet[OutboxMessage] = super().get_queryset(request)
        if user_sees(Field.STAFF_CONTACT, request.user):
            return rows
        staff = User.objects.exclude(roles=[]).filter(email__isnull=False).order_by()
        addresses = staff.values_list(Lower("email"))
        hidden: QuerySet[OutboxMessage] = rows.annotate(to_lower=Lower("to")).exclude(to_lower__in=addresses)
        return hidden
