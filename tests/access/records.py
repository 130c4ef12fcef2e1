"""One patient about whom everything there can be is written: real objects, and a canary a class of fields."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from bookings.models import Appointment
from bookings.queries.desk_words import open_note
from bookings.services import desk
from bookings.services.desk_words import set_cancel_reason
from bookings.services.own_copies import ask_for_copy, build_copy
from clinic.access.fields import Field
from clinic.models import ReadRecord, Role, User
from patients.models import (
    DeskMessage,
    ErasureRequest,
    FormVersion,
    Merge,
    Patient,
    Photo,
    ReasonAccess,
    Review,
    TabletPass,
    UrgentAlert,
)
from patients.services import reviews
from patients.services.desk_messages import send_desk_message
from patients.services.drafts import Writer
from patients.services.photos import ask_for_retake
from patients.services.private_links import make_private_link
from patients.services.private_links import token_of as private_token_of
from patients.services.tablets import open_pass
from patients.services.tablets import token_of as tablet_token_of
from tests.access.canaries import DRAFT, canary
from tests.bookings.desk_lists import STAFF
from tests.bookings.longer_visits import patient_of
from tests.bookings.pages import token_for
from tests.bookings.two_records import merge
from tests.calendars import Calendar
from tests.factories import PatientFactory, StaffFactory
from tests.patients.care_team import give_reason, outsider
from tests.patients.forms import NOW, answers_of, save, send
from tests.patients.photo_pages import keep_photo
from tests.patients.tablets import hand_out

OWN_WORDS = ("x_words", "x_words_medicines", "i_other", "x_signature")
PRIVATE = {"l_selfharm": "yes", "d_pregnant": "no"}
GUARDIAN = {
    "a_completing_for": "parent_guardian",
    "b_guardian_consent": "yes",
    "b_guardian_name": "Mother",
    "x_guardian_signature": "Mother",
}
BORN = {"self": date(1994, 3, 14), "child": date(2012, 5, 14)}


@dataclass(frozen=True)
class Record:
    """A patient of a site, the account it belongs to, and all that an address can name of it."""

    whose: str
    calendar: Calendar
    visit: Appointment
    visit_token: str
    missed: Appointment
    patient: Patient
    version: FormVersion
    photo: Photo
    alert: UrgentAlert
    private_token: str
    tablet: TabletPass
    tablet_token: str
    tablet_secret: str
    message: DeskMessage
    twin: Patient
    merge: Merge
    doctor: User
    opened: ReasonAccess
    erasure: ErasureRequest

    @property
    def is_young(self) -> bool:
        """Whether a guardian fills in, who is neither asked private questions nor shown what follows."""
        return self.patient.booked_for == Patient.Booker.CHILD

    @property
    def request_id(self) -> uuid.UUID:
        """What the review asked the desk for."""
        return self.patient.visit_requests.earliest("asked_at").pk


def write_record(
    whose: str, calendar: Calendar, starts_at: datetime, account: User, booked_for: str
) -> Record:
    """Write everything about one patient of an account: `whose` stands in its canaries and nowhere else."""
    visit = _book(whose, calendar, starts_at, account, booked_for)
    patient = patient_of(visit)
    doctor = StaffFactory.create(
        roles=[Role.CLINICIAN], name="Dr Ploy", email=f"{canary(Field.STAFF_CONTACT, whose)}@example.com"
    )
    version, photo = _send_form(patient, whose, booked_for)
    _write_review(version, doctor, whose)
    _note_reading(version, doctor, whose)
    holder = TabletPass.Holder.GUARDIAN if booked_for == "child" else TabletPass.Holder.PATIENT
    tablet = hand_out(patient, holder)
    now = timezone.now()
    _make_copy(patient, account, now)
    twins = [
        PatientFactory.create(name=f"{patient.name} {word}", email=patient.email) for word in ("II", "III")
    ]
    return Record(
        whose=whose,
        calendar=calendar,
        visit=visit,
        visit_token=token_for(visit),
        missed=_miss(twins[0], visit),
        patient=patient,
        version=version,
        photo=photo,
        alert=UrgentAlert.objects.filter(patient=patient).earliest("pk"),
        private_token=_make_private_link(patient, now) if booked_for == "child" else "",
        tablet=tablet,
        tablet_token=tablet_token_of(hand_out(twins[0])),
        tablet_secret=open_pass(pass_id=tablet.pk, now=now),
        message=send_desk_message(
            message_id=uuid.uuid4(),
            patient=patient,
            words=f"See you then, {canary(Field.CONTACT, whose)}",
            by=doctor,
            now=now,
            delay=timedelta(minutes=3),
        ),
        twin=twins[0],
        merge=merge(patient, twins[1], now=now),
        doctor=doctor,
        opened=give_reason(outsider(), patient, now, reason=canary(Field.READERS, whose)),
        erasure=ErasureRequest.objects.create(patient=patient, asked_at=now, asked_by=account),
    )


def _book(whose: str, calendar: Calendar, starts_at: datetime, account: User, booked_for: str) -> Appointment:
    name = canary(Field.CONTACT, whose)
    visit = calendar.book(
        starts_at,
        now=timezone.now(),
        name=f"{name} Whitfield",
        contact_name=f"{name} Parent" if booked_for == "child" else "",
        email=f"{name.lower()}@example.com",
        booked_for=booked_for,
        birth_date=BORN[booked_for],
        account=account,
    )
    return desk.write_note(
        appointment=visit, note=canary(Field.DESK_NOTES, whose), was="", actor=STAFF, now=timezone.now()
    )


def _miss(patient: Patient, like: Appointment) -> Appointment:
    """Return a visit of last week to which the patient did not come, and cancel another with a reason."""
    rows = [Appointment.objects.get(pk=like.pk) for _time in range(2)]
    for number, row in enumerate(rows):
        row.patient = patient
        row.pk, row.reference = uuid.uuid4(), like.reference[:-1] + "23"[number] + like.reference[-1]
        row.starts_at, row.ends_at = (
            moment - timedelta(days=14 + number) for moment in (like.starts_at, like.ends_at)
        )
        row.status = ["no_show", "cancelled"][number]
        row.sealed_desk_note = None
        if number:
            set_cancel_reason(row, open_note(like))
        row.save(force_insert=True)
    return rows[0]


def _send_form(patient: Patient, whose: str, booked_for: str) -> tuple[FormVersion, Photo]:
    """Send a form whose every free answer is a canary, with a photo that is to be taken again."""
    clinic = Writer(None, by_clinic=True, may_answer_private=True)
    words: dict[str, Any] = {key: canary(Field.ANSWERS, whose) for key in OWN_WORDS}
    answers = answers_of("vo-02") | words | PRIVATE | {"a_photo_care": True, "b_dob": str(BORN[booked_for])}
    if booked_for == "child":
        answers |= GUARDIAN
    save(patient, 10**6, clinic, **answers)
    photo = keep_photo(patient, now=NOW - timedelta(hours=1))
    ask_for_retake(photo=photo, reason=canary(Field.TO_PATIENT, whose), now=NOW)
    draft = save(patient, 10**6, clinic, c_now=["painful_blisters_spreading"])
    return send(patient, draft.revision, clinic), photo


def _make_private_link(patient: Patient, now: datetime) -> str:
    """Return the key of a link for a young person: whoever has one is filled in for by a guardian."""
    return private_token_of(make_private_link(patient=patient, now=now))


def _make_copy(patient: Patient, account: User, now: datetime) -> None:
    """Have a copy of everything made, which waits to be fetched."""
    copy, _password = ask_for_copy(
        patient=patient, by=account, language="en", leaves_out_private=False, now=now
    )
    build_copy(export_id=copy.pk, now=now)


def _write_review(version: FormVersion, doctor: User, whose: str) -> None:
    words = canary(Field.REVIEW, whose)
    about: dict[str, Any] = {"version": version, "by": doctor, "now": NOW}
    reviews.correct_answer(**about, key="k_hsv", value="never", reason=words)
    reviews.decide_method(
        **about, method="TOP_EXO", decision="discuss", reason=words, examined_date=NOW.date()
    )
    reviews.save_review_draft(
        version=version,
        user=StaffFactory.create(roles=[Role.CLINICIAN]),
        content={"notes": f"{DRAFT}zq{whose}"},
        seen_revision=0,
        now=NOW,
    )
    review = reviews.sign_review(
        version=version,
        reviewer=doctor,
        decision=Review.Decision.CHANGE,
        message=canary(Field.TO_PATIENT, whose),
        notes=words,
        judged={},
        asked=reviews.AskedVisit("change", None, "video", None, None),  # type: ignore[arg-type]
        now=NOW,
    )
    reviews.add_addendum(review=review, author=doctor, text=words, now=NOW)


def _note_reading(version: FormVersion, doctor: User, whose: str) -> None:
    """Write down a read with a reason, as of whoever is not in charge of a record."""
    ReadRecord.objects.create(
        at=NOW,
        transaction_id=1,
        reader=doctor,
        roles=["clinician"],
        action=ReadRecord.Action.OPENED,
        subject_type="form_version",
        subject_ids=[version.pk],
        patient_ids=[version.patient_id],
        reason=canary(Field.READERS, whose),
    )
