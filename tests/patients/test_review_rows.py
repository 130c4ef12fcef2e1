"""C2's answers: what there is to read comes first, what nobody asked yet stands folded below."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from clinic.models import Role, User
from patients.models import FormVersion
from patients.services.reviews import correct_answer
from tests.factories import PatientFactory, SiteFactory, StaffFactory
from tests.patients.form_keys import AFTER
from tests.patients.forms import save, send, send_case

pytestmark = pytest.mark.django_db

FOLD = '<details class="unasked">'


@pytest.fixture
def doctor(client: Client) -> User:
    SiteFactory.create()
    user = StaffFactory.create(roles=[Role.CLINICIAN])
    client.force_login(user)
    return user


def read(client: Client, version: FormVersion) -> str:
    return client.get(f"/review/forms/{version.pk}/").content.decode()


def test_what_nobody_asked_stands_below_what_there_is_to_read(client: Client, doctor: User) -> None:
    unasked = {"k_bleeding": None, "k_hsv": None, "k_lesion_area": None, "e_burn": None}
    version = send_case(PatientFactory.create(), "calm", **unasked, x_unsure=["e_burn"])
    correct_answer(
        version=version, key="k_hsv", value="never", reason="Asked", by=doctor, now=timezone.now()
    )  # fmt: skip

    above, found, below = read(client, version).partition(FOLD)

    assert found
    assert "2 questions not asked yet" in below
    assert "<dt>Bleeding disorder</dt>" in below
    for label in ("In strong sun", "Cold sores", "Cancer"):  # not sure, examined, answered
        assert f"<dt>{label}</dt>" in above
        assert f"<dt>{label}</dt>" not in below


def test_optional_questions_are_counted_apart(client: Client, doctor: User) -> None:
    asked_later = dict.fromkeys(AFTER)
    version = send_case(PatientFactory.create(), "calm", **asked_later)

    page = read(client, version)

    assert "questions not asked yet. A missing answer" in page
    counts = re.findall(r"(\d+) (questions not asked yet|optional ones)", page.partition(FOLD)[2])
    assert page.partition(FOLD)[2].count("is-unasked") == sum(int(count) for count, _words in counts)
    assert len(counts) == 2


def test_an_answer_that_is_gone_stays_where_it_is_read(client: Client, doctor: User) -> None:
    version = send_case(PatientFactory.create())
    revision = save(version.patient, 10**6, k_bleeding=None).revision

    page = read(client, send(version.patient, revision))

    assert "<dt>Bleeding disorder</dt>" in page.partition(FOLD)[0]


def test_answers_about_health_come_first(client: Client, doctor: User) -> None:
    page = read(client, send_case(PatientFactory.create()))

    titles = ("Skin type and sun", "Expectations and wellbeing", "Privacy and consent to health questions")
    places = [page.index(f"<h3>{title}</h3>") for title in titles]
    assert places == sorted(places)
