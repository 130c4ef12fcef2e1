"""What the front desk does with tablets: hands out a patient's form, sees how far it is, and ends it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.models import User
from clinic.qr_codes import QrCode, make_qr_code
from patients.conditions import age_on
from patients.form_state import ADULT
from patients.forms.tablet import HolderForm
from patients.models import Patient, TabletPass
from patients.queries.next_visits import is_expected
from patients.queries.people import get_patient
from patients.queries.private_links import had_private_link
from patients.queries.tablets import State, find_newest_pass, state_of
from patients.services.tablets import end_pass, letters_of, make_pass, token_of

Holder = TabletPass.Holder
SHOWN_FOR = timedelta(hours=12)
"""How long the sheet says what became of a pass."""

LIVE = frozenset({State.WAITING, State.OPEN})

STATES: dict[State, tuple[str, str, Promise, Promise]] = {
    # state: (look, icon, word, what to do)
    State.WAITING: ("info", "qr-code", _("Waiting for a tablet."), _("Scan the code within 10 minutes.")),
    State.EXPIRED: ("warn", "clock", _("Not opened in time."), _("Show a new code.")),
    State.OPEN: ("info", "tablet", _("Being filled in."), _("It locks itself after 10 idle minutes.")),
    State.IDLE: ("warn", "lock", _("Ended: nobody touched it for 10 minutes."), _("What was saved is safe.")),
    State.SENT: ("ok", "circle-check", _("Sent."), _("The tablet can be taken back.")),
    State.ENDED: ("info", "lock", _("Ended."), _("What was saved is safe.")),
}


@dataclass(frozen=True)
class Shown:
    """A pass as its sheet shows it. `code` and `address` are set while it waits to be opened."""

    row: TabletPass
    state: State
    code: QrCode | None = None
    address: str = ""

    @property
    def is_live(self) -> bool:
        """Whether it can still change by itself."""
        return self.state in LIVE

    @property
    def letters(self) -> str:
        """What is typed where nothing can be scanned."""
        return letters_of(self.row)

    @property
    def look(self) -> str:
        """The class of its colours."""
        return STATES[self.state][0]

    @property
    def icon(self) -> str:
        """Its icon."""
        return STATES[self.state][1]

    @property
    def words(self) -> Promise:
        """How far it is."""
        return STATES[self.state][2]

    @property
    def more(self) -> Promise:
        """What to do."""
        return STATES[self.state][3]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Ask who will hold the tablet, then show the code; afterwards show how far the form is.

    A code opens what a patient has said so far, to whoever scans it: it is made for who comes today only.
    """
    patient, now = _get_patient(patient_id), timezone.now()
    form = HolderForm(request.POST or None, initial={"holder": _likely_holder(patient, now)})
    if form.is_bound and not is_expected(patient.pk, now=now):
        form.add_error(None, _("This person has no visit today. A tablet is for who is here."))
    if request.method == "POST" and form.is_valid():
        holder, user = Holder(form.cleaned_data["holder"]), cast("User", request.user)
        make_pass(patient=patient, holder=holder, by=user, now=now)
        return redirect("tablet:start", patient.pk)
    context = {"patient": patient, "form": form, "shown": _shown(request, find_newest_pass(patient), now)}
    return _render(request, context, status=422 if form.is_bound else 200)


@never_cache
@require_safe
def state(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Say how far a patient's tablet is: 204 while nothing has changed. Asking extends no session."""
    patient = _get_patient(patient_id)
    shown = _shown(request, find_newest_pass(patient), timezone.now())
    if shown is None:
        raise Http404
    if request.GET.get("state") == shown.state and request.GET.get("pass") == str(shown.row.pk):
        return HttpResponse(status=204)
    return render(request, "patients/tablet/_state.html", {"patient": patient, "shown": shown})


@never_cache
@require_POST
def end(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """End the pass that the sheet showed: what the tablet shows is gone within seconds."""
    patient = _get_patient(patient_id)
    newest = find_newest_pass(patient)
    if newest is not None and request.POST.get("pass") == str(newest.pk):
        end_pass(pass_id=newest.pk, why=TabletPass.End.DESK, now=timezone.now())
    return redirect("tablet:start", patient.pk)


def _get_patient(patient_id: UUID) -> Patient:
    try:
        return get_patient(patient_id)
    except Patient.DoesNotExist:
        raise Http404 from None


def _likely_holder(patient: Patient, now: datetime) -> Holder:
    """Return who is likely to hold the tablet; whenever it may be somebody else, that.

    As for an account (patients/views/mounts.py), but from what the desk may know: nothing is opened for it.
    """
    is_young = patient.birth_date is None or age_on(patient.birth_date, now.date()) < ADULT
    booked_by_other = patient.booked_for != Patient.Booker.SELF and is_young
    is_minor = patient.birth_date is not None and is_young
    return Holder.GUARDIAN if booked_by_other or is_minor or had_private_link(patient) else Holder.PATIENT


def _shown(request: HttpRequest, found: TabletPass | None, now: datetime) -> Shown | None:
    """Return a pass as the sheet shows it, for half a day after it was made."""
    if found is None or now - found.made_at > SHOWN_FOR:
        return None
    current = state_of(found, now=now)
    if current != State.WAITING:
        return Shown(found, current)
    address = request.build_absolute_uri(reverse("tablet:open", args=[token_of(found)]))
    return Shown(
        found, current, make_qr_code(address), request.build_absolute_uri(reverse("tablet:code"))
    )  # fmt: skip


def _render(request: HttpRequest, context: dict[str, Any], *, status: int) -> HttpResponse:
    """Render as a sheet over the board where its script asks, else as a page."""
    by_script = bool(getattr(request, "htmx", False))
    sheet = "bookings/desk/_sheet.html" if by_script else "bookings/desk/sheet_page.html"
    return render(request, "patients/tablet/start.html", {**context, "sheet": sheet}, status=status)
