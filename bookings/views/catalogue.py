"""The owner's pages of the treatment catalogue: facts, cards as patients see them, and who sees them."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.forms.catalogue import CardForm, TreatmentForm
from bookings.views.card_words import side_by_side
from clinic.languages import LANGUAGES
from clinic.models import Site, Treatment, TreatmentCard
from clinic.models.catalogue import Visibility
from clinic.queries.advertising import list_advertising_warnings
from clinic.queries.catalogue import as_shown, find_treatment, list_treatments
from clinic.queries.places import get_clinics_zone, list_sites
from clinic.services import cards, treatments
from clinic.services.meanwhile import ChangedMeanwhile


@never_cache
@require_safe
def treatment_list(request: HttpRequest) -> HttpResponse:
    """List the treatments with the state of both cards, of the gate, and of advertising. Constant queries."""
    now, sites = timezone.now(), list_sites()
    lines = [
        side_by_side(treatment, sites, now=now) for treatment in list_treatments(site=next(iter(sites), None))
    ]
    context = {
        "in_use": [line for line in lines if line.treatment.archived_at is None],
        "archived": [line for line in lines if line.treatment.archived_at is not None],
        "sites": sites,
        "today": now.astimezone(get_clinics_zone()).date(),
    }
    return render(request, "bookings/offering/treatments.html", context)


@never_cache
@require_safe
def treatment(request: HttpRequest, number: int) -> HttpResponse:
    """Show a treatment's cards side by side, as patients see them, and what each needs to be shown."""
    return _treatment_page(request, _get(number), timezone.now())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add_treatment(request: HttpRequest) -> HttpResponse:
    """Add a treatment; its cards come after it, and nothing is shown before they are."""
    return _edit_facts(request, Treatment())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def treatment_facts(request: HttpRequest, number: int) -> HttpResponse:
    """Change the facts of a treatment that both of its cards show."""
    return _edit_facts(request, _get(number))


@require_POST
def archive_treatment(request: HttpRequest, number: int) -> HttpResponse:
    """Take a treatment off every page, or put it back as it was."""
    found, archived = _get(number), "bring_back" not in request.POST
    treatments.set_treatment_archived(treatment_id=found.pk, archived=archived, now=timezone.now())
    messages.success(request, _("Archived: nobody sees its cards.") if archived else _("In use again."))
    return redirect("offering:treatment", number)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def card(request: HttpRequest, number: int, language: str) -> HttpResponse:
    """Change the words of a card beside what patients would see; nothing is published by it."""
    found, now = _get(number), timezone.now()
    if language not in LANGUAGES:
        raise Http404
    stored = next((one for one in found.cards.all() if one.language == language), None)
    one = stored or TreatmentCard(treatment=found, language=language)
    one.treatment = found
    data = request.POST if request.method == "POST" else None
    form = CardForm(data, instance=one, today=now.astimezone(get_clinics_zone()).date())
    if data is None or "look" in data or not form.is_valid():
        return _card_page(request, form, now)
    try:
        saved = cards.save_card(card=form.instance, seen=form.cleaned_data["seen"])
    except ChangedMeanwhile as refusal:
        return _card_page(request, form, now, conflict=str(refusal))
    messages.success(request, _("Saved."))
    if saved.visibility != Visibility.OFF and form.forgets_the_check:
        messages.warning(
            request,
            _("“%(name)s”: the words changed after they were checked. Enter who checked them now, and when.")
            % {"name": saved.name},
        )
    return redirect("offering:treatment", number)


@require_POST
def show_card(request: HttpRequest, number: int, language: str) -> HttpResponse:
    """Let people see a card, or nobody; with something missing it stays as it is, and the page says what."""
    found, wanted = _get(number), request.POST.get("visibility", "")
    one = next((each for each in found.cards.all() if each.language == language), None)
    if one is None or wanted not in Visibility.values:
        raise Http404
    try:
        cards.show_card(card_id=one.pk, visibility=wanted, seen=request.POST.get("seen", ""))
    except (ChangedMeanwhile, cards.NotReady) as refusal:
        status = 409 if isinstance(refusal, ChangedMeanwhile) else 422
        return _treatment_page(request, _get(number), timezone.now(), refusal=str(refusal), status=status)
    words = {
        Visibility.PUBLIC: _("Everybody sees this card now."),
        Visibility.AFTER_BOOKING: _("People with a booking see this card now."),
        Visibility.OFF: _("Nobody sees this card any more."),
    }
    messages.success(request, words[Visibility(wanted)])
    return redirect("offering:treatment", number)


def _get(number: int) -> Treatment:
    found = find_treatment(number, site=next(iter(list_sites()), None))
    if found is None:
        raise Http404
    return found


def _treatment_page(
    request: HttpRequest, found: Treatment, now: datetime, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    sites = list_sites()
    context = {
        "line": side_by_side(found, sites, now=now),
        "sites": sites,
        "today": now.astimezone(get_clinics_zone()).date(),
        "approval_warnings": list_advertising_warnings(now=now),
        "refusal": refusal,
    }
    return render(request, "bookings/offering/treatment.html", context, status=status)


def _edit_facts(request: HttpRequest, found: Treatment) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form, conflict = TreatmentForm(data, instance=found, sites=list_sites()), ""
    if data is not None:
        twin = _find_twin(form) if not form.is_valid() else None
        if twin is not None:
            return redirect("offering:treatment", twin.pk)
        if form.is_valid():
            try:
                saved = treatments.save_treatment(
                    treatment=form.instance, prices=form.prices(), seen=form.cleaned_data["seen"]
                )
            except ChangedMeanwhile as refusal:
                conflict = str(refusal)
                _see_what_is_stored(form)
            else:
                messages.success(request, _("Saved."))
                return redirect("offering:treatment", saved.pk)
    status = 409 if conflict else 422 if form.errors else 200
    context: dict[str, Any] = {"form": form, "conflict": conflict, "found": found}
    return render(request, "bookings/offering/treatment_facts.html", context, status=status)


def _find_twin(form: TreatmentForm) -> Treatment | None:
    """Return the treatment that a first press of the same button made."""
    if set(form.errors) - {"slug", "method"} or not form.has_error("slug", "unique"):
        return None
    twin = Treatment.objects.get(slug=form.data["slug"].strip())
    if (twin.method or "") != form.data.get("method", ""):
        return None
    again = TreatmentForm(form.data, instance=twin, sites=form.sites)
    return twin if again.is_valid() and set(again.changed_data) <= {"seen"} else None


def _see_what_is_stored(form: TreatmentForm | CardForm) -> None:
    """Let the next press of the button replace what somebody else saved meanwhile."""
    stored = type(form.instance)._default_manager.filter(pk=form.instance.pk).first()
    form.data = form.data.copy()  # type: ignore[attr-defined]
    if isinstance(stored, TreatmentCard):
        form.data["seen"] = cards.stamp_of_card(stored)  # type: ignore[index]
    elif isinstance(stored, Treatment):
        known = treatments.stamp_of_treatment(stored, treatments.prices_of(stored))
        form.data["seen"] = known  # type: ignore[index]


def _card_page(request: HttpRequest, form: CardForm, now: datetime, *, conflict: str = "") -> HttpResponse:
    """Show the form beside the card as it would look; a script that asks gets only the latter."""
    sites: list[Site] = list_sites()
    if conflict:
        _see_what_is_stored(form)
    status = 409 if conflict else 422 if form.is_bound and form.errors else 200
    context = {
        "form": form,
        "conflict": conflict,
        "card": form.instance,
        "shown": as_shown(form.instance, sites[0] if sites else None, now),
        "number": form.instance.treatment_id,
    }
    if request.headers.get("HX-Request") and "look" in request.POST:
        return render(request, "bookings/offering/_card_look.html", context, status=status)
    return render(request, "bookings/offering/card.html", context, status=status)
