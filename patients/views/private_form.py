"""The questions a young person answers alone, on a link: nothing that was answered is ever shown there."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from patients.form_state import Respondent
from patients.forms.page_form import PageForm, read_posted
from patients.models import FormLink
from patients.names import first_name
from patients.pages import AFTER, BEFORE, PRIVATE, Page, load_pages
from patients.queries.health_forms import OpenDraft, find_latest_version
from patients.queries.private_links import find_link_by_token
from patients.services.drafts import Writer, save_answers
from patients.versions import CURRENT
from patients.views.mounts import Opened, language, make_mount, open_form
from patients.views.urgent_words import urgent_words
from patients.words import load_words, text


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def private_form(request: HttpRequest, token: str) -> HttpResponse:
    """Ask the private questions of the link's patient; looking changes nothing."""
    link = find_link_by_token(token, now=timezone.now())
    if link is None:
        return render(request, "patients/private_gone.html", status=404)
    opened = open_link(request, link, token)
    if not opened.state.has_consent:
        return render(request, "patients/private_gone.html", {"too_early": True})
    data = read_posted(request.POST) if request.method == "POST" else None
    form = PageForm(
        _page(opened), opened.state, visible={}, language=language(), suggested={}, data=data
    )  # fmt: skip
    if data is not None and ("doctor" in data or form.is_valid()):
        return _save(request, opened, form, for_doctor="doctor" in data)
    context = {
        "urgent": None if data is None else _urgent_words(_keep_given(opened, form)),
        "form": form,
        "first_name": first_name(link.patient.name),
        "texts": {name: text(words, language()) for name, words in load_words(CURRENT).texts.items()},
    }
    return render(request, "patients/private_form.html", context, status=422 if form.errors else 200)


def open_link(request: HttpRequest, link: FormLink, token: str) -> Opened:
    """Return the form opened with the rights of a private link, whoever holds it."""
    mount = make_mount(request, link.patient, user=None, namespace="patients", arguments=(token,))
    return replace(open_form(mount, timezone.now()), respondent=Respondent())


def _page(opened: Opened) -> Page:
    """Return one page with every private question that is asked now."""
    form = load_pages(CURRENT)
    stages = [BEFORE, AFTER] if find_latest_version(opened.mount.patient) else [BEFORE]
    private = [page for stage in stages for page in form.pages_in(stage) if page.private]
    questions = tuple(key for page in private for key in page.questions if key in PRIVATE)
    return replace(private[0], slug="private", layout="group", questions=questions)


def _keep_given(opened: Opened, form: PageForm) -> Opened:
    """Keep what was answered beside what is missing: an urgent answer acts now, and nothing is cleared."""
    given = {key: value for key, value in form.changes.items() if value is not None}
    draft = _write(opened, given, unsure=form.unsure)
    return _only_private(opened, draft, list(given))


def _save(request: HttpRequest, opened: Opened, form: PageForm, *, for_doctor: bool) -> HttpResponse:
    """Save the answers, or leave them for the doctor, and say at once what cannot wait."""
    keys = [control.key for control in form.controls]
    changes, unsure = ({}, keys) if for_doctor else (form.changes, form.unsure)
    draft = _write(opened, changes, unsure=unsure)
    context = {"urgent": None if for_doctor else _urgent_words(_only_private(opened, draft, keys))}
    return render(request, "patients/private_done.html", context)


def _write(opened: Opened, changes: dict[str, Any], *, unsure: list[str]) -> OpenDraft:
    return save_answers(
        patient=opened.mount.patient,
        changes=changes,
        seen_revision=opened.draft.revision,
        writer=Writer(None, device=_("private link"), only_private=True),
        reference_date=opened.today,
        now=opened.now,
        overwrite=True,
        unsure=unsure,
    )


def _urgent_words(told: Opened) -> dict[str, Any] | None:
    return urgent_words(told, token=told.mount.arguments[0])


def _only_private(opened: Opened, draft: OpenDraft, keys: list[str]) -> Opened:
    """Return the form as if only these questions had been answered, and where the person lives."""
    shown = {key: value for key, value in draft.answers.items() if key in {*keys, "b_country"}}
    return opened.after(replace(draft, answers=shown))
