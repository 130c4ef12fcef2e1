"""The form at the clinic: a nurse fills in what is open, and only those who care for patients may."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from clinic.models import ReadRecord, Role, User
from patients.models import Consent, Draft, FormVersion, MethodDecision, Patient
from patients.queries.health_forms import open_draft, open_version
from patients.queries.readers import What, list_staff_reads
from patients.queries.vault import get_vault
from tests.factories import PatientFactory, SiteFactory, StaffFactory, UserFactory
from tests.patients.form_pages import FORM, answers_before, fields_for, shown_pages
from tests.patients.forms import SIGNED, answers_of, save, send
from tests.patients.photo_pages import keep_photo

pytestmark = pytest.mark.django_db

PLACES = ["", "consent/", "consent/save/", "check/", "sent/"]


@pytest.fixture
def patient() -> Patient:
    SiteFactory.create()
    return PatientFactory.create(name="Hannah Whitfield")


@pytest.fixture
def sent(patient: Patient) -> FormVersion:
    """A form of which the first stage was sent from home."""
    draft = save(patient, **(answers_before() | SIGNED))
    return send(patient, draft.revision)


@pytest.fixture
def nurse(client: Client) -> User:
    return sign_in(client, Role.NURSE)


def sign_in(client: Client, role: Role) -> User:
    user: User = StaffFactory.create(roles=[role])
    client.force_login(user)
    return user


def path_of(patient: Patient, page: str = "") -> str:
    return f"/review/patients/{patient.pk}/form/" + (f"{page}/" if page else "")


def fill_in(client: Client, patient: Patient, answers: dict[str, Any]) -> list[str]:
    """Fill in the second stage as the buttons lead; return the pages."""
    first, *_rest = shown_pages(patient, "after", by_clinic=True)
    address, walked = path_of(patient, first.slug), []
    while "/check/" not in address:
        page = FORM.page(address.split("/")[-2])
        assert client.get(address).status_code == 200, address
        posted = client.post(address, fields_for(page, answers))
        assert posted.status_code == 302, (page.slug, dict(posted.context["form"].errors))
        walked.append(page.slug)
        address = posted["Location"]
    return walked


def send_it(client: Client, patient: Patient) -> Any:
    return client.post(path_of(patient, "check"), {"revision": open_draft(patient).revision}, follow=True)


def flags_of(version: FormVersion) -> set[str]:
    sent = open_version(version, get_vault([version.patient_id]))
    return set(sent.assessment["flags"])


def decide(client: Client, version: FormVersion) -> Any:
    today = timezone.now().date().isoformat()
    fields = {"method": "TOP_EXO", "decision": "not_now", "examined_date": today, "reason": ""}
    return client.post(
        f"/review/forms/{version.pk}/decide/", {f"method-{name}": value for name, value in fields.items()}
    )


def test_a_nurse_completes_the_form_and_then_a_method_can_be_decided(
    client: Client, nurse: User, patient: Patient, sent: FormVersion
) -> None:
    assert "F_INCOMPLETE" in flags_of(sent)
    sign_in(client, Role.CLINICIAN)
    decide(client, sent)
    assert not MethodDecision.objects.exists()
    client.force_login(nurse)

    walked = fill_in(client, patient, answers_of("calm") | {"n_followup_local": "yes", "l_dcq_total": 4})
    done = send_it(client, patient)

    version = FormVersion.objects.get(number=2)
    hidden = {"last-week", "how-it-began"}
    assert walked == [p.slug for p in FORM.pages_in("after") if p.slug not in hidden]
    assert "F_INCOMPLETE" not in flags_of(version)
    assert (version.stage, version.filled_by, version.sent_by) == (
        FormVersion.Stage.COMPLETE,
        "clinic",
        nurse,
    )
    assert f'href="/review/forms/{version.pk}/"' in done.content.decode()
    sign_in(client, Role.CLINICIAN)
    decide(client, version)
    assert MethodDecision.objects.get().version == version


def test_what_the_patient_signed_stays_signed(
    client: Client, nurse: User, patient: Patient, sent: FormVersion
) -> None:
    fill_in(client, patient, answers_of("calm") | {"n_followup_local": "yes"})

    send_it(client, patient)

    version = FormVersion.objects.get(number=2)
    answers = open_version(version, get_vault([patient.pk])).answers
    assert answers["x_signature"] == SIGNED["x_signature"]


def test_without_a_signature_nothing_is_sent(client: Client, nurse: User, patient: Patient) -> None:
    save(patient, **{key: value for key, value in answers_before().items() if key != "x_signature"})

    answer = send_it(client, patient)

    assert answer.status_code == 422
    assert not FormVersion.objects.exists()


def test_consent_comes_first_and_is_noted_with_who_was_there(
    client: Client, nurse: User, patient: Patient
) -> None:
    for page in FORM.pages[1:]:
        assert client.get(path_of(patient, page.slug))["Location"] == path_of(patient, "consent")
    assert client.post(path_of(patient, "in-the-sun"), {"e_burn": "rarely_burns"}).status_code == 302
    assert not Draft.objects.exists()

    agreed = {"a_privacy_notice": "on", "a_health_data_consent": "on", "a_completing_for": "self"}
    client.post(path_of(patient, "consent"), {"revision": "0", **agreed})

    assert set(Consent.objects.filter(is_given=True).values_list("by", flat=True)) == {nurse.pk}


def test_the_score_of_the_appearance_questionnaire_is_asked_here_only(
    client: Client, nurse: User, patient: Patient, sent: FormVersion
) -> None:
    shown = client.get(path_of(patient, "score")).content.decode()

    assert shown.count("<h1") == 1
    assert 'name="l_dcq_total"' in shown
    assert "score" not in {page.slug for page in shown_pages(patient, "after")}
    assert "score" in {page.slug for page in shown_pages(patient, "after", by_clinic=True)}


def test_every_page_says_whose_form_it_is_and_leads_back(
    client: Client, nurse: User, patient: Patient, sent: FormVersion
) -> None:
    for page in ("", "consent", "in-the-sun", "check", "sent"):
        shown = client.get(path_of(patient, page)).content.decode()
        bar = shown.partition('class="fill-bar"')[2].partition("</nav>")[0]
        assert "Hannah Whitfield" in bar, page
        assert f'href="/review/forms/{sent.pk}/"' in bar, page
        assert 'aria-label="My visits"' not in shown, page


def test_the_review_leads_to_the_form(
    client: Client, nurse: User, patient: Patient, sent: FormVersion
) -> None:
    page = client.get(f"/review/forms/{sent.pk}/").content.decode()

    assert f'href="{path_of(patient)}"' in page


def test_saving_while_it_is_filled_in_keeps_the_answer_and_who_gave_it(
    client: Client, nurse: User, patient: Patient, sent: FormVersion
) -> None:
    (page,) = [page for page in FORM.pages if "e_smoking" in page.questions]
    fields = fields_for(page, answers_of("calm"))

    answer = client.post(path_of(patient, page.slug) + "save/", fields)

    assert answer.status_code == 200
    assert open_draft(patient).answers["e_smoking"] == answers_of("calm")["e_smoking"]
    assert Draft.objects.get().changed_by == nurse


def test_every_read_is_written_down(client: Client, nurse: User, patient: Patient, sent: FormVersion) -> None:
    for page in ("", "in-the-sun", "check", "sent"):
        before = ReadRecord.objects.filter(reader=nurse, subject_type="draft").count()
        client.get(path_of(patient, page))
        assert ReadRecord.objects.filter(reader=nurse, subject_type="draft").count() == before + 1, page


def test_to_the_patient_a_sitting_is_one_read_and_hides_no_other(
    client: Client, patient: Patient, sent: FormVersion
) -> None:
    doctor = sign_in(client, Role.CLINICIAN)
    client.get(f"/review/forms/{sent.pk}/")
    nurse = sign_in(client, Role.NURSE)
    for _page in range(5):
        client.get(path_of(patient, "in-the-sun"))

    reads = list_staff_reads(patient.pk)

    assert [(read.reader, read.what) for read in reads] == [(nurse, What.ANSWERS), (doctor, What.ANSWERS)]


def test_staff_are_not_told_of_photos_that_were_not_sent(
    client: Client, nurse: User, patient: Patient, sent: FormVersion
) -> None:
    save(patient, 10**6, a_photo_care=True)
    keep_photo(patient, "left_profile")

    page = client.get(path_of(patient, "check")).content.decode()

    assert "Left side" not in page
    assert "None. We can take them at your visit" not in page


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.OWNER])
@pytest.mark.parametrize("place", PLACES)
def test_who_does_not_care_for_patients_is_refused(
    client: Client, patient: Patient, sent: FormVersion, role: Role, place: str
) -> None:
    sign_in(client, role)

    assert client.get(path_of(patient) + place).status_code == 403
    assert client.post(path_of(patient) + place).status_code == 403


@pytest.mark.parametrize("place", PLACES)
def test_a_patient_who_is_not_there_is_not_found(
    client: Client, nurse: User, patient: Patient, place: str
) -> None:
    patient.archived_at = timezone.now()
    patient.save()
    method = client.post if place.endswith("save/") else client.get

    for key in (patient.pk, uuid4()):
        assert method(f"/review/patients/{key}/form/{place}").status_code == 404


def test_the_accounts_own_pages_keep_their_frame(client: Client) -> None:
    account: User = UserFactory.create()
    client.force_login(account)
    SiteFactory.create()
    patient = PatientFactory.create(account=account)

    page = client.get(f"/form/{patient.pk}/").content.decode()

    assert "fill-bar" not in page
    assert 'aria-label="My visits"' in page


@pytest.mark.parametrize("page", ["", "check"])
def test_a_form_sent_weeks_ago_opens_and_asks_nobody_whether_it_is_still_right(
    client: Client, sent: FormVersion, page: str
) -> None:
    with time_machine.travel(sent.sent_at + timedelta(days=15)):
        sign_in(client, Role.NURSE)
        answer = client.get(path_of(sent.patient, page))

    assert answer.status_code == 200
    assert "still right" not in answer.content.decode()
