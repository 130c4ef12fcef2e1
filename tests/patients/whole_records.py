"""A patient about whom everything there can be is written, with a canary in every word of it, for tests."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from bookings.models import Appointment, RunningLate, TimeOff, WalkIn
from clinic.models import Role, User
from patients.models import FormVersion, Patient, Photo, Review, TabletPass, UrgentAlert
from patients.services import reviews
from patients.services.photos import ask_for_retake
from patients.services.private_links import make_private_link, token_of
from patients.services.tablets import open_pass
from tests.bookings.blocks import off
from tests.bookings.desk_lists import add_waiting, say_late
from tests.bookings.longer_visits import patient_of
from tests.bookings.pages import book_for
from tests.calendars import Calendar, make_calendar
from tests.factories import PatientFactory, StaffFactory, UserFactory
from tests.patients.forms import NOW, save, send, send_case
from tests.patients.health_records import write_desk_message
from tests.patients.photo_pages import keep_photo
from tests.patients.tablets import hand_out

CANARY = "Kanarienvogel7"
OWN_WORDS = ("x_words", "x_words_medicines", "i_other", "x_signature")


@dataclass(frozen=True)
class Record:
    """A patient with all that can be asked for by an address."""

    calendar: Calendar
    visit: Appointment
    patient: Patient
    doctor: User
    version: FormVersion
    photo: Photo
    alert: UrgentAlert
    token: str
    tablet: TabletPass
    tablet_secret: str
    time_off: TimeOff
    waiting: WalkIn
    said: RunningLate

    @property
    def places(self) -> dict[str, str]:
        """What stands in an address, by its name there."""
        return {
            "patient_id": str(self.patient.pk),
            "version_id": str(self.version.pk),
            "photo_id": str(self.photo.pk),
            "alert_id": str(self.alert.pk),
            "request_id": str(self.patient.visit_requests.get().pk),
            "token": self.token,
            "pass_id": str(self.tablet.pk),
            "pk": str(self.time_off.pk),
            "reference": self.visit.reference,
            "key": self.visit.reference,
            "page": "you-and-this",
            "view": "front",
            "number": "5",
            "other_id": str(Patient.objects.exclude(pk=self.patient.pk).order_by("created_at")[0].pk),
            "message_id": str(self.patient.desk_messages.get().pk),
            "merge_id": str(uuid.UUID(int=0)),
            "walk_in_id": str(self.waiting.pk),
            "said_id": str(self.said.pk),
        }


def write_whole_record() -> Record:
    """Write everything about one patient; call it with a place for photos of its own."""
    calendar = make_calendar(practitioners=2, rooms=2)
    visit = book_for(calendar, account=UserFactory.create(), booked_for="self")
    patient, doctor = patient_of(visit), StaffFactory.create(roles=[Role.CLINICIAN], name="Dr Ploy")
    words: dict[str, Any] = {key: f"{CANARY} {key}" for key in OWN_WORDS}
    send_case(patient, "vo-02", a_photo_care=True)
    photo = keep_photo(patient, now=NOW - timedelta(hours=1))
    ask_for_retake(photo=photo, reason=CANARY, now=NOW)
    draft = save(patient, 10**6, c_now=["painful_blisters_spreading"], **words)
    version = send(patient, draft.revision)
    _write_review(version, doctor)
    PatientFactory.create(name=patient.name, email=patient.email)
    write_desk_message(patient, by=doctor, at=NOW)
    tablet = hand_out(patient)
    return Record(
        calendar=calendar,
        visit=visit,
        patient=patient,
        doctor=doctor,
        version=version,
        photo=photo,
        alert=UrgentAlert.objects.get(patient=patient),
        token=token_of(make_private_link(patient=patient, now=timezone.now())),
        tablet=tablet,
        tablet_secret=open_pass(pass_id=tablet.pk, now=timezone.now()),
        time_off=off(visit.practitioner.resource, visit.starts_at),
        waiting=add_waiting(calendar, now=timezone.now()),
        said=say_late(calendar, now=timezone.now()),
    )


def _write_review(version: FormVersion, doctor: User) -> None:
    about: dict[str, Any] = {"version": version, "by": doctor, "now": NOW}
    reviews.correct_answer(**about, key="k_hsv", value="never", reason=CANARY)
    reviews.decide_method(
        **about, method="TOP_EXO", decision="discuss", reason=CANARY, examined_date=NOW.date()
    )
    other = StaffFactory.create(roles=[Role.CLINICIAN])
    reviews.save_review_draft(
        version=version, user=other, content={"notes": f"{CANARY} draft"}, seen_revision=0, now=NOW
    )
    review = reviews.sign_review(
        version=version,
        reviewer=doctor,
        decision=Review.Decision.CHANGE,
        message=CANARY,
        notes=CANARY,
        judged={},
        asked=reviews.AskedVisit("change", None, "video", None, None),  # type: ignore[arg-type]
        now=NOW,
    )
    reviews.add_addendum(review=review, author=doctor, text=CANARY, now=NOW)
