"""Asking to be called, from the box that says what cannot wait."""

from dataclasses import replace
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from patients.queries.private_links import find_link_by_token
from patients.services.urgent import OFFERS_CALL, ask_for_call
from patients.views.call_proofs import is_proof
from patients.views.mounts import account_mount, open_form
from patients.views.private_form import open_link
from patients.views.urgent_words import urgent_rules, urgent_words


@never_cache
@require_POST
def for_account(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Note that an account's own patient wants to be called; 404 unless the page offers it.

    A guardian, who is not shown why, is answered the same whatever was answered in private.
    """
    opened = open_form(account_mount(request, patient_id), timezone.now())
    if OFFERS_CALL not in urgent_rules(opened):
        raise Http404
    ask_for_call(patient=opened.mount.patient, now=opened.now)
    return redirect(opened.mount.url("health-form") + "#urgent")


@never_cache
@require_POST
def on_link(request: HttpRequest, token: str) -> HttpResponse:
    """Note that whoever has just answered on a private link wants to be called. The link tells nothing else.

    Whom to call now stays on the page, as the proof says that it stood there.
    """
    now = timezone.now()
    link = find_link_by_token(token, now=now)
    if link is None or not is_proof(request.POST.get("proof", ""), link.patient_id):
        return render(request, "patients/private_gone.html", status=404)
    ask_for_call(patient=link.patient, now=now)
    opened = open_link(request, link, token)
    shown = {"b_country": opened.draft.answers.get("b_country"), "l_selfharm": "yes"}
    urgent = urgent_words(opened.after(replace(opened.draft, answers=shown)), token=token) or {}
    urgent["call"] = {**(urgent["call"] or {}), "is_asked": True}
    return render(request, "patients/private_done.html", {"urgent": urgent})
