"""What a clinician does with a form: keep a draft, sign, add, decide about a method. Nurses may not."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from clinic.models import User
from clinic.queries.places import get_clinics_zone
from patients.forms.review import AddendumForm, MethodForm, SignForm
from patients.models import FormVersion, Review
from patients.queries.reviews import get_version
from patients.services import reviews
from patients.services.refusals import ChangedElsewhere, FormRefusal, NotComplete
from patients.views.review_page import guardian_reads, open_page, show_page


@never_cache
@require_POST
def draft(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Keep what is being written; the page's own script gets the new revision, a person the page."""
    now, form = timezone.now(), SignForm(request.POST)
    by_script = request.headers.get("Accept", "").startswith("application/json")
    seen = request.POST.get("seen", "")
    try:
        revision = reviews.save_review_draft(
            version=_get_version(version_id),
            user=cast("User", request.user),
            content=form.typed(),
            seen_revision=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0,
            now=now,
        )
    except ChangedElsewhere as refusal:
        if by_script:
            return JsonResponse({"refused": str(refusal)}, status=409)
        return _show_typed(request, version_id, form, refusal)
    if by_script:
        return JsonResponse({"seen": revision})
    messages.success(request, _("Draft saved."))
    return redirect("review:form", version_id)


@never_cache
@require_POST
def sign(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Sign a decision: kept for good, with the rules it was made by."""
    version, page = _get_version(version_id), open_page(request, version_id)
    form = SignForm(request.POST, for_guardian=guardian_reads(page, timezone.now()))
    if not form.is_valid():
        return show_page(request, page, form=form, status=422)
    try:
        review = reviews.sign_review(
            version=version,
            reviewer=cast("User", request.user),
            decision=Review.Decision(form.cleaned_data["decision"]),
            message=form.cleaned_data["message"],
            notes=form.cleaned_data["notes"],
            judged=page.form.judged.as_json(),
            asked=form.asked(),
            then=form.then(),
            now=timezone.now(),
        )
    except FormRefusal as refusal:
        return _show_typed(request, version_id, form, refusal, again=True)
    messages.success(
        request,
        _("Saved for %(name)s: %(decision)s.")
        % {"name": version.patient.name, "decision": review.get_decision_display()},
    )
    return redirect("queue:queue")


@never_cache
@require_POST
def addendum(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Add a later thought to the signed review of a form."""
    version, form = _get_version(version_id), AddendumForm(request.POST)
    review = version.reviews.select_related("version").order_by("signed_at", "pk").first()
    if review is None:
        raise Http404
    if not form.is_valid():
        return show_page(request, open_page(request, version_id), addendum_form=form, status=422)
    reviews.add_addendum(
        review=review, author=cast("User", request.user), text=form.cleaned_data["text"], now=timezone.now()
    )
    return redirect("review:form", version_id)


@never_cache
@require_POST
def decide(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Note what was decided about one method after an examination of a patient whose form is complete."""
    version, now = _get_version(version_id), timezone.now()
    form = MethodForm(version.rules, request.POST, today=now.astimezone(get_clinics_zone()).date())
    if not form.is_valid():
        return show_page(request, open_page(request, version_id), method_form=form, status=422)
    try:
        reviews.decide_method(
            version=version,
            method=form.cleaned_data["method"],
            decision=form.cleaned_data["decision"],
            reason=form.cleaned_data["reason"],
            examined_date=form.cleaned_data["examined_date"],
            by=cast("User", request.user),
            now=now,
        )
    except NotComplete:
        messages.error(
            request, _("The rest of the form comes first. Then a method can be decided after an examination.")
        )
    except FormRefusal as refusal:
        messages.error(request, str(refusal))
    return redirect("review:form", version_id)


def _get_version(version_id: UUID) -> FormVersion:
    try:
        return get_version(version_id)
    except FormVersion.DoesNotExist:
        raise Http404 from None


def _show_typed(
    request: HttpRequest, version_id: UUID, form: SignForm, refusal: FormRefusal, *, again: bool = False
) -> HttpResponse:
    """Show the page again with everything that was typed, and why it was refused."""
    page = open_page(request, version_id, again=again)
    revision = page.notes.drafts[version_id][0] if version_id in page.notes.drafts else 0
    kept = SignForm(initial={**form.typed(), "seen": revision})
    return show_page(request, page, form=kept, refused=str(refusal), status=409)
