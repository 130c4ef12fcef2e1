"""One page of the health form: shown, filled in, saved."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from patients.forms.compound_controls import edit_rows
from patients.forms.page_form import TREATMENTS, PageForm, read_posted
from patients.pages import CONSENT, Page
from patients.services.drafts import save_answers
from patients.services.refusals import ChangedElsewhere, FormRefusal
from patients.versions import CURRENT
from patients.views.mounts import Mount, Opened, account_mount, language, open_form
from patients.views.photo_cards import PHOTO_CONSENT, photo_set_of
from patients.views.photo_taking import Fault
from patients.views.saving import (
    SOLEMN,
    Conflict,
    as_typed,
    conflict_of,
    detour_of,
    find_page,
    form_of,
    keep,
    keep_rest,
    saved_words,
    seen_revision,
    serve_save,
)
from patients.views.urgent_words import urgent_rules, urgent_words
from patients.words import load_words, text


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def form_page(request: HttpRequest, patient_id: UUID, page: str) -> HttpResponse:
    """Show or take one page of the form of an account's own patient."""
    return serve_page(request, account_mount(request, patient_id), page)


@never_cache
@require_POST
def save_page(request: HttpRequest, patient_id: UUID, page: str) -> HttpResponse:
    """Save a page of an account's own patient while it is filled in."""
    return serve_save(request, account_mount(request, patient_id), page)


def serve_page(request: HttpRequest, mount: Mount, slug: str) -> HttpResponse:
    """Show or take one page, wherever it is filled in."""
    opened = open_form(mount, timezone.now())
    page = find_page(opened, slug)
    detour = detour_of(opened, page)
    if detour is not None:
        return detour
    if request.method != "POST":
        return show_page(request, opened, form_of(opened, page))
    data = read_posted(request.POST)
    if "add" in data or "remove" in data:
        return _change_rows(request, opened, page, edit_rows(data, TREATMENTS))
    if "decline" in data and CONSENT in page.questions:
        return _decline(opened)
    return _take(request, opened, form_of(opened, page, data))


def _take(request: HttpRequest, opened: Opened, form: PageForm) -> HttpResponse:
    """Save a page and go on, or show it again with what is to fix; what is right is kept either way."""
    is_right, page, choice = form.is_valid(), form.page, form.data.get("keep", "")
    try:
        if not is_right and page.layout in SOLEMN:
            return show_page(request, opened, form, status=422)
        seen = page.slug if is_right else ""
        draft = keep(opened, form, seen_page=seen, overwrite=choice == "this")
    except ChangedElsewhere as refusal:
        conflict, rest = conflict_of(opened, form, refusal), keep_rest(opened, form, refusal)
        if choice == "that":
            return redirect(opened.mount.url("form-page", page.slug))
        return show_page(request, rest, form, conflict=conflict, status=409)
    except FormRefusal as refusal:
        form.add_error(None, str(refusal))
        return show_page(request, opened, form, status=422)
    saved = opened.after(draft)
    if not is_right:
        return show_page(request, saved, form, status=422)
    if set(urgent_rules(saved)) - set(urgent_rules(opened)):
        return redirect(opened.mount.url("form-page", page.slug) + "#urgent")
    return redirect(_next_address(saved, page, form.data))


def _next_address(opened: Opened, page: Page, data: Mapping[str, Any]) -> str:
    """Return where "Save and continue" leads: back to checking, to the next page, or to what is open."""
    mount, following = opened.mount, opened.state.follow(page)
    if "show_photos" in data and opened.draft.answers.get(PHOTO_CONSENT):
        return mount.url("form-page", page.slug) + "#photos"
    if data.get("back") == "check" or following is None:
        return mount.url("check-form")
    if opened.state.part_of(following).needs:
        return mount.url("health-form")
    return mount.url("form-page", following.slug)


def _change_rows(request: HttpRequest, opened: Opened, page: Page, data: QueryDict) -> HttpResponse:
    """Add or remove a row of the page, keep what is there, and judge nothing yet."""
    form = form_of(opened, page, data)
    form.is_valid()
    try:
        opened = opened.after(keep(opened, form))
    except ChangedElsewhere as refusal:
        conflict, rest = conflict_of(opened, form, refusal), keep_rest(opened, form, refusal)
        return show_page(request, rest, form, conflict=conflict, status=409)
    except FormRefusal as refusal:
        form.add_error(None, str(refusal))
        return show_page(request, opened, form, status=422)
    form.forget_errors()
    return show_page(request, opened, form)


def _decline(opened: Opened) -> HttpResponse:
    """Note that somebody does not agree, or no longer; the visit stays."""
    save_answers(
        patient=opened.mount.patient,
        changes={CONSENT: False},
        seen_revision=opened.draft.revision,
        overwrite=True,  # whoever takes their yes back is never argued with
        writer=opened.writer,
        reference_date=opened.today,
        now=opened.now,
    )
    return redirect(opened.mount.url("health-form"))


def show_page(
    request: HttpRequest,
    opened: Opened,
    form: PageForm,
    *,
    conflict: Conflict | None = None,
    fault: Mapping[str, Fault] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show a page. `conflict` is what was answered elsewhere; `fault` says why a view’s photo is not kept."""
    page, mount, said = form.page, opened.mount, language()
    state = opened.state
    part, before = state.part_of(page), state.precede(page)
    back = request.POST.get("back") or request.GET.get("back", "")
    pages = state.pages(page.stage)
    done = sum(other.is_done for other in pages)
    context: dict[str, Any] = {
        "form": form,
        "page": page,
        "title": text(page.title, said),
        "intro": text(page.intro, said) if page.intro else "",
        "part": part,
        "part_title": text(part.part.title, said),
        "part_count": len(state.parts(page.stage)),
        "done": done,
        "page_count": len(pages),
        "tenths": round(20 * done / len(pages)),
        "urgent": urgent_words(as_typed(opened, form) if conflict else opened),
        "conflict": conflict,
        "revision": seen_revision(form.data) if conflict else opened.draft.revision,
        "saved": saved_words(opened),
        "back": "check" if back == "check" else "",
        "back_url": mount.url("form-page", before.slug) if before else mount.url("health-form"),
        "list_url": mount.url("health-form"),
        "save_url": "" if page.layout in SOLEMN else mount.url("save-page", page.slug),
        "mount": mount,
        "patient": mount.patient,
        "texts": {name: text(words, said) for name, words in load_words(CURRENT).texts.items()},
        "has_agreed": state.has_consent,
        "zone": mount.zone,
        "photos": photo_set_of(opened, page, added=request.GET.get("added", ""), fault=fault),
    }
    if back == "check":
        context["back_url"] = mount.url("check-form")
    return render(request, "patients/form_page.html", context, status=status)
