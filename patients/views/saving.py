"""Saving one page of the form: by its button, and while it is filled in."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.times import format_clock
from patients.answer_words import say_answer
from patients.forms.page_form import ASKED_ELSEWHERE, PageForm, read_posted, suggest_answers
from patients.pages import BEFORE, CONSENT, Page, load_pages
from patients.queries.health_forms import OpenDraft, open_draft
from patients.services.drafts import save_answers
from patients.services.refusals import ChangedElsewhere, FormRefusal
from patients.versions import CURRENT
from patients.views.mounts import Mount, Opened, country_of, language, open_form
from patients.views.urgent_words import urgent_words
from patients.words import load_words, text

SOLEMN = frozenset({"consent", "signature"})
"""Layouts that are saved by their button only: nobody agrees or signs by passing by."""


@dataclass(frozen=True)
class Conflict:
    """What was answered elsewhere meanwhile, and what is on this page, in words, by question."""

    at: str
    rows: list[dict[str, Any]]


def find_page(opened: Opened, slug: str) -> Page:
    """Return a page of the form.

    :raises Http404: if there is none, or its questions are private to somebody else.
    """
    try:
        page = load_pages(CURRENT).page(slug)
    except KeyError as error:
        raise Http404 from error
    if page.private and not opened.respondent.sees_private:
        raise Http404
    return page


def detour_of(opened: Opened, page: Page) -> HttpResponse | None:
    """Return where to go instead of a page that is not open now; None if it is."""
    if not opened.state.has_consent and CONSENT not in page.questions:
        return redirect(opened.mount.url("form-page", consent_page().slug))
    if not opened.state.is_shown(page) or opened.state.part_of(page).needs:
        return redirect(opened.mount.url("health-form"))
    return None


def consent_page() -> Page:
    """Return the page that asks for consent, the first of all."""
    return load_pages(CURRENT).pages_in(BEFORE)[0]


def form_of(opened: Opened, page: Page, data: QueryDict | None = None) -> PageForm:
    """Return the form of a page, filled with what was answered before."""
    suggested = suggest_answers(
        opened.visible,
        country=country_of(opened.mount),
        birth_date=opened.mount.patient.birth_date,
        version=CURRENT,
    )
    return PageForm(
        page, opened.state, visible=opened.visible, language=language(), suggested=suggested, data=data
    )


def keep(
    opened: Opened,
    form: PageForm,
    *,
    seen_page: str = "",
    overwrite: bool = False,
    without: Collection[str] = (),
) -> OpenDraft:
    """Save what can be read of a page.

    :raises patients.services.refusals.FormRefusal: as `save_answers` says.
    """
    changes = {key: value for key, value in form.changes.items() if key not in without}
    return save_answers(
        patient=opened.mount.patient,
        changes=changes,
        seen_revision=seen_revision(form.data),
        writer=opened.writer,
        reference_date=opened.today,
        now=opened.now,
        overwrite=overwrite,
        unsure=[key for key in form.unsure if key not in without],
        seen_page=seen_page,
    )


def keep_rest(opened: Opened, form: PageForm, refusal: ChangedElsewhere) -> Opened:
    """Save what a refusal does not speak of; only the answers in doubt wait for a choice."""
    with suppress(FormRefusal):
        return opened.after(keep(opened, form, without=refusal.keys))
    return opened


def as_typed(opened: Opened, form: PageForm) -> Opened:
    """Return the form as if this page’s answers counted: what cannot wait is said before they do."""
    typed = {key: value for key, value in form.changes.items() if value is not None}
    return opened.after(replace(opened.draft, answers={**opened.draft.answers, **typed}))


def seen_revision(posted: Mapping[str, Any]) -> int:
    """Return the revision that the page was made from; 0 if it does not say."""
    digits = str(posted.get("revision", ""))
    return int(digits) if digits.isdecimal() and len(digits) < 10 else 0


def conflict_of(opened: Opened, form: PageForm, refusal: ChangedElsewhere) -> Conflict:
    """Return both answers to each question that was answered elsewhere meanwhile."""
    words, said = load_words(CURRENT), language()
    nothing = [text(words.texts["not_answered"], said)]
    there = open_draft(opened.mount.patient).answers
    rows = [
        {
            "label": text(words.questions[key].short, said),
            "there": say_answer(key, there.get(key), said, CURRENT) or nothing,
            "here": say_answer(key, form.changes.get(key), said, CURRENT) or nothing,
        }
        for key in refusal.keys
        if key in form.changes and key not in ASKED_ELSEWHERE
    ]
    return Conflict(format_clock(refusal.changed_at, opened.mount.zone, said), rows)


def serve_save(request: HttpRequest, mount: Mount, slug: str) -> HttpResponse:
    """Save what a page holds while it is filled in, and say so as JSON; what cannot be read yet waits.

    The answer has `saved` (words), `revision` and `urgent` (markup, "" for none); or `conflict` (markup) and
    `urgent` with status 409; or `refusal` (words) with status 422.
    """
    opened = open_form(mount, timezone.now())
    page = find_page(opened, slug)
    if detour_of(opened, page) is not None or page.layout in SOLEMN:
        return JsonResponse({"refusal": _("This page is not open now. Please load it again.")}, status=422)
    form = form_of(opened, page, read_posted(request.POST))
    form.is_valid()
    try:
        draft = keep(opened, form)
    except ChangedElsewhere as refusal:
        context = {"conflict": conflict_of(opened, form, refusal)}
        markup = render_to_string("patients/_conflict.html", context, request)
        typed = as_typed(keep_rest(opened, form, refusal), form)
        return JsonResponse({"conflict": markup, "urgent": _urgent_markup(request, typed)}, status=409)
    except FormRefusal as refusal:
        return JsonResponse({"refusal": str(refusal)}, status=422)
    now = opened.after(draft)
    return JsonResponse(
        {"saved": saved_words(now), "revision": draft.revision, "urgent": _urgent_markup(request, now)}
    )


def _urgent_markup(request: HttpRequest, opened: Opened) -> str:
    urgent = urgent_words(opened)
    return render_to_string("patients/_urgent.html", {"urgent": urgent}, request) if urgent else ""


def saved_words(opened: Opened) -> str:
    """Return when the draft was last saved, in words; "" before the first time."""
    row = opened.draft.row
    if row is None or not row.revision:
        return ""
    clock = format_clock(row.changed_at, opened.mount.zone, language())
    return _("Saved %(time)s") % {"time": clock}
