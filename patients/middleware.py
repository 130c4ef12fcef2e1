"""Whose record somebody may open, asked before every view of the review; and records erased meanwhile."""

from collections.abc import Callable
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from clinic.models import User
from clinic.views.errors import not_found
from patients.models.erased import ERASED
from patients.queries.care_team import Access, find_access, find_patient_of
from patients.views.opened_by import set_access
from patients.views.reason_access import refuse

RECORDS = "review"
"""The namespace of the pages about one record."""

OF_NOBODY = frozenset({"rules", "alerts", "reason", "close-access"})
"""Pages there that are about no record, or lead to one: they ask for themselves."""

GetResponse = Callable[[HttpRequest], HttpResponse]


class CareTeamMiddleware:
    """Lets the care team, and who gave a reason, pass to a record; asks everybody else for a reason."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; `process_view` decides."""
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        _view: Callable[..., HttpResponse],
        _args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        """Let the request through, or answer with the page that asks for a reason.

        :raises Http404: if there is no such record.
        :raises PermissionDenied: if the address does not say whose record it is about.
        """
        match = request.resolver_match
        if match is None or match.namespace != RECORDS or match.url_name in OF_NOBODY:
            return None
        user, now = cast("User", request.user), timezone.now()  # noqa: TID251 (a part of every view)
        if user.in_review_pool:
            set_access(request, Access())
            return None
        try:
            patient = find_patient_of(kwargs)
        except LookupError:
            raise PermissionDenied from None
        if patient is None:
            raise Http404
        access = find_access(user, patient.pk, now)
        if access is None:
            return refuse(request, patient)
        set_access(request, access)
        return None


class ErasedRecordMiddleware:
    """Answers 404 to whoever writes about a record while it is erased; the database refused it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; `process_exception` answers."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the page for what is not there, if an erasure was quicker; else leave it to others."""
        if not isinstance(exception, IntegrityError):
            return None
        if getattr(getattr(exception.__cause__, "diag", None), "constraint_name", "") != ERASED:
            return None
        return not_found(request, Http404())
