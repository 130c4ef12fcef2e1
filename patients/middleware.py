"""What is about a record that was erased a moment ago is not there any more."""

from collections.abc import Callable

from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse

from clinic.views.errors import not_found
from patients.models.erased import ERASED

GetResponse = Callable[[HttpRequest], HttpResponse]


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
