"""Checking the answers, sending them, and what is said afterwards."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from patients.assessment import assess
from patients.models import FormVersion
from patients.pages import AFTER, BEFORE
from patients.queries.health_forms import find_latest_version, open_version, without_private
from patients.queries.vault import get_vault
from patients.services.drafts import for_assessment
from patients.services.refusals import ChangedElsewhere, FormRefusal
from patients.services.submission import send_form
from patients.versions import CURRENT
from patients.views.asking_again import ask_again
from patients.views.check_rows import list_sections
from patients.views.mounts import Mount, Opened, account_mount, language, open_form
from patients.views.private_card import private_card
from patients.views.saving import saved_words, seen_revision
from patients.views.urgent_words import urgent_words
from patients.words import load_words, text


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_form(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Show all answers of an account's own patient, and send them."""
    return serve_check(request, account_mount(request, patient_id))


@never_cache
@require_safe
def form_sent(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Say that the form of an account's own patient has arrived, and what happens next."""
    return serve_sent(request, account_mount(request, patient_id))


def serve_check(request: HttpRequest, mount: Mount) -> HttpResponse:
    """Show all answers and send them, wherever the form is filled in."""
    opened = open_form(mount, timezone.now())
    if not opened.state.has_consent:
        return redirect(mount.url("health-form"))
    if request.method != "POST":
        return show_check(request, opened)
    return send_with(send_form, request, opened)


def send_with(send: Callable[..., FormVersion], request: HttpRequest, opened: Opened) -> HttpResponse:
    """Send a form by one of the services that do, or show the answers and why it cannot be sent."""
    try:
        send(
            patient=opened.mount.patient,
            seen_revision=seen_revision(request.POST),
            writer=opened.writer,
            reference_date=opened.today,
            now=opened.now,
        )
    except ChangedElsewhere:
        words = _("Your answers have changed since you opened this page. Check them once more, then send.")
        return show_check(request, opened, refusal=words, status=409)
    except FormRefusal as refusal:
        return show_check(request, opened, refusal=str(refusal), status=422)
    return redirect(opened.mount.url("form-sent"))


def serve_sent(request: HttpRequest, mount: Mount) -> HttpResponse:
    """Say that the form has arrived, wherever it was filled in."""
    latest = find_latest_version(mount.patient)
    if latest is None:
        return redirect(mount.url("health-form"))
    opened = open_form(mount, timezone.now(), sent=latest)
    words, said = load_words(CURRENT), language()
    message = words.messages[_message_key(opened, latest)]
    name = "after" if latest.stage == FormVersion.Stage.COMPLETE else "before"
    context = {
        "mount": mount,
        "patient": mount.patient,
        "title": text(words.texts[f"{name}_done_title"], said),
        "body": text(words.texts[f"{name}_done_body"], said),
        "message": {"title": text(message.title, said), "body": text(message.body, said)},
        "is_complete": name == "after",
        "after_title": text(words.texts["after_title"], said),
        "after_intro": text(words.texts["after_intro"], said),
        "is_changed": bool(opened.draft.row and not opened.draft.row.is_sent),
        "list_url": mount.url("health-form"),
        "check_url": mount.url("check-form"),
        "home_url": mount.home_url,
        "sent_at": latest.sent_at,
        "zone": mount.zone,
        "urgent": urgent_words(opened),
    }
    return render(request, "patients/form_sent.html", context)


def _message_key(opened: Opened, latest: FormVersion) -> str:
    """Return the message of the latest version; a guardian gets that of the answers they may see."""
    sent = open_version(latest, get_vault([latest.patient_id]))
    if opened.respondent.sees_private:
        return str(sent.assessment["patient_message_key"])
    seen = for_assessment(without_private(sent.answers))
    return assess(seen, latest.reference_date, latest.questionnaire).patient_message_key


def show_check(request: HttpRequest, opened: Opened, *, refusal: str = "", status: int = 200) -> HttpResponse:
    """Show all answers, with why they cannot be sent if they cannot, and the way to send them."""
    mount, row = opened.mount, opened.draft.row
    latest = find_latest_version(mount.patient)
    stages = [BEFORE, AFTER] if latest else [BEFORE]
    sections = [section for stage in stages for section in list_sections(opened, stage)]
    is_open = any(line["is_open"] for section in sections[: _count(opened)] for line in section["rows"])
    card = private_card(opened)
    context: dict[str, Any] = {
        "mount": mount,
        "patient": mount.patient,
        "sections": sections,
        "refusal": refusal,
        "is_open": is_open or bool(card and opened.state.open_private(BEFORE)),
        "revision": opened.draft.revision,
        "is_sent": bool(row and row.is_sent and latest),
        "was_sent": latest is not None,
        "again": ask_again(opened, latest),
        "saved": saved_words(opened),
        "list_url": mount.url("health-form"),
        "check_url": mount.url("check-form"),
        "sent_url": mount.url("form-sent"),
        "urgent": urgent_words(opened),
        "card": card,
        "zone": mount.zone,
    }
    return render(request, "patients/check_form.html", context, status=status)


def _count(opened: Opened) -> int:
    """Return how many sections come before the visit: only they must be complete."""
    return len(opened.state.parts(BEFORE))
