"""The owner's pages of practitioners: what patients see of them, and what they do."""

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bookings.forms.setup.people import ProfileForm
from bookings.services import places, profiles
from bookings.views.setup.answers import Outcome, attempt, group, in_the_way, press, saved
from clinic.models import Practitioner
from clinic.services.meanwhile import NotAccepted
from patients.photo_files import PhotoProblem
from patients.photo_processing import process_photo
from patients.views.photo_taking import PROBLEM_WORDS

MOST_BYTES = 15 * 1024 * 1024


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def profile_add(request: HttpRequest) -> HttpResponse:
    """Add a practitioner."""
    if request.method != "POST":
        asked = request.GET.get("user", "")
        start = {"key": uuid4(), "kind": "doctor", "languages": ["th", "en"]}
        return _show(request, ProfileForm(initial={**start, "user_id": asked if asked.isdecimal() else ""}))
    outcome = attempt(
        ProfileForm(request.POST, request.FILES),
        lambda form: profiles.add_profile(
            facts=form.facts, photo=_read_photo(form), key=form.cleaned_data["key"]
        ),
    )
    if outcome.is_done:
        return saved(request, reverse("setup:people"))
    return _show(request, outcome.form, outcome)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and change a practitioner."""
    person = get_object_or_404(Practitioner.objects.select_related("resource"), pk=pk)
    facts = profiles.facts_of_profile(person)
    if request.method != "POST":
        return _show(request, ProfileForm.showing(facts), person=person)
    outcome = attempt(
        ProfileForm(request.POST, request.FILES, initial=facts),
        lambda form: profiles.change_profile(
            practitioner_id=pk,
            facts=form.facts,
            photo=_read_photo(form),
            seen=form.cleaned_data["seen"],
            now=timezone.now(),
        ),
        initial=facts,
    )
    if outcome.is_done:
        return saved(request, reverse("setup:people"))
    return _show(request, outcome.form, outcome, person=person)


@require_POST
def profile_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a practitioner out of use, unless visits are booked with them."""
    person = get_object_or_404(Practitioner, pk=pk)
    return press(
        request,
        lambda: places.archive_resource(resource_id=person.resource_id, now=timezone.now()),
        done=_("Archived. It can be brought back."),
        back=reverse("setup:people"),
    )


@require_POST
def profile_bring_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an archived practitioner into use again."""
    places.bring_back_resource(resource_id=get_object_or_404(Practitioner, pk=pk).resource_id)
    return redirect("setup:people")


def _read_photo(form: ProfileForm) -> bytes | None:
    """Return the photo that was sent, made anew so that nothing of its file is kept; None without one.

    :raises NotAccepted: if it is no photo we can open.
    """
    sent = form.cleaned_data["photo"]
    if not sent:
        return None
    try:
        return process_photo(sent.read(MOST_BYTES + 1)).jpeg
    except PhotoProblem as problem:
        raise NotAccepted(str(PROBLEM_WORDS[problem.code]), field="photo") from None


def _show(
    request: HttpRequest, form: ProfileForm, outcome: Outcome[ProfileForm] | None = None, **context: Any
) -> HttpResponse:
    context |= {
        "form": form,
        "groups": [
            group(form, _("Shown to patients"), "name", "title", "languages", "about", "photo"),
            group(form, _("At work"), "kind", "calendar_name", "licence_number", "visit_types", "user_id"),
        ],
        "stranding": in_the_way(outcome.stranding if outcome else None),
    }
    return render(request, "setup/profile_form.html", context, status=outcome.status if outcome else 200)
