"""Where a health form is filled in and by whom. Its pages are the same at home, on a tablet, with a nurse."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

import phonenumbers
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clinic.addresses import client_address
from clinic.models import Clinic, User
from clinic.queries.places import get_places
from clinic.services.audit import Action, Reader, record_read
from patients.form_state import FormState, Respondent
from patients.models import FormVersion, Patient, TabletPass
from patients.queries.guardians import is_guardian
from patients.queries.health_forms import OpenDraft, get_patient_for, open_draft, without_private
from patients.queries.tablets import IDLE
from patients.services.drafts import Writer
from patients.versions import CURRENT
from patients.views.opened_by import reader_of

CLINIC_ZONE = ZoneInfo("Asia/Bangkok")


@dataclass(frozen=True)
class Mount:
    """One patient's form in one place. `namespace` and `arguments` make the addresses of its pages.

    `review_url` is where staff go back to, "" at home. `tablet` is the pass by which the clinic's tablet
    opened the form, None anywhere else. `by` says by which reason it was opened, "" without one.
    """

    patient: Patient
    user: User | None
    address: str
    clinic: Clinic
    clinic_zone: ZoneInfo
    namespace: str
    arguments: tuple[Any, ...]
    by_clinic: bool = False
    review_url: str = ""
    tablet: TabletPass | None = None
    by: str = ""

    def url(self, name: str, *more: Any) -> str:
        """Return the address of one of the form's pages, such as `form-page`."""
        return reverse(f"{self.namespace}:{name}", args=[*self.arguments, *more])

    @property
    def frame(self) -> str:
        """The template around the form's pages: at the clinic with a bar that says whose form it is."""
        if self.tablet:
            return "patients/tablet/base_form.html"
        return "review/base_fill.html" if self.by_clinic else "base.html"

    @property
    def tablet_idle_seconds(self) -> int:
        """After how many seconds a tablet that nobody touches is locked."""
        return int(IDLE.total_seconds())

    @property
    def home_url(self) -> str:
        """Where the form is left for: the account's visits, "" for nowhere."""
        return reverse("bookings:my-visits") if self.user and not self.by_clinic else ""

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which times are shown to whoever fills in."""
        at_home = self.patient.zone and not (self.by_clinic or self.tablet)
        return ZoneInfo(self.patient.zone) if at_home else self.clinic_zone

    @property
    def reader(self) -> Reader:
        """Who reads, for the audit."""
        return Reader(self.user, self.address, by=f"tablet {self.tablet.pk}" if self.tablet else self.by)

    @property
    def takes_photos(self) -> bool:
        """Whether the form's pages take photos; staff take theirs in the review."""
        return not self.by_clinic


@dataclass(frozen=True)
class Opened:
    """A form that was opened: what was answered so far, and what that means. `today` is the clinic's day."""

    mount: Mount
    draft: OpenDraft
    respondent: Respondent
    now: datetime
    today: date

    @cached_property
    def state(self) -> FormState:
        """Where the form stands."""
        return FormState(self.draft.answers, self.today, CURRENT, self.respondent)

    @property
    def visible(self) -> Mapping[str, Any]:
        """The answers that whoever fills in may see."""
        answers = self.draft.answers
        return answers if self.respondent.sees_private else without_private(answers)

    @property
    def writer(self) -> Writer:
        """Who writes, with what rights."""
        mount = self.mount
        return Writer(
            mount.user,
            device=_("the clinic’s tablet") if mount.tablet else "",
            by_clinic=mount.by_clinic,
            may_answer_private=self.respondent.sees_private,
        )

    def after(self, draft: OpenDraft) -> "Opened":
        """Return the form as it is after a save."""
        return replace(self, draft=draft)


def account_mount(request: HttpRequest, patient_id: UUID) -> Mount:
    """Return the mount of an account's own patient.

    :raises Http404: if the patient is not theirs.
    """
    user = cast("User", request.user)
    try:
        patient = get_patient_for(user, patient_id)
    except Patient.DoesNotExist as error:
        raise Http404 from error
    return make_mount(request, patient, user=user, namespace="patients", arguments=(patient.pk,))


def make_mount(
    request: HttpRequest,
    patient: Patient,
    *,
    user: User | None,
    namespace: str,
    arguments: tuple[Any, ...],
    by_clinic: bool = False,
    review_url: str = "",
    tablet: TabletPass | None = None,
) -> Mount:
    """Return the mount of a patient whose form whoever asks may fill in; the caller has checked that."""
    clinic, sites = get_places()
    return Mount(
        patient=patient,
        user=user,
        address=client_address(request),
        by=reader_of(request).by if by_clinic else "",
        clinic=clinic,
        clinic_zone=sites[0].tz if sites else CLINIC_ZONE,
        namespace=namespace,
        arguments=arguments,
        by_clinic=by_clinic,
        review_url=review_url,
        tablet=tablet,
    )


def open_form(mount: Mount, now: datetime, *, sent: FormVersion | None = None) -> Opened:
    """Open the draft of a mount's patient and write down who reads it, with what belongs to it: its photos.

    `sent` is a version that the page reads too; both are one row.
    """
    draft = open_draft(mount.patient)
    record_read(
        reader=mount.reader,
        action=Action.OPENED,
        subject_type="draft" if draft.row else "form_version",
        subject_ids=[row.pk for row in (draft.row, sent) if row],
        patient_ids=[mount.patient.pk],
        now=now,
    )
    today = now.astimezone(mount.clinic_zone).date()
    respondent = Respondent(
        sees_private=_sees_private(mount, draft.answers, today),
        booked_for_child=mount.patient.booked_for == Patient.Booker.CHILD,
        by_clinic=mount.by_clinic,
        poem_licensed=mount.clinic.poem_licensed,
    )
    return Opened(mount, draft, respondent, now, today)


def language() -> str:
    """Return the language of this request's page: "en" or "th"."""
    return get_language() or "en"


def country_of(mount: Mount) -> str:
    """Return the country of the patient's phone number, "" if it belongs to none."""
    phone = mount.patient.phone
    if not phone:
        return ""
    by_code = phonenumbers.region_code_for_country_code(phone.country_code)  # "ZZ" for none
    found = phonenumbers.region_code_for_number(phone) or by_code
    return str(found) if found.isalpha() and found != "ZZ" else ""


def _sees_private(mount: Mount, answers: Mapping[str, Any], today: date) -> bool:
    """Say whether whoever fills in is asked private questions; of a tablet the desk said who holds it."""
    if mount.tablet:
        return mount.tablet.holder == TabletPass.Holder.PATIENT
    return mount.by_clinic or not is_guardian(mount.patient, answers, today)
