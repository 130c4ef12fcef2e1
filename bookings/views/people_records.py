"""Writing down who somebody is: a new record, changed contacts, the archive."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bookings.forms.people import PersonForm, initial_of
from bookings.queries.people import find_next_visit_of
from bookings.services.keys import fingerprint
from bookings.services.new_addresses import change_contacts, count_links_of
from bookings.services.refusals import Refusal
from bookings.views.people_page import get_record, note_read
from bookings.views.people_words import what_is_same
from clinic.models import Site
from clinic.models.places import known_zones
from clinic.queries.places import list_sites
from patients.models import Patient
from patients.queries.duplicates import list_duplicates_of_new
from patients.services.contacts import add_patient, archive_patient, restore_patient


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write down somebody new; records that may be theirs already are shown before anything is saved."""
    now, sites = timezone.now(), list_sites()
    if request.method != "POST":
        name = request.GET.get("name", "").replace("\0", "")[:80]
        form = _form(sites, now, initial={"name": name, "language": "en"})
        return render(request, "bookings/people/new.html", _page(form))
    form = _form(sites, now, data=request.POST)
    if not form.is_valid():
        return render(request, "bookings/people/new.html", _page(form), status=422)
    contacts = form.contacts()
    likely = list_duplicates_of_new(
        name=contacts.name, birth_date=contacts.birth_date, phone=contacts.phone, email=contacts.email
    )
    shown = fingerprint(ids=[str(pair.other.pk) for pair in likely])
    if likely and request.POST.get("anyway") != shown:
        doubles = [(pair, what_is_same(pair)) for pair in likely]
        page = {**_page(form), "doubles": doubles, "anyway": shown}
        return render(request, "bookings/people/new.html", page, status=422)
    record = add_patient(contacts=contacts)
    messages.success(request, _("Saved. You can book a visit now."))
    return redirect("people:patient", record.pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Change a record's contacts, and say beforehand what a new e-mail means."""
    now, sites, record = timezone.now(), list_sites(), get_record(patient_id)
    if record.merged_into_id is not None:
        return redirect("people:patient", record.merged_into_id)
    note_read(request, record, now=now)
    context = {"patient": record, "links": count_links_of(record, now=now), "seen": _seen(record)}
    if request.method != "POST":
        form = _form(sites, now, initial=initial_of(record))
        return render(request, "bookings/people/edit.html", {**context, **_page(form)})
    form = _form(sites, now, data=request.POST)
    if form.is_valid() and request.POST.get("seen") != context["seen"]:
        form.add_error(None, _("Somebody changed this record meanwhile. Check it, then save again."))
    if form.is_valid():
        try:
            told = change_contacts(patient=record, contacts=form.contacts(), now=now)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _saved(told))
            return redirect("people:patient", record.pk)
    return render(request, "bookings/people/edit.html", {**context, **_page(form)}, status=422)


@require_POST
def archive(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Put a record away; not while a visit is to come."""
    now, record = timezone.now(), get_record(patient_id)
    if find_next_visit_of(record, now=now) is not None:
        messages.error(request, _("There is a visit to come. Move or cancel it first."))
    else:
        archive_patient(patient=record, now=now)
        messages.success(request, _("In the archive. Searches do not find this record any more."))
    return redirect("people:patient", record.pk)


@require_POST
def restore(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Take a record out of the archive."""
    record = get_record(patient_id)
    restore_patient(patient=record)
    return redirect("people:patient", record.pk)


def _form(sites: list[Site], now: datetime, **kwargs: Any) -> PersonForm:
    site = sites[0] if sites else None
    today = now.astimezone(site.tz).date() if site else now.date()
    return PersonForm(region=site.country if site else None, today=today, **kwargs)


def _page(form: PersonForm) -> dict[str, Any]:
    return {"form": form, "zones": sorted(known_zones())}


def _seen(record: Patient) -> str:
    return fingerprint(**initial_of(record))


def _saved(told: int) -> str:
    if not told:
        return _("Saved.")
    words = ngettext(
        "Saved. %(count)d visit gets a message at the new address.",
        "Saved. %(count)d visits get a message at the new address.",
        told,
    )
    return f"{words % {'count': told}} {_('Links at the old address have stopped working.')}"
