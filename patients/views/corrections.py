"""A clinician's or nurse's own value for something a patient reported; both values stay."""

from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from clinic.languages import text_in
from clinic.models import User
from clinic.services.audit import Action, record_read
from patients.forms.corrections import CorrectionForm
from patients.models import FormVersion
from patients.queries.health_forms import open_version
from patients.queries.reviews import corrected, get_version, list_corrections
from patients.queries.vault import get_vault
from patients.questionnaire import Question, load_questionnaire
from patients.services.reviews import correct_answer
from patients.told import say_answer
from patients.views.opened_by import reader_of
from patients.words import load_words


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, version_id: UUID, number: int) -> HttpResponse:
    """Ask for a value in the control that fits the question, and keep it beside the patient's."""
    now = timezone.now()
    version, question = _get_question(version_id, number)
    record_read(
        reader=reader_of(request),
        action=Action.OPENED,
        subject_type="form_version",
        subject_ids=[version.pk],
        patient_ids=[version.patient_id],
        now=now,
    )
    vault = get_vault([version.patient_id])
    said = open_version(version, vault).answers
    counting = corrected(said, list_corrections(version.patient_id, vault))
    form = CorrectionForm(question, version.questionnaire, counting.get(question.key), request.POST or None)
    back = reverse("review:form", args=[version_id]) + f"#a-{number}"
    if request.method == "POST" and form.is_valid():
        if form.value() != counting.get(question.key):
            return _save(request, version, question, form, back)
        form.add_error(form.first_field, _("That is the answer already. Choose another one."))
    words = load_words(version.questionnaire).questions[question.key]
    context = {
        "form": form,
        "version": version,
        "number": number,
        "back": back,
        "label": text_in(dict(words.label)),
        "said": say_answer(question, said, version.questionnaire, get_language() or "en"),
    }
    return render(request, "review/correct.html", context, status=422 if form.errors else 200)


def _save(
    request: HttpRequest, version: FormVersion, question: Question, form: CorrectionForm, back: str
) -> HttpResponse:
    """Keep a value that the form has checked, and go back to its row."""
    correct_answer(
        version=version,
        key=question.key,
        value=form.value(),
        reason=form.cleaned_data["reason"],
        by=cast("User", request.user),
        now=timezone.now(),
    )
    return redirect(back)


def _get_question(version_id: UUID, number: int) -> tuple[FormVersion, Question]:
    try:
        version = get_version(version_id)
    except FormVersion.DoesNotExist:
        raise Http404 from None
    questions = load_questionnaire(version.questionnaire).questions
    if not 1 <= number <= len(questions) or questions[number - 1].stage == "computed":
        raise Http404
    return version, questions[number - 1]
