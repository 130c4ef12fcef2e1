"""Who read health data: the owner sees who, when and what kind of thing, never what it says."""

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clinic.admin.clock import ClinicsClockAdmin
from clinic.models import ReadRecord, Role


@admin.register(ReadRecord)
class ReadRecordAdmin(ClinicsClockAdmin):
    """Read only, for everybody; the database refuses changes too."""

    list_display = ("at", "who", "role_names", "action", "subject_type", "how_many")
    list_display_links = ("at",)
    list_filter = ("action", "subject_type")
    list_select_related = ("reader",)
    search_fields = ("reader__name", "reader__email")
    search_help_text = _("Name or e-mail of who read, or a patient’s id")
    date_hierarchy = "at"
    show_full_result_count = False
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("at", "who", "role_names", "address")}),
        (_("What"), {"fields": ("action", "subject_type", "subject_ids", "patient_ids")}),
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ReadRecord], search_term: str
    ) -> tuple[QuerySet[ReadRecord], bool]:
        """Find a patient's reads by their id, and otherwise who read."""
        try:
            patient_id = UUID(search_term.strip())
        except ValueError:
            return super().get_search_results(request, queryset, search_term)
        return queryset.filter(patient_ids__contains=[patient_id]), False

    @admin.display(description=_("who"), ordering="reader__name")
    def who(self, record: ReadRecord) -> str:
        """The reader's name; a link in a message has none."""
        return str(record.reader) if record.reader else str(_("Whoever holds the link"))

    @admin.display(description=_("roles"))
    def role_names(self, record: ReadRecord) -> str:
        """The roles the reader had then, by name."""
        return ", ".join(str(Role(role).label) for role in record.roles)

    @admin.display(description=_("how many"))
    def how_many(self, record: ReadRecord) -> int:
        """How many things one read showed."""
        return len(record.subject_ids)
