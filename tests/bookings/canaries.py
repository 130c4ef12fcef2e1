"""Two people full of canaries through every feature, and where to look for them afterwards, for tests."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone
from phonenumber_field.phonenumber import PhoneNumber

from bookings.models import Appointment, ImportBatch, ImportedRecord, VisitEvent
from bookings.services import visits
from bookings.services.actors import Actor
from bookings.services.desk_words import set_note
from bookings.services.walk_ins import Newcomer
from clinic.models import OutboxMessage, Role, User
from clinic.services.audit import Action, Reader, record_read
from patients.models import DeskMessage, DifferentPeople, ErasureRequest, FormVersion, IdentityCheck, Patient
from patients.services import reviews, urgent
from patients.services.desk_messages import send_desk_message
from patients.services.photos import ask_for_retake
from patients.services.private_links import make_private_link
from tests.bookings.desk_lists import add_waiting
from tests.bookings.longer_visits import patient_of
from tests.bookings.two_records import merge
from tests.calendars import NOW, PATIENT, Calendar, make_calendar
from tests.factories import PatientFactory, StaffFactory, UserFactory
from tests.patients.forms import NOW as SENT
from tests.patients.forms import save, send, send_case
from tests.patients.photo_pages import keep_photo
from tests.patients.tablets import hand_out

CANARY = "Kanarienvogel7"
MAIL = "kanarienvogel7@example.com"
DIGITS = "812734991"
"""Of the phone number."""
STREET_ZONE = "Pacific/Chatham"
"""Where hardly anybody lives."""
BORN = date(1991, 7, 23)
TRACES = (CANARY.lower(), DIGITS, STREET_ZONE.lower(), BORN.isoformat())


@dataclass(frozen=True)
class Erasable:
    """Somebody about whom everything there can be is written, and their account."""

    calendar: Calendar
    patient: Patient
    account: User
    visit: Appointment


def write_person(*, with_form: bool = True, cancels: bool = True) -> Erasable:
    """Write everything about one person; their visit is over, or cancelled if it `cancels`."""
    calendar = make_calendar(practitioners=2, rooms=2)
    account = UserFactory.create(email=MAIL, name=CANARY, phone=f"+66{DIGITS}")
    visit = _book(calendar, account)
    patient = patient_of(visit)
    if with_form:
        _write_form(patient)
    _write_desk(calendar, visit, patient, account)
    _write_double(calendar, patient)
    _write_account(account, visit)
    _end(visit, cancels)
    return Erasable(calendar, Patient.objects.get(pk=patient.pk), account, visit)


def find_traces(*folders: Path) -> dict[str, list[str]]:
    """Return which traces of them stand where: in which tables, and in which files."""
    found = {table: _traces_in(_text_of(table)) for table in connection.introspection.table_names()}
    for folder in folders:
        for path in (each for each in folder.rglob("*") if each.is_file()):
            found[path.name] = _traces_in(path.read_bytes().decode(errors="replace"))
    return {place: traces for place, traces in found.items() if traces}


def _text_of(table: str) -> str:
    """Return a table as text, its bytes and sessions read as far as anybody without a key could."""
    quoted = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(string_agg(line::text, ' '), '') FROM {quoted} AS line")
        text = str(cursor.fetchone()[0])
        if table == "django_session":
            cursor.execute(f"SELECT session_data FROM {quoted}")
            text += " ".join(repr(SessionStore().decode(row[0])) for row in cursor.fetchall())
        if table == "nuan_cache":
            cursor.execute(f"SELECT decode(value, 'base64') FROM {quoted}")
            text += " ".join(bytes(row[0]).decode(errors="replace") for row in cursor.fetchall())
    return text


def _traces_in(text: str) -> list[str]:
    return [trace for trace in TRACES if trace in text.lower()]


def _book(calendar: Calendar, account: User) -> Appointment:
    hold = calendar.hold()
    person: dict[str, Any] = {
        "name": f"{CANARY} Sukjai",
        "contact_name": f"{CANARY} senior",
        "email": MAIL,
        "phone": PhoneNumber.from_string(f"+66{DIGITS}"),
        "birth_date": BORN,
        "zone": STREET_ZONE,
        "account": account,
    }
    from tests.calendars import person as details

    visit = visits.book_held_visit(
        appointment_id=hold.pk, person=details(**person), key=uuid.uuid4(), actor=PATIENT, now=NOW
    )
    visit.patient_zone = STREET_ZONE
    set_note(visit, f"{CANARY} calls late")
    visit.save(update_fields=["patient_zone", "sealed_desk_note"])
    return visit


def _write_form(patient: Patient) -> None:
    doctor = StaffFactory.create(roles=[Role.CLINICIAN], name="Dr Ploy")
    send_case(patient, "vo-02", a_photo_care=True, a_photo_marketing=True)
    photo = keep_photo(patient, now=SENT - timedelta(hours=1))
    ask_for_retake(photo=photo, reason=CANARY, now=SENT)
    words: dict[str, Any] = {key: f"{CANARY} {key}" for key in ("x_words", "i_other", "x_signature")}
    draft = save(patient, 10**6, c_now=["painful_blisters_spreading"], **words)
    version = send(patient, draft.revision)
    _write_review(version, doctor)
    save(patient, 10**6, x_words=f"{CANARY} once more")
    keep_photo(patient, "left_45", now=SENT + timedelta(hours=1))
    make_private_link(patient=patient, now=timezone.now())
    hand_out(patient)
    for alert in patient.urgent_alerts.all():
        urgent.acknowledge_alert(alert_id=alert.pk, by=doctor, now=SENT)


def _write_review(version: FormVersion, doctor: User) -> None:
    about: dict[str, Any] = {"version": version, "by": doctor, "now": SENT}
    reviews.correct_answer(**about, key="k_hsv", value="never", reason=CANARY)
    reviews.save_review_draft(
        version=version,
        user=StaffFactory.create(roles=[Role.CLINICIAN]),
        content={"notes": f"{CANARY} draft"},
        seen_revision=0,
        now=SENT,
    )
    review = reviews.sign_review(
        version=version,
        reviewer=doctor,
        decision="change",  # type: ignore[arg-type]
        message=CANARY,
        notes=CANARY,
        judged={},
        asked=reviews.AskedVisit("next", None, "video", None, None),  # type: ignore[arg-type]
        now=SENT,
    )
    reviews.add_addendum(review=review, author=doctor, text=CANARY, now=SENT)


def _write_desk(calendar: Calendar, visit: Appointment, patient: Patient, account: User) -> None:
    nok = StaffFactory.create()
    add_waiting(calendar, newcomer=Newcomer(patient, patient.name, patient.phone, "th"))
    send_desk_message(
        message_id=uuid.uuid4(), patient=patient, words=f"Dear {CANARY}", by=nok, now=NOW, delay=timedelta(0)
    )
    IdentityCheck.objects.create(patient=patient, asked=["name", "contact"], by=nok, at=NOW)
    namesake = PatientFactory.create(name="Somebody Else")
    first, second = sorted([patient, namesake], key=lambda each: each.pk)
    DifferentPeople.objects.create(first=first, second=second, by=nok, at=NOW)
    VisitEvent.objects.create(
        appointment=visit, action="note", to_status=visit.status, by="staff", user=nok, at=NOW,
        facts={"reason": f"{CANARY} asked for it"},
    )  # fmt: skip
    batch = ImportBatch.objects.create(site=calendar.site, file_name="a.csv", created_by=nok, created_at=NOW)
    ImportedRecord.objects.create(batch=batch, patient=patient, fingerprint="0" * 64)
    ErasureRequest.objects.create(
        patient=patient, asked_at=NOW, settled_at=NOW, outcome="refused", reason=f"{CANARY} must wait"
    )
    record_read(
        reader=Reader(nok), action=Action.LISTED, subject_type="patient", subject_ids=[patient.pk],
        patient_ids=[patient.pk], now=NOW,
    )  # fmt: skip


def _write_double(calendar: Calendar, patient: Patient) -> None:
    """Merge a second record into theirs, with a cancelled visit and words of its own."""
    other = calendar.book(
        NOW + timedelta(days=4), name=f"{CANARY} S.", email=f"second.{MAIL}", phone=patient.phone, zone=""
    )
    visits.cancel_visit(appointment=other, actor=PATIENT, reason=f"{CANARY} is ill", now=NOW)
    merge(patient, patient_of(other))


def _write_account(account: User, visit: Appointment) -> None:
    EmailAddress.objects.create(user=account, email=MAIL, verified=True, primary=True)
    owner = StaffFactory.create(roles=[Role.OWNER])
    LogEntry.objects.create(
        user=owner,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(account.pk),
        object_repr=CANARY,
        action_flag=CHANGE,
    )
    Client().force_login(account)
    typing = SessionStore()
    typing["booking"] = {"details": {"name": CANARY, "email": MAIL}}
    typing.save()
    browser = Client()
    browser.post("/account/login/code/", {"email": MAIL})
    cache.set("left", "over")
    folder = Path(getattr(settings, "EMAIL_FILE_PATH", ""))
    if folder.is_dir():
        (folder / "mail.log").write_text(f"To: {MAIL}\n\nDear {CANARY}")


def _end(visit: Appointment, cancels: bool) -> None:
    visit.refresh_from_db()
    if cancels:
        visits.cancel_visit(appointment=visit, actor=Actor(by=VisitEvent.By.PATIENT), reason=CANARY, now=NOW)
        return
    OutboxMessage.objects.filter(subject_id=visit.pk).update(status="sent", sent_at=NOW)
    over = datetime(2026, 1, 12, 3, 0, tzinfo=NOW.tzinfo)
    Appointment.objects.filter(pk=visit.pk).update(
        status="done", starts_at=over, ends_at=over + timedelta(minutes=40)
    )
    visit.allocations.all().delete()
    visit.refresh_from_db()


def messages_of(person: Erasable) -> int:
    """Return how many messages speak of somebody's visit or words."""
    desk = DeskMessage.objects.filter(patient=person.patient).values("pk")
    return OutboxMessage.objects.filter(
        subject_id__in=[person.visit.pk, *[row["pk"] for row in desk]]
    ).count()
