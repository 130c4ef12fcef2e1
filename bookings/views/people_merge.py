"""Records that may be one person's: the list, comparing two side by side, merging, and undoing it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.forms.people import LANGUAGE_NAMES, MergeForm
from bookings.queries.merging import get_sides, list_obstacles
from bookings.queries.people import list_next_visits
from bookings.services.merging import CHOICES, merge_patients, print_of, undo_merge
from bookings.services.refusals import CannotMerge
from bookings.views.people_page import get_record, note_read, user_of
from bookings.views.people_words import form_words, what_is_same
from clinic.models import User
from patients.models import Merge, Patient
from patients.queries.duplicates import list_newest_duplicates
from patients.queries.form_states import get_form_states
from patients.services.duplicates import keep_apart

LABELS = {
    "name": gettext_lazy("Name"),
    "birth_date": gettext_lazy("Birth date"),
    "phone": gettext_lazy("Mobile"),
    "email": gettext_lazy("Email"),
    "contact_name": gettext_lazy("Contact person"),
    "language": gettext_lazy("Language we write in"),
    "zone": gettext_lazy("Home time zone"),
}
MOST_PAGES = 400


@never_cache
@require_safe
def duplicates(request: HttpRequest) -> HttpResponse:
    """List pairs among the newest records, or among earlier ones. A constant number of queries."""
    typed = request.GET.get("page", "")
    page = min(int(typed), MOST_PAGES) if typed.isascii() and typed.isdecimal() and len(typed) < 4 else 0
    pairs, has_earlier = list_newest_duplicates(page)
    shown = {
        "pairs": [(pair, what_is_same(pair)) for pair in pairs],
        "page": page,
        "earlier": page + 1 if has_earlier and page < MOST_PAGES else None,
    }
    return render(request, "bookings/people/duplicates.html", shown)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: HttpRequest, patient_id: UUID, other_id: UUID) -> HttpResponse:
    """Show two records side by side; one press makes the other a part of the first."""
    if patient_id == other_id:
        raise Http404
    now, kept, gone = timezone.now(), get_record(patient_id), get_record(other_id)
    if kept.merged_into_id is not None or gone.merged_into_id is not None:
        return redirect("people:patient", patient_id)
    note_read(request, kept, gone, now=now)
    if request.method != "POST":
        return _show(request, kept, gone, list_obstacles(kept, gone), now)
    form = MergeForm(request.POST)
    if not form.is_valid():
        raise Http404  # only a page of somebody else's makes such a form
    try:
        merge_patients(
            kept_id=kept.pk,
            gone_id=gone.pk,
            taken=form.taken(),
            seen=form.cleaned_data["seen"],
            by=user_of(request),
            now=now,
        )
    except CannotMerge as refusal:
        return _show(request, get_record(kept.pk), get_record(gone.pk), refusal.reasons, now, status=409)
    messages.success(request, _("Merged. You can undo this for 24 hours."))
    return redirect("people:patient", kept.pk)


@require_POST
def apart(request: HttpRequest, patient_id: UUID, other_id: UUID) -> HttpResponse:
    """Remember that two records are two people's."""
    record, other = get_record(patient_id), get_record(other_id)
    if record.pk == other.pk:
        raise Http404
    keep_apart(patient_id=record.pk, other_id=other.pk, by=user_of(request), now=timezone.now())
    messages.success(request, _("Noted: not the same person."))
    if request.POST.get("from") == "duplicates":
        return redirect("people:duplicates")
    return redirect("people:patient", record.pk)


@require_POST
def undo(request: HttpRequest, merge_id: UUID) -> HttpResponse:
    """Part two records again, or say what stands in the way."""
    try:
        merge = undo_merge(merge_id=merge_id, by=user_of(request), now=timezone.now())
    except Merge.DoesNotExist:
        raise Http404 from None
    except CannotMerge as refusal:
        for reason in refusal.reasons:
            messages.error(request, reason)
        return redirect("people:patient", Merge.objects.values_list("kept_id", flat=True).get(pk=merge_id))
    messages.success(request, _("Undone. Both records are as they were."))
    return redirect("people:patient", merge.gone_id)


def _show(
    request: HttpRequest,
    kept: Patient,
    gone: Patient,
    obstacles: Sequence[str],
    now: datetime,
    *,
    status: int = 200,
) -> HttpResponse:
    forms, ahead = get_form_states([kept.pk, gone.pk]), list_next_visits([kept.pk, gone.pk], now=now)
    sides = [
        {"side": side, "form": form_words(forms[side.patient.pk]), "next": ahead.get(side.patient.pk)}
        for side in get_sides(kept, gone)
    ]
    context = {
        "kept": kept,
        "gone": gone,
        "sides": sides,
        "rows": [_row(name, kept, gone) for name in CHOICES],
        "obstacles": obstacles,
        "seen": print_of(kept, gone),
        "swapped": reverse("people:compare", args=[gone.pk, kept.pk]),
        "account": _account(kept, gone),
    }
    return render(request, "bookings/people/compare.html", context, status=status)


def _row(name: str, kept: Patient, gone: Patient) -> dict[str, Any]:
    """Return one value of two records: what each says, and which is right unless the desk says otherwise."""
    one, other = getattr(kept, name), getattr(gone, name)
    return {
        "name": name,
        "label": LABELS[name],
        "kept": _words(name, one),
        "gone": _words(name, other),
        "differs": one != other,
        "take_other": not one and bool(other),
    }


def _words(name: str, value: Any) -> Any:
    if name == "language":
        return LANGUAGE_NAMES.get(value, value)
    return value.as_international if name == "phone" and value else value


def _account(kept: Patient, gone: Patient) -> User | None:
    """Return an account that will see what it does not see now, or None."""
    if bool(kept.account_id) == bool(gone.account_id):
        return None
    return kept.account or gone.account
