"""Archiving in the admin: what booked visits need stays, as on the set-up pages."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bookings.admin.calendar import describe_visits
from bookings.services.stranding import Stranding
from clinic.admin.base import ArchivingAdmin


class KeepsVisits(ArchivingAdmin):
    """Archives row by row, and names the visits that need one; such a row stays in use."""

    def archive_row(self, row: Any, now: datetime) -> None:
        """Archive one row.

        :raises Stranding: if booked visits need it.
        """
        raise NotImplementedError

    @admin.action(description=_("Archive"), permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Take out of use what no booked visit needs."""
        changed = sum(self._archive(request, row, self.archive_row) for row in queryset)
        text = ngettext("%(count)d archived. It can be brought back.", "%(count)d archived.", changed)
        self.message_user(request, text % {"count": changed}, messages.SUCCESS)

    def _archive(self, request: HttpRequest, row: Any, step: Callable[[Any, datetime], None]) -> bool:
        if not self.in_use(row):
            return False
        try:
            step(row, timezone.now())
        except Stranding as stranding:
            lines = format_html_join(
                "", "<br>{}", ((line,) for line in describe_visits(stranding.visits[:20]))
            )
            self.message_user(request, format_html("{}: {}{}", row, stranding, lines), messages.ERROR)
            return False
        return True
