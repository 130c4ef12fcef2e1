"""The first page of the set-up: what there is, and what is missing before the clinic can open."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bookings.queries.set_up_state import State, get_state
from clinic.queries.places import get_clinics_zone


@dataclass(frozen=True)
class Card:
    """One part of the set-up, and its state in words."""

    address: str
    icon: str
    title: str
    state: str


@dataclass(frozen=True)
class Check:
    """One thing that must be there before the clinic can open, or that is better to have."""

    words: str
    address: str
    is_done: bool = False


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """List every part of the set-up with its state, and what is missing. A constant number of queries."""
    now = timezone.now()
    state = get_state(now=now, today=now.astimezone(get_clinics_zone()).date())
    needed, advised = _list_needed(state), _list_advised(state)
    context = {
        "state": state,
        "cards": _list_cards(state),
        "offering": _list_offering(state),
        "needed": needed,
        "advised": advised,
        "open": sum(not check.is_done for check in needed),
    }
    return render(request, "setup/home.html", context)


def _list_cards(state: State) -> list[Card]:
    sites = ngettext("%(count)d site", "%(count)d sites", state.sites) % {"count": state.sites}
    rooms = ngettext("%(count)d in use", "%(count)d in use", state.rooms) % {"count": state.rooms}
    people = _("%(staff)d may sign in, patients see %(people)d") % {
        "staff": state.staff,
        "people": state.practitioners,
    }
    hours = _("%(with_hours)d of %(people)d have hours") % {
        "with_hours": state.with_hours,
        "people": state.practitioners,
    }
    to_look_at = ngettext("%(count)d to look at", "%(count)d to look at", state.reasons_to_look_at)
    closed = ngettext("%(count)d closure ahead", "%(count)d closures ahead", state.next_closures)
    return [
        Card(reverse("setup:sites"), "map-pin", _("Sites"), sites),
        Card(reverse("setup:rooms"), "door-open", _("Rooms and devices"), rooms),
        Card(reverse("setup:people"), "users", _("People and roles"), people),
        Card(
            reverse("setup:opened"),
            "lock-keyhole-open",
            _("Opened with a reason"),
            to_look_at % {"count": state.reasons_to_look_at},
        ),
        Card(reverse("setup:hours"), "calendar-clock", _("Weekly hours"), hours),
        Card(
            reverse("setup:holidays"),
            "calendar-off",
            _("Holidays and closed days"),
            closed % {"count": state.next_closures},
        ),
    ]


def _list_offering(state: State) -> list[Card]:
    """Return the pages about what is offered."""
    in_use = ngettext("%(count)d in use", "%(count)d in use", state.visit_types)
    cards = (
        ("offering:visit-types", "clipboard-list", _("Visit types"), in_use % {"count": state.visit_types}),
        (
            "offering:treatments",
            "book-open",
            _("Treatment catalogue"),
            _("What patients read about treatments"),
        ),
        ("offering:gates", "lock-keyhole", _("Product gates"), _("Approvals that open a treatment")),
        ("offering:messages", "mail", _("Message texts"), _("What patients are sent")),
        ("offering:policy", "scale", _("Changing and cancelling"), _("Until when it is free")),
    )
    return [Card(reverse(name), *rest) for name, *rest in cards]


def _list_needed(state: State) -> list[Check]:
    """Return what must be there before a patient can book."""
    has_contact = bool(state.clinic and state.clinic.email and state.clinic.phone)
    types = reverse("offering:visit-types")
    contact = _("The clinic has an e-mail address and a phone")
    lacks = _("%(visit_type)s at %(site)s needs: %(kind)s")
    return [
        Check(contact, _clinic_address(), is_done=has_contact),
        Check(_("There is a site"), reverse("setup:sites"), is_done=state.sites > 0),
        Check(_("Patients can book a visit type at a site"), types, is_done=state.offers > 0),
        Check(
            _("There is somebody whom patients see"), reverse("setup:people"), is_done=state.practitioners > 0
        ),
        Check(_("Somebody has hours"), reverse("setup:hours"), is_done=state.with_hours > 0),
        *(
            Check(
                lacks % {"visit_type": missing.visit_type, "site": missing.site, "kind": missing.kind},
                reverse("setup:rooms") if missing.is_place else reverse("setup:people"),
            )
            for missing in state.missing_kinds
        ),
    ]


def _list_advised(state: State) -> list[Check]:
    """Return what a clinic is better off with."""
    licensed = bool(state.clinic and state.clinic.licence_number)
    unchosen = _("Public holidays are chosen: %(site)s")
    duty = reverse("admin:clinic_dutyshift_changelist")
    return [
        Check(_("The clinic’s licence number is shown"), _clinic_address(), is_done=licensed),
        *(
            Check(unchosen % {"site": site}, reverse("setup:holidays"))
            for site in state.sites_without_holidays
        ),
        Check(
            _("There are two owners, in case one can’t sign in"),
            reverse("setup:people"),
            is_done=state.owners > 1,
        ),
        Check(_("Somebody is on duty for urgent answers"), duty, is_done=state.duty_ahead),
        Check(
            _("A clinician is in the review pool and reads every form"),
            reverse("setup:people"),
            is_done=state.in_review_pool > 0,
        ),
    ]


def _clinic_address() -> str:
    return reverse("admin:clinic_clinic_changelist")
