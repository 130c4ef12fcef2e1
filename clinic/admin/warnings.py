"""A banner on the pages where advertising is decided."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from clinic.access.admin import ADMIN_RULES
from clinic.admin.base import RuledAdmin
from clinic.models import User
from clinic.queries.advertising import list_advertising_warnings


class AdvertisingBanner(RuledAdmin):
    """Shows, on the list and on each form, which sites advertise without a valid approval."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list with its banner."""
        return super().changelist_view(request, {**(extra_context or {}), **_banner(request)})

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        """Show the form with its banner."""
        return super().render_change_form(request, {**context, **_banner(request)}, *args, **options)


def _banner(request: HttpRequest) -> dict[str, Any]:
    """Return the warnings, and whether the user may put them right."""
    may_fix = cast("User", request.user).has_role(*ADMIN_RULES["clinic.site"][1])
    return {"banner_warnings": list_advertising_warnings(now=timezone.now()), "banner_link": may_fix}
