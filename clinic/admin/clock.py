"""Pages of the admin whose instants are read and typed by the clock of the clinic's first site."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _

from clinic.admin.base import RuledAdmin
from clinic.queries.places import get_clinics_zone, list_sites


class ClinicsClockAdmin(RuledAdmin):
    """Shows and reads every instant in the zone of the first site, and says so above the form.

    The answer is rendered here, while the zone is active; a time that a clock change removes or repeats
    is refused by Django's field.
    """

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show or save one row by the clinic's clock."""
        with timezone.override(get_clinics_zone()):
            return _rendered(super().changeform_view(request, object_id, form_url, extra_context))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, str] | None = None) -> Any:
        """List rows by the clinic's clock."""
        with timezone.override(get_clinics_zone()):
            return _rendered(super().changelist_view(request, extra_context))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Name the clock above the first part of the form."""
        (title, options), *rest = super().get_fieldsets(request, obj)
        sites = list_sites()
        whose = _("Times are by the clock of %(city)s.") % {"city": sites[0].city_text if sites else "UTC"}
        # The admin takes a description for markup
        return [(title, {**options, "description": escape(whose)}), *rest]


def _rendered(answer: HttpResponse) -> HttpResponse:
    render = getattr(answer, "render", None)
    return render() if render is not None else answer
