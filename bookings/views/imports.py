"""Importing a clinic's own file in four steps: the file, its columns, a look at what will happen, done."""

from datetime import timedelta
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.forms.import_rows import read_rows
from bookings.forms.imports import ColumnsForm, ExportVisitsForm, ImportForm, UploadForm
from bookings.import_files import Table, read_table
from bookings.import_rows import Problem, ReadFile, read_choices
from bookings.models import Appointment, ImportBatch
from bookings.queries.import_batches import get_batch, list_batches, list_kept, list_to_move
from bookings.queries.import_facts import Clinicians, get_clinicians
from bookings.queries.import_plan import make_plan
from bookings.services import import_batches, import_undo, imports
from bookings.services.import_batches import FileGone
from bookings.services.refusals import Refusal
from bookings.views.import_words import KEPT_WORDS, tell
from bookings.views.sheets import board_address
from bookings.views.visitors import actor_of
from clinic.models import User

MOST_SHOWN = 200
"""Lines of a list on the page; the count says how many there are."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Take a file in; show the imports there were, and what can be exported."""
    if request.method != "POST":
        return show_start(request)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return show_start(request, upload=form, status=422)
    batch = import_batches.keep_file(
        raw=form.cleaned_data["file"],
        file_name=form.name,
        site=form.cleaned_data["site"],
        by=cast("User", request.user),
        now=timezone.now(),
    )
    return redirect("imports:columns", batch.pk)


def show_start(
    request: HttpRequest,
    *,
    upload: UploadForm | None = None,
    export: ExportVisitsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the first page, with a form that was refused, if one was."""
    now = timezone.now()
    today = now.date()
    context = {
        "step": 1,
        "form": upload or export,
        "upload": upload or UploadForm(),
        "export": export or ExportVisitsForm(initial={"first": today, "last": today + timedelta(days=365)}),
        "batches": list_batches(),
    }
    return render(request, "bookings/imports/start.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Ask which column is which; guessed, with samples."""
    batch = _get_batch(batch_id)
    if batch.imported_at is not None:
        return redirect("imports:done", batch.pk)
    table = _table_of(batch)
    if table is None:
        return _gone(request)
    chosen = read_choices(batch.choices) if batch.choices else None
    form = ColumnsForm(table, get_clinicians(batch.site), request.POST or None, chosen=chosen)
    if request.method == "POST" and form.is_valid():
        import_batches.choose_columns(batch=batch, choices=form.choices())
        return redirect("imports:check", batch.pk)
    context = {"step": 2, "batch": batch, "form": form, "rows": len(table.rows)}
    status = 422 if request.method == "POST" else 200
    return render(request, "bookings/imports/columns.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Show what will happen, and then do it, once. The stamp says which columns the page was made with."""
    batch = _get_batch(batch_id)
    if batch.imported_at is not None:
        return redirect("imports:done", batch.pk)
    if not batch.choices:
        return redirect("imports:columns", batch.pk)
    table = _table_of(batch)
    if table is None:
        return _gone(request)
    now, clinicians = timezone.now(), get_clinicians(batch.site)
    read = read_rows(table, read_choices(batch.choices), clinicians, now=now)
    form = ImportForm(request.POST)
    if request.method == "POST" and form.is_valid():
        return _import(request, batch, read, clinicians, form)
    return _show_check(request, batch, read, clinicians, status=422 if request.method == "POST" else 200)


def _import(
    request: HttpRequest, batch: ImportBatch, read: ReadFile, clinicians: Clinicians, form: ImportForm
) -> HttpResponse:
    try:
        imports.import_file(
            batch_id=batch.pk,
            read=read,
            stamp=form.cleaned_data["stamp"],
            clinicians=clinicians,
            leave_out_known=form.leaves_out_known(),
            actor=actor_of(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("imports:check", batch.pk)
    except ImportBatch.DoesNotExist:
        return _gone(request)
    return redirect("imports:done", batch.pk)


def _show_check(
    request: HttpRequest,
    batch: ImportBatch,
    read: ReadFile,
    clinicians: Clinicians,
    *,
    status: int,
) -> HttpResponse:
    plan = make_plan(read, clinicians, leave_out_known=False, now=timezone.now())
    context = {
        "step": 3,
        "batch": batch,
        "plan": plan,
        "stamp": read_choices(batch.choices).stamp,
        "rows": plan.rows + sum(tell(problem).leaves_out_person for problem in plan.problems),
        "problems": [tell(problem) for problem in plan.problems[:MOST_SHOWN]],
        "known": plan.known[:MOST_SHOWN],
        "to_move": [
            (visit, clinicians.practitioners[visit.practitioner_id]) for visit in plan.to_move[:MOST_SHOWN]
        ],
        "buddhist": read.buddhist,
        "nothing": not plan.new and not plan.visits,
    }
    return render(request, "bookings/imports/check.html", context, status=status)


@never_cache
@require_safe
def done(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Show what an import made, what it left out and what is to move; or what was taken back."""
    batch = _get_batch(batch_id)
    if batch.imported_at is None:
        return redirect("imports:check", batch.pk)
    left_out = [Problem(row, code) for row, code in batch.counts.get("left_out", [])]
    context = {
        "step": 4,
        "batch": batch,
        "counts": batch.counts,
        "problems": [tell(problem) for problem in left_out[:MOST_SHOWN]],
        "problem_count": len(left_out),
        "to_move": [] if batch.undone_at else [(visit, _address_of(visit)) for visit in list_to_move(batch)],
        "kept": [(thing, KEPT_WORDS.get(why, "")) for thing, why in list_kept(batch)]
        if batch.undone_at
        else [],
        "may_undo": import_undo.may_be_undone(batch, timezone.now()),
        "undo_until": (batch.imported_at + import_undo.UNDO_IMPORT).astimezone(batch.site.tz).date(),
    }
    return render(request, "bookings/imports/done.html", context)


def _address_of(visit: Appointment) -> str:
    day = visit.starts_at.astimezone(visit.site.tz).date()
    return board_address(visit.site, day, reference=visit.reference)


@require_POST
def undo(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Take an import back."""
    try:
        import_undo.undo_import(batch_id=batch_id, now=timezone.now())
    except ImportBatch.DoesNotExist:
        raise Http404 from None
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("imports:done", batch_id)


@require_POST
def forget(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Delete a file that waits."""
    import_batches.forget_file(batch_id=batch_id)
    messages.success(request, _("The file is deleted. Nothing was imported."))
    return redirect("imports:start")


def _get_batch(batch_id: UUID) -> ImportBatch:
    try:
        return get_batch(batch_id)
    except ImportBatch.DoesNotExist:
        raise Http404 from None


def _table_of(batch: ImportBatch) -> Table | None:
    """Return the table in a waiting file; None if it is not kept any more."""
    try:
        return read_table(import_batches.open_file(batch))
    except FileGone:
        return None


def _gone(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("This file is not kept any more. Choose it again."))
    return redirect("imports:start")
