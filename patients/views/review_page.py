"""C2: what the page about one form is made of. Opening it is written down before anything is shown."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from clinic.access.who import CLINICIAN
from clinic.languages import text_in
from clinic.models import User
from clinic.services.audit import Action, record_read
from patients.assessment import Flag
from patients.forms.photos import VisitPhotoForm
from patients.forms.review import DRAFTED, AddendumForm, MethodForm, SignForm
from patients.marks import list_prompts, rank_flags
from patients.models import FormVersion
from patients.options import load_options
from patients.queries.consents import list_taken_back
from patients.queries.form_page import FormPage, list_versions_with, open_form_page
from patients.queries.guardians import is_guardian
from patients.queries.next_visits import find_next_visit
from patients.questionnaire import load_questionnaire
from patients.rule_book import load_rule_book
from patients.services.reviews import note_reader
from patients.told import FACE_MAP, OWN_WORDS, say, say_answer
from patients.views.flag_words import ShownFlag, show_flags
from patients.views.opened_by import reader_of
from patients.views.review_rows import (
    AnswerSection,
    count_changed,
    count_unasked,
    make_sections,
    split_unasked,
)
from patients.views.review_tiles import make_tiles, missing_views, photos_by_view


@dataclass(frozen=True)
class ShownDecision:
    """What was decided about one method, in words."""

    method: str
    decision: str
    reason: str
    by: User
    examined_date: date


@dataclass(frozen=True)
class FlagRow:
    """A flag with the section and the number of the answer it came from."""

    shown: ShownFlag
    number: int | None
    section: str


def open_page(request: HttpRequest, version_id: UUID, *, again: bool = False) -> FormPage:
    """Return a form for its page, or 404; whoever opens it is written down, and seen by colleagues.

    `again`: the same request opened it before, and that is written down already. Whoever follows the page's
    link to print it is written down as printing; a browser's own print command cannot be seen from here.
    """
    now, user = timezone.now(), cast("User", request.user)
    try:
        versions = list_versions_with(version_id)
    except FormVersion.DoesNotExist:
        raise Http404 from None
    since = request.GET.get("since", "")
    number = int(since) if since.isascii() and since.isdigit() and len(since) < 6 else None
    page = open_form_page(versions, version_id, user, since=number)
    if again:
        return page
    record_read(
        reader=reader_of(request),
        action=Action.PRINTED if is_printed(request) else Action.OPENED,
        subject_type="form_version",
        subject_ids=[each.row.pk for each in (page.form, page.earlier) if each],
        patient_ids=[page.row.patient_id],
        now=now,
    )
    note_reader(version=page.row, user=user, now=now)
    return page


def is_printed(request: HttpRequest) -> bool:
    """Say whether a page is asked for to be printed."""
    return request.method == "GET" and request.GET.get("print") == "1"


def show_page(
    request: HttpRequest, page: FormPage, *, form: SignForm | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    """Show a form to a clinician or nurse. `form` is what was typed, if it was refused."""
    now, user = timezone.now(), cast("User", request.user)
    sections = make_sections(page)
    told, untold = split_unasked(sections)
    missing = page.form.judged.missing
    context = {
        "page": page,
        "patient": page.row.patient,
        "answers": page.form.answers,
        "country": _country(page),
        "next_visit": find_next_visit(page.row.patient_id, now=now),
        "present": page.list_present(user, now=now),
        "tiles": make_tiles(page),
        "shots": photos_by_view(page),
        "missing_views": missing_views(page),
        "flags": _flag_rows(page, sections),
        "sections": told,
        "unasked_sections": untold,
        "optional_unasked": sum(len(section.rows) for section in untold) - count_unasked(untold, missing),
        "unasked": count_unasked(sections, missing),
        "changed": count_changed(sections),
        "own_words": [page.form.said[key] for key in OWN_WORDS if page.form.said.get(key)],
        **_scar_map(page),
        **_considerations(page),
        "decided": _decisions(page),
        "guardian_reads": guardian_reads(page, now),
        "may_decide": user.has_role(*CLINICIAN),
        "form": form or _sign_form(page),
        "method_form": MethodForm(page.row.rules),
        "taken_back": list_taken_back(page.row.patient_id),
        "addendum_form": AddendumForm(),
        "photo_form": VisitPhotoForm(),
        "is_printed": is_printed(request),
        **more,
    }
    return render(request, "review/form.html", context, status=status)


def guardian_reads(page: FormPage, now: datetime) -> bool:
    """Say whether what is written to this patient is read in a guardian's account."""
    return is_guardian(page.row.patient, page.form.said, now.date())


def _country(page: FormPage) -> str:
    version = page.row.questionnaire
    question = load_questionnaire(version).by_key["b_country"]
    return say(question, page.form.answers.get("b_country"), version, get_language() or "en")


def _decisions(page: FormPage) -> list[ShownDecision]:
    methods, words = load_rule_book(page.row.rules).methods, dict(MethodForm.DECISIONS)
    return [
        ShownDecision(
            method=text_in(dict(methods[each.method])),
            decision=str(words[each.decision]),
            reason=each.reason,
            by=each.row.by,
            examined_date=each.row.examined_date,
        )
        for each in page.notes.decided
    ]


def _scar_map(page: FormPage) -> dict[str, Any]:
    """Return the marked places, and in words where the scars are; without marks it knows no side."""
    zones, version = page.form.said.get(FACE_MAP) or [], page.row.questionnaire
    areas = load_questionnaire(version).by_key["g_scar_areas"]
    words = say_answer(areas, page.form.said, version, get_language() or "en")
    return {"zones": zones, "zones_words": words}


def _considerations(page: FormPage) -> dict[str, Any]:
    """Return what to think about: by method, beside ordinary options, and phrases to ask with."""
    judged, options = page.form.judged, load_options(page.row.rules)
    scars, language = page.form.answers.get("g_scar_types", ()), page.row.patient.language
    return {
        "judged": judged,
        "prompts": [(each, options.evidence[each.method]) for each in list_prompts(judged)],
        "scale": options.scale,
        "ordinary": options.list_fitting(scars, judged.facts.ad_level),
        "phrases": [
            (text_in(dict(each.label)), text_in(dict(each.text), language)) for each in options.phrases
        ],
    }


def _sign_form(page: FormPage) -> SignForm:
    """Return the form to decide with, as it was left; of an older version, only what was written."""
    if page.row.pk in page.notes.drafts:
        revision, content = page.notes.drafts[page.row.pk]
        return SignForm(initial={**content, "seen": revision})
    older = next(iter(page.notes.drafts.values()), None)
    kept = {name: value for name, value in older[1].items() if name in DRAFTED} if older else {}
    return SignForm(initial={**kept, "seen": 0})


def _flag_rows(page: FormPage, sections: list[AnswerSection]) -> list[FlagRow]:
    places = {row.told.key: (row.told.number, section.title) for section in sections for row in section.rows}
    flags = rank_flags(page.form.judged.flags)
    return [
        FlagRow(shown, *_place_of(flag, places)) for flag, shown in zip(flags, show_flags(flags), strict=True)
    ]


def _place_of(flag: Flag, places: dict[str, tuple[int, str]]) -> tuple[int | None, str]:
    return next((places[key] for key in flag.questions if key in places), (None, ""))
