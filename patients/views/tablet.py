"""The clinic's tablet in a patient's hands: opening a form by its pass, keeping it open, and giving it back.

Nothing here needs a sign-in, and nothing here is one: a browser proves itself by a secret of its own
(clinic/confined.py), which opens the one form it was given for and no other page.
"""

from datetime import timedelta
from uuid import UUID

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic import confined
from clinic.addresses import client_address, client_network
from clinic.services import limits
from clinic.services.audit import Action, Reader, record_read
from clinic.views.preferences import keep_language
from patients.forms.tablet import CodeForm, TouchForm
from patients.models import TabletPass
from patients.names import first_name
from patients.queries.tablets import (
    State,
    find_open_pass,
    find_pass_by_letters,
    find_pass_by_token,
    state_of,
)
from patients.services.tablets import PassGone, end_pass, note_use, open_pass, token_of

CODES_AN_HOUR = 60
"""Codes that one network may type: a whole clinic's tablets share one. Of 28^8 codes none is found so."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the typed code. A tablet that has a form open goes back to it; one that had is set free."""
    found = find_open_pass(confined.secret_of(request), now=timezone.now())
    if found is not None:
        return redirect("tablet:health-form", found.pk)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _go_by_letters(request, form)
    response = render(
        request, "patients/tablet/code.html", {"form": form}, status=422 if form.is_bound else 200
    )
    if confined.is_confined(request):
        confined.set_free(response)
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_form(request: HttpRequest, token: str) -> HttpResponse:
    """Offer to start, and start: looking changes nothing, so that no preview of a link uses it up.

    The address holds the token, so the page sends no address on.
    """
    now, found = timezone.now(), find_pass_by_token(token)
    mine = find_open_pass(confined.secret_of(request), now=now)
    if found is not None and mine == found:
        return redirect("tablet:health-form", found.pk)
    if found is None or state_of(found, now=now) != State.WAITING:
        response = _gone(request, found)
    elif request.method == "POST":
        response = _start(request, found)
    else:
        context = {
            "first_name": first_name(found.patient.name),
            "is_guardian": found.holder == TabletPass.Holder.GUARDIAN,
        }
        response = render(request, "patients/tablet/open.html", context)
    response["Referrer-Policy"] = "strict-origin"
    return response


@never_cache
@require_safe
def locked(request: HttpRequest) -> HttpResponse:
    """Say that this tablet is locked, and nothing of what it showed."""
    return render(request, "patients/tablet/locked.html")


@never_cache
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """Thank whoever has finished, and ask for the tablet back."""
    return render(request, "patients/tablet/thanks.html")


@never_cache
@require_safe
def alive(request: HttpRequest, pass_id: UUID) -> HttpResponse:
    """Say whether a tablet's form is still open: 204, or 410. Asking never keeps it open."""
    return HttpResponse(status=204 if _is_open(request, pass_id) else 410)


@never_cache
@require_POST
def still_here(request: HttpRequest, pass_id: UUID) -> HttpResponse:
    """Note that somebody touched the tablet, `ago` seconds before: 204, or 410 if its form is closed."""
    if not _is_open(request, pass_id):
        return HttpResponse(status=410)
    form = TouchForm(request.POST)
    ago = form.cleaned_data["ago"] or 0 if form.is_valid() else 0
    note_use(pass_id=pass_id, at=timezone.now() - timedelta(seconds=ago))
    return HttpResponse(status=204)


@never_cache
@require_POST
def give_back(request: HttpRequest, pass_id: UUID) -> HttpResponse:
    """Close a tablet's form without sending anything."""
    if _is_open(request, pass_id):
        end_pass(pass_id=pass_id, why=TabletPass.End.GIVEN_BACK, now=timezone.now())
    return leave(request)


def leave(request: HttpRequest) -> HttpResponse:
    """Forget everything a confined browser was, and thank whoever held the tablet."""
    if confined.is_confined(request):
        request.session.flush()
    response = redirect("tablet:thanks")
    confined.set_free(response)
    return response


def _is_open(request: HttpRequest, pass_id: UUID) -> bool:
    found = find_open_pass(confined.secret_of(request), now=timezone.now())
    return found is not None and found.pk == pass_id


def _go_by_letters(request: HttpRequest, form: CodeForm) -> HttpResponse:
    """Lead from a typed code to what its QR code opens; tries are counted, right or wrong."""
    now = timezone.now()
    try:
        limits.hit(
            purpose="tablet-code",
            subject=client_network(request),
            limit=CODES_AN_HOUR,
            window=timedelta(hours=1),
            now=now,
        )
        found = find_pass_by_letters(form.cleaned_data["code"], now=now)
        if found is not None:
            return redirect("tablet:open", token_of(found))
        form.refuse(_("This code opens nothing now. Check it, or ask reception for a new one."))
    except limits.LimitReached:
        form.refuse(_("Too many tries. Ask reception."))
    return render(request, "patients/tablet/code.html", {"form": form}, status=422)


def _start(request: HttpRequest, found: TabletPass) -> HttpResponse:
    """Open a pass in this browser, which forgets whoever was signed in; of two at once one is told no."""
    now = timezone.now()
    try:
        secret = open_pass(pass_id=found.pk, now=now)
    except PassGone:
        return _gone(request, found)
    record_read(
        reader=Reader(None, client_address(request), by=f"tablet {found.pk}"),
        action=Action.OPENED,
        subject_type="tablet_pass",
        subject_ids=[found.pk],
        patient_ids=[found.patient_id],
        now=now,
    )
    logout(request)
    response = redirect("tablet:health-form", found.pk)
    confined.confine(response, secret)
    keep_language(response, found.patient.language)
    return response


def _gone(request: HttpRequest, found: TabletPass | None) -> HttpResponse:
    """Say kindly that a code opens nothing, or nothing any more."""
    is_used = found is not None and found.opened_at is not None
    return render(request, "patients/tablet/gone.html", {"is_used": is_used}, status=410 if found else 404)
