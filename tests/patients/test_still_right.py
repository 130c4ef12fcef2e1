"""What was sent a while ago is asked about, and sent again as it is, once, by one press."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from clinic.models import OutboxMessage
from patients.models import Draft, FormVersion, Patient, UrgentAlert
from patients.queries.health_forms import open_draft, open_version
from patients.queries.vault import get_vault
from patients.services.drafts import Writer
from patients.services.refusals import ChangedElsewhere
from patients.services.submission import confirm_form, send_form
from tests.factories import UserFactory
from tests.patients.form_pages import keep_answers, path_of, sign_in
from tests.patients.forms import SIGNED, answers_of
from tests.patients.open_cases import TODAY

pytestmark = pytest.mark.django_db

QUESTION = "Is everything still right?"


@pytest.fixture
def patient(client: Client) -> Patient:
    return sign_in(client)


def send_days_ago(patient: Patient, days: float, **changes: Any) -> FormVersion:
    keep_answers(patient, **(answers_of("calm") | SIGNED | changes))
    now = timezone.now() - timedelta(days=days)
    return send_form(
        patient=patient,
        seen_revision=open_draft(patient).revision,
        writer=Writer(patient.account),
        reference_date=now.date(),
        now=now,
    )


def press(client: Client, patient: Patient, revision: int) -> Any:
    return client.post(path_of(patient, "still-right"), {"revision": str(revision)})


def confirm(patient: Patient, revision: int, day: date) -> FormVersion:
    return confirm_form(
        patient=patient,
        seen_revision=revision,
        writer=Writer(patient.account),
        reference_date=day,
        now=timezone.now(),
    )


@pytest.mark.parametrize(("days", "asks"), [(15, True), (13, False)])
@pytest.mark.parametrize("page", ["", "check"])
def test_what_was_sent_two_weeks_ago_is_asked_about(
    client: Client, patient: Patient, page: str, days: float, asks: bool
) -> None:
    send_days_ago(patient, days)

    shown = client.get(path_of(patient, page)).content.decode()

    assert (QUESTION in shown) is asks
    assert ("Yes, everything is still right" in shown) is asks


def test_what_was_changed_since_is_not_asked_about(client: Client, patient: Patient) -> None:
    send_days_ago(patient, 15)
    keep_answers(patient, g_bother=9)

    for page in ("", "check"):
        assert QUESTION not in client.get(path_of(patient, page)).content.decode()


def test_yes_makes_a_new_version_with_the_same_answers_and_todays_date(
    client: Client, patient: Patient
) -> None:
    first = send_days_ago(patient, 15)

    answer = press(client, patient, open_draft(patient).revision)

    second = FormVersion.objects.get(number=2)
    vault = get_vault([patient.pk])
    assert answer["Location"] == path_of(patient, "sent")
    assert open_version(second, vault).answers == open_version(first, vault).answers
    assert second.digest == first.digest
    assert second.reference_date > first.reference_date
    assert Draft.objects.get().is_sent
    assert QUESTION not in client.get(path_of(patient)).content.decode()


def test_pressing_twice_makes_one_version(client: Client, patient: Patient) -> None:
    send_days_ago(patient, 15)
    revision = open_draft(patient).revision

    for _press in range(2):
        assert press(client, patient, revision)["Location"] == path_of(patient, "sent")

    assert FormVersion.objects.count() == 2


def test_another_year_it_is_sent_again(patient: Patient) -> None:
    send_days_ago(patient, 15)

    confirm(patient, open_draft(patient).revision, TODAY)
    confirm(patient, open_draft(patient).revision, TODAY + timedelta(days=300))

    assert FormVersion.objects.count() == 3


def test_what_changed_on_another_device_is_shown_and_not_sent(client: Client, patient: Patient) -> None:
    send_days_ago(patient, 15)
    revision = open_draft(patient).revision
    keep_answers(patient, g_bother=9)

    answer = press(client, patient, revision)

    assert answer.status_code == 409
    assert "Your answers have changed since you opened this page." in answer.content.decode()
    assert FormVersion.objects.count() == 1
    with pytest.raises(ChangedElsewhere):
        confirm(patient, open_draft(patient).revision, TODAY)


def test_a_page_from_before_another_version_is_refused(patient: Patient) -> None:
    send_days_ago(patient, 40)
    seen = open_draft(patient).revision
    send_days_ago(patient, 15, g_bother=9)

    with pytest.raises(ChangedElsewhere):
        confirm(patient, seen, TODAY)


def test_an_urgent_answer_that_was_heard_is_not_raised_again(client: Client, patient: Patient) -> None:
    send_days_ago(patient, 15, l_selfharm="yes")
    UrgentAlert.objects.update(acknowledged_at=timezone.now())
    sent = OutboxMessage.objects.count()

    press(client, patient, open_draft(patient).revision)

    assert FormVersion.objects.count() == 2
    assert UrgentAlert.objects.count() == 1
    assert OutboxMessage.objects.count() == sent


def test_nobody_confirms_somebody_elses_form(client: Client, patient: Patient) -> None:
    send_days_ago(patient, 15)
    client.force_login(UserFactory.create())

    assert press(client, patient, open_draft(patient).revision).status_code == 404
    assert client.get(path_of(patient, "still-right")).status_code == 405
    assert FormVersion.objects.count() == 1
