"""C2: what a clinician reads about one form, who may read it, and that every read is written down."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from clinic.models import ReadRecord, Role, User
from patients.models import FormReader, FormVersion, Patient
from patients.services import reviews
from patients.views import review_page
from tests.factories import PatientFactory, SiteFactory, StaffFactory, UserFactory
from tests.patients.forms import NOW, save, send, send_case

pytestmark = pytest.mark.django_db

CANARY = "canary-words-7714"


@pytest.fixture
def patient() -> Patient:
    SiteFactory.create()
    return PatientFactory.create()


@pytest.fixture
def version(patient: Patient) -> FormVersion:
    return send_case(patient, "vo-02", x_words=CANARY, x_face_map=["right_cheek", "nose"])


@pytest.fixture
def doctor(client: Client) -> User:
    user = StaffFactory.create(roles=[Role.CLINICIAN], name="Dr Ploy")
    client.force_login(user)
    return user


def read(client: Client, version: FormVersion, **query: Any) -> str:
    answer = client.get(f"/review/forms/{version.pk}/", query)
    assert answer.status_code == 200
    return answer.content.decode()


def send_newer(version: FormVersion, **changes: Any) -> FormVersion:
    """Send a newer version of a form with some answers changed."""
    draft = save(version.patient, 10**6, **changes)
    return send(version.patient, draft.revision)


def test_form_shows_flags_with_reason_rule_source_and_a_link_to_the_answer(
    client: Client, version: FormVersion, doctor: User
) -> None:
    page = read(client, version)

    for words in ("F_ISO_LT6M", "Drug label: wait 6 months", "S-WALDMAN", "Amber flag:", "version 0.1-draft"):
        assert words in page
    anchor = (
        page.partition("Isotretinoin stopped less than 6 months")[2].partition('href="#')[2].partition('"')[0]
    )
    row = page.partition(f'id="{anchor}"')[2].partition("</div>")[0]
    assert "Last isotretinoin" in row


def test_form_shows_the_patients_own_words_and_the_map_facing_the_clinician(
    client: Client, version: FormVersion, doctor: User
) -> None:
    page = read(client, version)

    assert CANARY in page
    assert "Right cheek, Nose" in page
    right_cheek, left_cheek = "M58 160", "M242 160"  # left and right of the drawing
    assert f'class="zone on" d="{right_cheek}' in page
    assert f'class="zone" d="{left_cheek}' in page


def test_places_without_a_side_are_told_as_such(client: Client, patient: Patient, doctor: User) -> None:
    page = read(client, send_case(patient, "vo-02"))

    assert "Side not marked" in page
    assert "zone on" not in page


def test_what_nobody_asked_is_never_a_no(client: Client, patient: Patient, doctor: User) -> None:
    version = send_case(patient, "calm", k_bleeding=None, e_burn=None, x_unsure=["e_burn"])

    page = read(client, version)

    assert row_of(page, "Bleeding disorder").count("Not asked yet") == 1
    assert "Not sure" in row_of(page, "In strong sun")
    assert "1 question not asked yet" in page


def row_of(page: str, label: str) -> str:
    """Return the row of answers with this label."""
    _before, found, after = page.partition(f"<dt>{label}</dt>")
    assert found, label
    return after.partition("</div>")[0]


def test_levels_are_worded_by_method(client: Client, patient: Patient, doctor: User) -> None:
    page = read(client, send_case(patient, "vo-06"))

    needling = page.partition("Microneedling with stem-cell-derived serum")[2].partition("</tr>")[0]
    topical = page.partition("Topical exosomes on intact skin")[2].partition("</tr>")[0]
    infusion = page.partition("Intravenous MSC infusion")[2].partition("</tr>")[0]
    assert "Not now" in needling
    assert "Stop and check:" in needling
    assert "Personal keloid" in needling
    assert "Discuss</span>" in topical
    assert "Stop and check" not in topical
    assert "Discuss after review" in infusion
    assert "Prompts, not advice. You decide." in page
    assert "Not a diagnosis." in page


@pytest.mark.parametrize(
    ("case", "words"),
    [("vo-05", "a parent or guardian has not agreed yet"), ("vo-04", "asked the desk for a longer visit")],
)
def test_the_route_is_told_where_it_changes_the_visit(
    client: Client, patient: Patient, doctor: User, case: str, words: str
) -> None:
    assert words in read(client, send_case(patient, case))
    assert words not in read(client, send_case(PatientFactory.create(), "calm"))


def test_no_flag_never_reads_as_safe(client: Client, patient: Patient, doctor: User) -> None:
    page = read(client, send_case(patient, "calm"))

    assert "No flags from answers" in page
    for word in ("safe", "Safe", "suitable", "Suitable", "eligible", "approved"):
        assert word not in page.replace("safety", "").replace("Safety", ""), word


def test_changes_are_marked_and_compared_with_what_was_read_last(
    client: Client, version: FormVersion, doctor: User
) -> None:
    read(client, version)
    send_newer(version, f_itch_nrs=4)
    third = send_newer(version, f_itch_nrs=9)

    since_read = read(client, third)
    since_second = read(client, third, since=2)

    for page, number, was in ((since_read, 1, "0 of 10"), (since_second, 2, "4 of 10")):
        assert f"changes since {number}" in page
        row = row_of(page, "Worst itch, 7 days")
        assert f'<del><span class="vh">was </span>{was}</del>' in row
        assert '<ins><span class="vh">now </span>9 of 10</ins>' in row


def test_every_read_is_written_down_before_anything_is_shown(
    client: Client, version: FormVersion, doctor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = send_newer(version, f_itch_nrs=9)

    read(client, newer)

    record = ReadRecord.objects.get()
    assert (record.reader, record.action, record.subject_type) == (doctor, "opened", "form_version")
    assert set(record.subject_ids) == {version.pk, newer.pk}
    assert record.patient_ids == [version.patient_id]

    def fail(**_: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(review_page, "record_read", fail)
    with pytest.raises(DatabaseError):
        read(client, newer)


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.OWNER, None])
def test_others_read_nothing(client: Client, version: FormVersion, role: Role | None) -> None:
    client.force_login(StaffFactory.create(roles=[role]) if role else UserFactory.create())

    answer = client.get(f"/review/forms/{version.pk}/")

    assert answer.status_code == 403
    assert CANARY not in answer.content.decode()
    assert not ReadRecord.objects.exists()


def test_a_nurse_reads_everything_and_cannot_decide(client: Client, version: FormVersion) -> None:
    client.force_login(StaffFactory.create(roles=[Role.NURSE]))

    page = read(client, version)

    assert CANARY in page
    assert "A clinician decides." in page
    assert 'name="decision"' not in page
    for step in ("sign", "draft", "decide", "addendum"):
        assert client.post(f"/review/forms/{version.pk}/{step}/").status_code == 403


def test_a_form_that_is_not_there_is_not_found(client: Client, patient: Patient, doctor: User) -> None:
    for path in ("", "presence/", "correct/1/"):
        assert client.get(f"/review/forms/{patient.pk}/{path}").status_code == 404
    for path in ("sign/", "draft/", "decide/", "addendum/"):
        assert client.post(f"/review/forms/{patient.pk}/{path}").status_code == 404


def test_pages_are_never_cached(client: Client, version: FormVersion, doctor: User) -> None:
    for path in ("", "presence/", "correct/1/"):
        assert "no-store" in client.get(f"/review/forms/{version.pk}/{path}")["Cache-Control"]


def test_the_page_says_nothing_clinical_in_its_title_and_addresses(
    client: Client, version: FormVersion, doctor: User
) -> None:
    page = read(client, version)

    assert page.partition("<title>")[2].startswith("Health form ·")
    assert "correct/f_" not in page
    assert "hsv/" not in page


def test_two_clinicians_see_each_other(client: Client, version: FormVersion, doctor: User) -> None:
    other = StaffFactory.create(roles=[Role.CLINICIAN], name="Dr Anan")
    reviews.note_reader(version=version, user=other, now=timezone.now())

    page = read(client, version)

    assert "Dr Anan has this form open too." in page
    assert "Dr Ploy has this form open too." not in page


def test_who_only_asks_who_is_there_has_not_read_the_form(
    client: Client, version: FormVersion, doctor: User
) -> None:
    client.get(f"/review/forms/{version.pk}/presence/")

    assert not FormReader.objects.exists()
    assert not ReadRecord.objects.exists()


def test_presence_keeps_a_reader_fresh_and_tells_of_a_newer_version(
    client: Client, version: FormVersion, doctor: User
) -> None:
    read(client, version)
    FormReader.objects.update(seen_at=NOW)
    until = Session.objects.get().expire_date
    newer = send_newer(version, f_itch_nrs=9)

    answer = client.get(f"/review/forms/{version.pk}/presence/")

    page = answer.content.decode()
    assert "Version 2 came in." in page
    assert f"/review/forms/{newer.pk}/?since=1" in page
    assert FormReader.objects.get().seen_at != NOW
    assert CANARY not in page
    assert not answer.cookies
    assert Session.objects.get().expire_date == until


def test_the_decision_belongs_to_the_newest_version(
    client: Client, version: FormVersion, doctor: User
) -> None:
    newer = send_newer(version, f_itch_nrs=9)

    page = read(client, version)

    assert "The decision belongs there." in page
    assert f"/review/forms/{newer.pk}/" in page
    assert 'name="decision"' not in page


def test_nothing_is_preselected(client: Client, version: FormVersion, doctor: User) -> None:
    page = read(client, version)

    decision = page.partition('<form class="decide"')[2].partition("</form>")[0]
    assert decision.count('type="radio"') >= 6
    assert "checked" not in decision
