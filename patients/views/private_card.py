"""What a guardian sees in place of private questions, and the two ways to have them asked."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from patients.names import first_name
from patients.pages import AFTER, BEFORE
from patients.queries.health_forms import find_latest_version
from patients.queries.private_links import find_open_link
from patients.services.drafts import save_answers
from patients.services.private_links import make_private_link, token_of
from patients.versions import CURRENT
from patients.views.mounts import Mount, Opened, account_mount, language, open_form
from patients.words import load_words, text


def private_card(opened: Opened) -> dict[str, Any] | None:
    """Return what the card says, None for whoever sees private questions themselves.

    It tells a guardian whether questions are open, and nothing of the answers.
    """
    mount = opened.mount
    if opened.respondent.sees_private or not opened.state.has_consent:
        return None
    link = find_open_link(mount.patient, now=opened.now)
    return {
        "body": text(load_words(CURRENT).texts["private_for_guardian"], language()),
        "is_open": bool(open_private(opened)),
        "name": first_name(mount.patient.name),
        "link": reverse("patients:private-form", args=[token_of(link)]) if link and not mount.tablet else "",
        "expires_at": link.expires_at if link else None,
        "make_url": "" if mount.tablet else mount.url("make-private-link"),
        "keep_url": mount.url("keep-for-doctor"),
    }


def open_private(opened: Opened) -> list[str]:
    """Return the private questions that are open now: those after the visit only once the rest was sent."""
    stages = [BEFORE, AFTER] if find_latest_version(opened.mount.patient) else [BEFORE]
    return [key for stage in stages for key in opened.state.open_private(stage)]


@require_POST
def make_link(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Make the link on which the young person answers alone."""
    opened = _as_guardian(account_mount(request, patient_id))
    make_private_link(patient=opened.mount.patient, now=opened.now)
    return redirect(opened.mount.url("health-form") + "#private")


@require_POST
def keep_for_doctor(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Leave the open private questions of an account's own patient for the doctor to ask."""
    return serve_keep(account_mount(request, patient_id))


def serve_keep(mount: Mount) -> HttpResponse:
    """Leave the open private questions for the doctor to ask; the form can then be sent without them."""
    opened = _as_guardian(mount)
    save_answers(
        patient=opened.mount.patient,
        changes={},
        seen_revision=opened.draft.revision,
        writer=opened.writer,
        reference_date=opened.today,
        now=opened.now,
        unsure=open_private(opened),
    )
    return redirect(opened.mount.url("health-form") + "#private")


def _as_guardian(mount: Mount) -> Opened:
    opened = open_form(mount, timezone.now())
    if opened.respondent.sees_private or not opened.state.has_consent:
        raise Http404
    return opened
