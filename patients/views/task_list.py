"""The health form as a list of parts: what is done, what is next, what waits for what."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from patients.form_state import PartState
from patients.pages import AFTER, BEFORE
from patients.queries.health_forms import find_latest_version, list_patients_for
from patients.queries.next_visits import find_next_visit
from patients.versions import CURRENT
from patients.views.asking_again import ask_again
from patients.views.mounts import Mount, Opened, account_mount, language, open_form
from patients.views.private_card import private_card
from patients.views.saving import consent_page, saved_words
from patients.views.urgent_words import urgent_words
from patients.words import load_words, text

SHORT_LIST = 2
"""As many missing parts are named; more are not worth reading."""


@never_cache
@require_safe
def forms(request: HttpRequest) -> HttpResponse:
    """Lead to the form of the account's patient, or let somebody choose among several."""
    patients = list_patients_for(request.user)  # type: ignore[arg-type]  # the access table asks for sign-in
    if len(patients) == 1:
        return redirect("patients:health-form", patients[0].pk)
    return render(request, "patients/forms.html", {"patients": patients})


@never_cache
@require_safe
def health_form(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Show where the form of an account's own patient stands."""
    return serve_list(request, account_mount(request, patient_id))


def serve_list(request: HttpRequest, mount: Mount) -> HttpResponse:
    """Show where a form stands, wherever it is filled in."""
    opened = open_form(mount, timezone.now())
    state, row = opened.state, opened.draft.row
    latest = find_latest_version(mount.patient)
    stages = [BEFORE, AFTER] if latest else [BEFORE]
    following = next((page for stage in stages if (page := state.next_page(stage))), None)
    visit = find_next_visit(mount.patient.pk, now=opened.now)
    context = {
        "mount": mount,
        "patient": mount.patient,
        "visit": visit,
        "visit_zone": "" if mount.by_clinic else mount.patient.zone,
        "due": visit.form_due(now=opened.now) if visit else None,
        "texts": {name: text(words, language()) for name, words in load_words(CURRENT).texts.items()},
        "stages": [_stage(opened, stage) for stage in stages],
        "has_consent": state.has_consent,
        "has_declined": state.has_declined,
        "consent_url": mount.url("form-page", consent_page().slug),
        "check_url": mount.url("check-form"),
        "home_url": mount.home_url,
        "readers_url": mount.url("form-readers") if mount.user and not mount.by_clinic else "",
        "next_url": mount.url("form-page", following.slug) if following else "",
        "next_title": text(following.title, language()) if following else "",
        "is_started": bool(row and row.revision),
        "is_sent": latest is not None,
        "is_changed": bool(latest and row and not row.is_sent),
        "again": ask_again(opened, latest),
        "sent_at": latest.sent_at if latest else None,
        "zone": mount.zone,
        "saved": saved_words(opened),
        "urgent": urgent_words(opened),
        "card": private_card(opened),
    }
    return render(request, "patients/health_form.html", context)


def _stage(opened: Opened, stage: str) -> dict[str, Any]:
    """Return one of the two lists: its parts, how far it is, and about how long the rest takes."""
    parts = opened.state.parts(stage)
    done = sum(part.is_done for part in parts)
    pages = opened.state.pages(stage)
    return {
        "name": stage,
        "parts": [_line(opened, part) for part in parts],
        "done": done,
        "count": len(parts),
        "tenths": round(20 * sum(page.is_done for page in pages) / max(1, len(pages))),
        "minutes": opened.state.minutes_left(stage),
    }


def _line(opened: Opened, part: PartState) -> dict[str, Any]:
    """Return one part as a line: its title, how it stands, and where it leads ("" if it is locked)."""
    said = language()
    waits = part.needs or (not opened.state.has_consent and part.number > 1)
    if waits:
        words = _waits_for(opened, part)
    elif part.is_done:
        words = _("Done")
    elif part.done:
        words = _("%(done)d of %(count)d pages") % {"done": part.done, "count": len(part.pages)}
    else:
        words = _("Not started. Optional") if part.is_optional else _("Not started")
    return {
        "number": part.number,
        "title": text(part.part.title, said),
        "words": words,
        "url": "" if waits else opened.mount.url("form-page", part.first.slug),
        "is_done": part.is_done,
        "is_begun": bool(part.done),
    }


def _waits_for(opened: Opened, part: PartState) -> str:
    """Return in words what must be done before a part opens."""
    if not opened.state.has_consent:
        return _("Opens after you agree")
    if len(part.needs) > SHORT_LIST:
        return _("After the other sections")
    needs = ", ".join(text(other.title, language()) for other in part.needs)
    return _("First: %(parts)s") % {"parts": needs}
