"""What a nurse does with a record, and does not: by the pages and by the services. Roles add up.

That a nurse completes the second stage is tried in `test_fill_in.py`.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from clinic.models import Role, User
from patients.models import Addendum, FormVersion, MethodDecision, Override, Photo, Review, ReviewDraft
from patients.queries.reviews import list_corrections
from patients.queries.vault import get_vault
from patients.questionnaire import load_questionnaire
from patients.services import reviews, urgent
from patients.services.refusals import CliniciansDecide, NotClinical
from patients.versions import CURRENT
from tests import rows
from tests.factories import PatientFactory, SiteFactory, StaffFactory
from tests.patients.forms import NOW, send_case
from tests.patients.health_records import raise_alert, sign_form
from tests.patients.test_photos_for_staff import take

pytestmark = pytest.mark.django_db

NOT_DECIDING = [[Role.NURSE], [Role.NURSE, Role.OWNER], [Role.NURSE, Role.FRONT_DESK, Role.OWNER]]
DECIDING = [[Role.CLINICIAN], [Role.CLINICIAN, Role.OWNER], [Role.NURSE, Role.CLINICIAN]]
DECISIONS = ["draft", "sign", "decide", "addendum"]
SIGNED = {"decision": "goes_ahead"}


@pytest.fixture
def version(settings: Any, tmp_path: Any) -> FormVersion:
    settings.PHOTOS_ROOT = tmp_path / "photos"
    SiteFactory.create()
    return send_case(PatientFactory.create(), "vo-02", a_photo_care=True)


def sign_in(client: Client, roles: list[Role]) -> User:
    user: User = StaffFactory.create(roles=roles)
    client.force_login(user)
    return user


@pytest.mark.parametrize("roles", NOT_DECIDING)
def test_a_nurse_reads_notes_what_was_examined_and_takes_photos(
    client: Client, version: FormVersion, roles: list[Role]
) -> None:
    nurse, address = sign_in(client, roles), f"/review/forms/{version.pk}/"

    page = client.get(address).content.decode()
    noted = client.post(
        f"{address}correct/{_number_of('k_hsv')}/", {"value": "never", "reason": "asked again"}
    )
    taken = take(client, version)

    assert "A clinician decides." in page
    assert not any(f"{address}{name}/" in page for name in DECISIONS)
    assert (noted.status_code, taken.status_code) == (302, 302)
    assert Override.objects.get().by == nurse
    (correction,) = list_corrections(version.patient_id, get_vault([version.patient_id]))
    assert (correction.key, correction.value) == ("k_hsv", "never")
    assert Photo.objects.get(by_clinic=True).uploaded_by == nurse


def _number_of(key: str) -> int:
    return [each.key for each in load_questionnaire(CURRENT).questions].index(key) + 1


@pytest.mark.parametrize("roles", NOT_DECIDING)
@pytest.mark.parametrize("name", DECISIONS)
def test_a_nurse_decides_by_no_address(
    client: Client, version: FormVersion, roles: list[Role], name: str
) -> None:
    sign_form(version)
    sign_in(client, roles)

    with rows.nothing_written():
        answer = client.post(f"/review/forms/{version.pk}/{name}/", SIGNED | {"text": "More", "notes": "x"})

    assert answer.status_code == 403


@pytest.mark.parametrize("roles", NOT_DECIDING)
def test_a_nurse_takes_no_urgent_answer_on(client: Client, version: FormVersion, roles: list[Role]) -> None:
    alert = raise_alert(version.patient)
    sign_in(client, roles)

    page = client.get("/review/alerts/").content.decode()
    answer = client.post(f"/review/alerts/{alert.pk}/acknowledge/")

    assert version.patient.name in page
    assert "I take this on" not in page
    assert answer.status_code == 403


def decisions(version: FormVersion, by: User) -> dict[str, Callable[[], object]]:
    """Return every service that decides, ready to be called."""
    signed = sign_form(send_case(PatientFactory.create()))
    alert = raise_alert(version.patient)
    return {
        "draft": lambda: reviews.save_review_draft(
            version=version, user=by, content={"notes": "x"}, seen_revision=0, now=NOW
        ),
        "sign": lambda: reviews.sign_review(
            version=version,
            reviewer=by,
            decision=Review.Decision.GOES_AHEAD,
            message="",
            notes="",
            judged={},
            asked=None,
            now=NOW,
        ),
        "decide": lambda: reviews.decide_method(
            version=version,
            method="TOP_EXO",
            decision="discuss",
            reason="",
            examined_date=NOW.date(),
            by=by,
            now=NOW,
        ),
        "addendum": lambda: reviews.add_addendum(review=signed, author=by, text="More", now=NOW),
        "acknowledge": lambda: urgent.acknowledge_alert(alert_id=alert.pk, by=by, now=NOW),
    }


@pytest.mark.parametrize("roles", [*NOT_DECIDING, [Role.OWNER], [Role.FRONT_DESK], []])
def test_no_service_decides_for_who_is_no_clinician(version: FormVersion, roles: list[Role]) -> None:
    calls = decisions(version, StaffFactory.create(roles=roles))

    with rows.nothing_written():
        for call in calls.values():
            with pytest.raises(CliniciansDecide):
                call()


def test_no_service_decides_for_a_clinician_who_may_not_sign_in(version: FormVersion) -> None:
    calls = decisions(version, StaffFactory.create(roles=[Role.CLINICIAN], is_active=False))

    for call in calls.values():
        with pytest.raises(CliniciansDecide):
            call()


def test_without_their_check_the_services_would_decide(
    version: FormVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the check is what refuses, and nothing else in these calls."""
    for module in (reviews, urgent):
        monkeypatch.setattr(module, "check_decides", lambda _user: None)

    for call in decisions(version, StaffFactory.create(roles=[Role.NURSE])).values():
        call()

    assert Addendum.objects.exists()
    assert Review.objects.filter(version=version).exists()
    assert MethodDecision.objects.exists()
    assert ReviewDraft.objects.exists() is False  # a signature ends the draft


@pytest.mark.parametrize("roles", [[Role.OWNER], [Role.FRONT_DESK], [Role.OWNER, Role.FRONT_DESK], []])
def test_nobody_else_notes_a_value(version: FormVersion, roles: list[Role]) -> None:
    other = StaffFactory.create(roles=roles)

    with rows.nothing_written(), pytest.raises(NotClinical):
        reviews.correct_answer(version=version, key="k_hsv", value="never", reason="", by=other, now=NOW)


@pytest.mark.parametrize("roles", DECIDING)
def test_roles_add_up(client: Client, version: FormVersion, roles: list[Role]) -> None:
    doctor = sign_in(client, roles)

    answer = client.post(f"/review/forms/{version.pk}/sign/", SIGNED)
    set_up = client.get("/setup/opened/")

    assert answer.status_code == 302
    assert Review.objects.get().reviewer == doctor
    assert set_up.status_code == (200 if Role.OWNER in roles else 403)
