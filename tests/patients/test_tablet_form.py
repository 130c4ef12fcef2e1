"""The form on a tablet: the pages of home, the reads written down, private questions, and the end."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from clinic import confined
from clinic.models import ReadRecord
from patients.models import Draft, FormVersion, Patient, Photo, TabletPass
from patients.pages import PRIVATE
from patients.queries.health_forms import open_draft
from patients.queries.readers import What, list_staff_reads
from patients.services.tablets import end_pass
from patients.views import mounts
from tests.factories import PatientFactory, SiteFactory
from tests.patients.form_pages import AGREED, FORM, answers_before, fields_for, keep_answers
from tests.patients.forms import SIGNED, send
from tests.patients.photo_pages import SHARP, keep_photo
from tests.patients.tablets import Holder, form_of, hand_out, leave_alone, start_on

pytestmark = pytest.mark.django_db

PRIVATE_PAGE = "last-two-weeks"
THANKS = "/tablet/thanks/"


@pytest.fixture
def patient() -> Patient:
    SiteFactory.create()
    return PatientFactory.create(name="Hannah Whitfield")


@pytest.fixture
def tablet() -> Client:
    return Client()


@pytest.fixture
def found(patient: Patient, tablet: Client) -> TabletPass:
    """A pass that a tablet has opened for the patient."""
    made = hand_out(patient)
    start_on(tablet, made)
    return made


def revision_of(patient: Patient) -> dict[str, str]:
    return {"revision": str(open_draft(patient).revision)}


def fill_in(patient: Patient) -> None:
    """Answer everything that is asked before the visit, and sign."""
    keep_answers(patient, **(answers_before() | SIGNED))


def test_a_form_is_filled_in_page_by_page_and_sent(
    patient: Patient, tablet: Client, found: TabletPass
) -> None:
    answers = answers_before() | SIGNED
    for page in FORM.pages_in("before"):
        tablet.post(form_of(found, page.slug), fields_for(page, answers))

    sent = tablet.post(form_of(found, "check"), revision_of(patient))

    assert (sent.status_code, sent["Location"]) == (302, THANKS)
    version = FormVersion.objects.get()
    assert (version.patient, version.sent_by, version.filled_by) == (patient, None, "self")
    assert Draft.objects.get().saved_on == "the clinic’s tablet"
    row = TabletPass.objects.get()
    assert (row.ended_by, row.ended_at is not None) == ("sent", True)


def test_after_sending_nothing_is_shown_again(patient: Patient, tablet: Client, found: TabletPass) -> None:
    fill_in(patient)
    pages = [tablet.get(form_of(found, page)) for page in ("", "in-the-sun", "check")]
    secret = tablet.cookies[confined.COOKIE].value

    sent = tablet.post(form_of(found, "check"), revision_of(patient))

    assert sent.cookies[confined.COOKIE]["max-age"] == 0
    assert "Please give the tablet back" in tablet.get(THANKS).content.decode()
    tablet.cookies[confined.COOKIE] = secret  # even whoever kept the cookie
    for page in ("", "in-the-sun", "check", "sent"):
        answer = tablet.get(form_of(found, page))
        assert answer.status_code == 410
        assert "Hannah" not in answer.content.decode()
    assert all("no-store" in page["Cache-Control"] for page in pages)


def test_sending_twice_thanks_twice_and_makes_one_version(
    patient: Patient, tablet: Client, found: TabletPass
) -> None:
    fill_in(patient)
    fields = revision_of(patient)

    first, second = (tablet.post(form_of(found, "check"), fields) for _press in range(2))

    assert [first["Location"], second["Location"]] == [THANKS, THANKS]
    assert FormVersion.objects.count() == 1


def test_a_form_that_cannot_be_sent_stays_open(patient: Patient, tablet: Client, found: TabletPass) -> None:
    keep_answers(patient, **AGREED)

    assert tablet.post(form_of(found, "check"), revision_of(patient)).status_code == 422
    assert tablet.get(form_of(found)).status_code == 200


def test_still_right_sends_and_ends(patient: Patient, tablet: Client, found: TabletPass) -> None:
    fill_in(patient)
    fields = revision_of(patient)
    send(patient, int(fields["revision"]))

    answer = tablet.post(form_of(found, "still-right"), fields)

    assert answer["Location"] == THANKS
    assert [row.number for row in FormVersion.objects.order_by("number")] == [1, 2]
    assert TabletPass.objects.get().ended_by == "sent"


def test_closing_the_form_ends_it_and_keeps_the_answers(
    patient: Patient, tablet: Client, found: TabletPass
) -> None:
    keep_answers(patient, **AGREED)

    answer = tablet.post(f"/tablet/{found.pk}/give-back/")

    assert answer["Location"] == THANKS
    assert tablet.get(form_of(found)).status_code == 410
    assert TabletPass.objects.get().ended_by == "given_back"
    assert open_draft(patient).answers["a_health_data_consent"] is True


def test_the_desk_ends_it_at_once(patient: Patient, tablet: Client, found: TabletPass) -> None:
    end_pass(pass_id=found.pk, why=TabletPass.End.DESK, now=timezone.now())

    assert tablet.get(f"/tablet/{found.pk}/alive/").status_code == 410
    saved = tablet.post(form_of(found, "consent/save"), {"revision": "0", "a_privacy_notice": "on"})
    assert saved.status_code == 410
    assert (
        tablet.post(form_of(found, "consent"), fields_for(FORM.pages_in("before")[0], AGREED)).status_code
        == 410
    )
    assert open_draft(patient).answers == {}


def test_every_page_is_written_down_with_the_pass(
    patient: Patient, tablet: Client, found: TabletPass
) -> None:
    keep_answers(patient, **AGREED)
    before = ReadRecord.objects.count()

    tablet.get(form_of(found, "in-the-sun"))

    assert ReadRecord.objects.count() == before + 1
    read = ReadRecord.objects.latest("pk")
    assert (read.subject_type, read.reader, read.reason) == ("draft", None, f"tablet {found.pk}")
    assert [line.what for line in list_staff_reads(patient.pk)] == [What.TABLET]


def test_a_read_that_cannot_be_written_shows_nothing(
    patient: Patient, tablet: Client, found: TabletPass, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_answers(patient, **AGREED)

    def refuse(**_row: Any) -> None:
        raise RuntimeError("the audit is full")

    monkeypatch.setattr(mounts, "record_read", refuse)

    with pytest.raises(RuntimeError):
        tablet.get(form_of(found, "in-the-sun"))


@pytest.mark.parametrize(("holder", "status"), [(Holder.PATIENT, 200), (Holder.GUARDIAN, 404)])
@pytest.mark.parametrize("booked_for", ["self", "child"])
def test_private_questions_are_the_patients_own(
    patient: Patient, tablet: Client, holder: Holder, status: int, booked_for: str
) -> None:
    Patient.objects.update(booked_for=booked_for, birth_date="2011-05-14")
    patient.refresh_from_db()
    keep_answers(
        patient, **(answers_before() | {"b_dob": "2011-05-14", "d_pregnant": "yes", "l_selfharm": "yes"})
    )
    made = hand_out(patient, holder)
    start_on(tablet, made)

    check = tablet.get(form_of(made, "check"))
    assert ("#div_id_l_selfharm" in check.content.decode()) == (status == 200)
    assert bool(check.context["urgent"]) == (status == 200)
    assert bool(check.context["card"]) == (status == 404)
    assert tablet.get(form_of(made, PRIVATE_PAGE)).status_code == status
    saved = tablet.post(form_of(made, f"{PRIVATE_PAGE}/save"), {"l_selfharm": "no", "revision": str(10**6)})
    assert saved.status_code == status


def test_a_guardian_with_the_tablet_sees_nothing_that_follows_from_private_answers(
    patient: Patient, tablet: Client
) -> None:
    keep_answers(patient, **{key: value for key, value in answers_before().items() if key not in PRIVATE})
    made = hand_out(patient, Holder.GUARDIAN)
    start_on(tablet, made)
    pages = ("", "in-the-sun")
    calm = [words_of(tablet.get(form_of(made, page))) for page in pages]

    keep_answers(patient, l_selfharm="yes")

    assert [words_of(tablet.get(form_of(made, page))) for page in pages] == calm


def words_of(answer: Any) -> str:
    """Return a page without what differs every time it is made."""
    page = re.sub(r'name="(csrfmiddlewaretoken|revision)" value="[^"]*"', "", answer.content.decode())
    return re.sub(r"Saved \d\d:\d\d", "", page)


def test_a_guardian_leaves_private_questions_to_the_doctor(patient: Patient, tablet: Client) -> None:
    Patient.objects.update(booked_for="child")
    patient.refresh_from_db()
    keep_answers(patient, **AGREED)
    made = hand_out(patient, Holder.GUARDIAN)
    start_on(tablet, made)

    answer = tablet.post(form_of(made, "with-the-doctor"))

    assert answer.status_code == 302
    assert "l_selfharm" in open_draft(patient).answers["x_unsure"]
    assert "/private/" not in tablet.get(form_of(made)).content.decode()


def test_photos_are_taken_seen_and_taken_out(
    patient: Patient, tablet: Client, found: TabletPass, settings: Any, tmp_path: Any
) -> None:
    settings.PHOTOS_ROOT = tmp_path
    keep_answers(patient, **(answers_before() | {"a_photo_care": True}))
    file = SimpleUploadedFile("IMG_0001.HEIC", SHARP, "image/heic")

    added = tablet.post(form_of(found, "photos/front/add"), {"photo": file})

    photo = Photo.objects.get()
    assert added["Location"].startswith(form_of(found, "photos"))
    assert f"photos/{photo.pk}/image/" in tablet.get(form_of(found, "photos")).content.decode()
    assert tablet.get(form_of(found, f"photos/{photo.pk}/image"))["Content-Type"] == "image/jpeg"
    read = ReadRecord.objects.filter(action="photo").get()
    assert read.reason == f"tablet {found.pk}"
    tablet.post(form_of(found, f"photos/{photo.pk}/remove"))
    assert not Photo.objects.exists()


def test_a_tablet_opens_no_other_patients_photo(
    patient: Patient, tablet: Client, found: TabletPass, settings: Any, tmp_path: Any
) -> None:
    settings.PHOTOS_ROOT = tmp_path
    other = PatientFactory.create()
    keep_answers(other, **(answers_before() | {"a_photo_care": True}))
    photo = keep_photo(other)

    assert tablet.get(form_of(found, f"photos/{photo.pk}/image")).status_code == 404
    assert tablet.post(form_of(found, f"photos/{photo.pk}/remove")).status_code == 404
    assert Photo.objects.count() == 1


def test_an_idle_tablet_shows_no_photo(
    patient: Patient, tablet: Client, found: TabletPass, settings: Any, tmp_path: Any
) -> None:
    settings.PHOTOS_ROOT = tmp_path
    keep_answers(patient, **(answers_before() | {"a_photo_care": True}))
    photo = keep_photo(patient)

    leave_alone(found, 10)

    assert tablet.get(form_of(found, f"photos/{photo.pk}/image")).status_code == 410


def test_times_are_the_clinics(patient: Patient, tablet: Client, found: TabletPass) -> None:
    keep_answers(patient, **AGREED)

    page = tablet.get(form_of(found))

    assert str(page.context["zone"]) == "Asia/Bangkok"


def test_a_page_has_no_way_elsewhere(patient: Patient, tablet: Client, found: TabletPass) -> None:
    keep_answers(patient, **answers_before())
    for name in ("", "consent", "in-the-sun", "photos", "check"):
        page = tablet.get(form_of(found, name)).content.decode()
        links = {part.split('"')[0].split("#")[0] for part in page.split(' href="')[1:]}
        links = {link for link in links if not link.startswith(("/static/", "tel:", "#")) and link}
        assert {link for link in links if not link.startswith(f"/tablet/{found.pk}/")} <= {"/privacy/"}
