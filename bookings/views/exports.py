"""Patients and visits as files for the owner: what is theirs, they can take along."""

from collections.abc import Iterable, Sequence

from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bookings.export_files import PATIENT_COLUMNS, VISIT_COLUMNS, csv_chunks, xlsx_file
from bookings.forms.imports import ExportVisitsForm
from bookings.services import exports
from bookings.views.imports import show_start
from bookings.views.visitors import account_of
from clinic.addresses import client_address
from clinic.services.audit import Reader
from clinic.services.security_events import Kind, note

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@never_cache
@require_POST
def export_patients(request: HttpRequest) -> HttpResponseBase:
    """Answer every patient as a file; who took it, and whom it names, is recorded."""
    now = timezone.now()
    note(Kind.EXPORTED, user=account_of(request), request=request, now=now, what="patients")
    chunks = exports.export_patients(reader=_reader(request), now=now)
    return _answer(request, f"patients-{now:%Y-%m-%d}", PATIENT_COLUMNS, chunks)


@never_cache
@require_POST
def export_visits(request: HttpRequest) -> HttpResponseBase:
    """Answer a site's visits of some days as a file, or say what is wrong with the days (422)."""
    form = ExportVisitsForm(request.POST)
    if not form.is_valid():
        return show_start(request, export=form, status=422)
    chosen, now = form.cleaned_data, timezone.now()
    note(Kind.EXPORTED, user=account_of(request), request=request, now=now, what="visits")
    site, first, last = chosen["site"], chosen["first"], chosen["last"]
    chunks = exports.export_visits(site=site, first=first, last=last, reader=_reader(request), now=now)
    return _answer(request, f"visits-{site.slug}-{first}-{last}", VISIT_COLUMNS, chunks)


def _reader(request: HttpRequest) -> Reader:
    return Reader(user=account_of(request), address=client_address(request))


def _answer(
    request: HttpRequest, name: str, columns: Sequence[str], chunks: Iterable[list[tuple[str, ...]]]
) -> HttpResponseBase:
    """Return the lines as the file that was asked for; CSV leaves while it is read."""
    if request.POST.get("format") == "xlsx":
        made = xlsx_file(columns, chunks)
        return FileResponse(made, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
    return StreamingHttpResponse(
        csv_chunks(columns, chunks),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
