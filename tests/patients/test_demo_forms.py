"""The demo's forms: the worked cases among them, the same on any run, and nobody's own is touched."""

from collections import Counter
from datetime import date
from uuid import UUID

import pytest

from clinic.models import Role
from patients.demo.forms import fill_in_forms
from patients.demo.photos import SCENES, draw_photo
from patients.demo.reviews import review_some
from patients.models import Draft, FormVersion, Patient, Photo
from patients.pages import load_pages
from patients.photo_files import photo_hints
from patients.photo_processing import process_photo
from patients.queries.health_forms import open_version
from patients.queries.photos import path_of, was_sent
from patients.queries.vault import get_vault
from patients.versions import CURRENT
from tests.factories import PatientFactory, StaffFactory
from tests.patients.forms import CONSENT, NOW, save
from tests.patients.open_cases import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> list[Patient]:
    """Twenty grown people and a child; what somebody does follows from their id, so the ids stand still."""
    born = date(1990, 5, 1)
    grown = [PatientFactory.create(id=UUID(int=n), birth_date=born, is_demo=True) for n in range(20)]
    return [*grown, PatientFactory.create(id=UUID(int=20), birth_date=date(2009, 5, 1), is_demo=True)]


def fill_in(people: list[Patient]) -> int:
    return fill_in_forms(people, today=TODAY, now=NOW)


def routes(people: list[Patient]) -> set[str]:
    vault = get_vault([person.pk for person in people])
    return {open_version(row, vault).assessment["route"] for row in FormVersion.objects.all()}


def test_forms_are_sent_begun_and_missing(people: list[Patient]) -> None:
    count = fill_in(people)

    sent = set(FormVersion.objects.values_list("patient_id", flat=True))
    assert count == Draft.objects.count()
    assert 0 < len(sent) < count < len(people)


def test_the_worked_cases_are_among_them(people: list[Patient]) -> None:
    fill_in(people)

    assert routes(people) >= {"urgent_advice", "guardian_required"}


def test_some_forms_have_a_second_version(people: list[Patient]) -> None:
    fill_in(people)

    assert FormVersion.objects.filter(number=2).exists()


def test_three_people_sent_photos_and_one_of_them_again(people: list[Patient]) -> None:
    fill_in(people)

    by_patient = Counter(Photo.objects.values_list("patient", flat=True))
    assert sorted(by_patient.values()) == [1, 2, 4]
    first, second = Photo.objects.filter(
        patient=by_patient.most_common(1)[0][0], view=Photo.View.FRONT
    ).order_by("uploaded_at")
    assert was_sent(first)
    assert was_sent(second)
    assert first.removed_at is None
    assert path_of(second.pk).is_file()


def test_drawn_photos_are_the_same_each_time_and_need_no_retake() -> None:
    scenes = [scene for sendings in SCENES.values() for scenes in sendings for scene in scenes]

    assert len(scenes) < 9
    assert len({draw_photo(scene) for scene in scenes}) == len(scenes)
    for scene in scenes:
        made = process_photo(draw_photo(scene))
        assert draw_photo(scene) == draw_photo(scene)
        assert not photo_hints(
            width=made.width, height=made.height, brightness=made.brightness, sharpness=made.sharpness
        )


def test_scars_are_marked_on_both_sides(people: list[Patient]) -> None:
    fill_in(people)

    vault = get_vault([person.pk for person in people])
    for row in FormVersion.objects.all():
        answers = open_version(row, vault).answers
        zones = load_pages(CURRENT).zones
        assert {zones[zone] for zone in answers["x_face_map"]} == set(answers["g_scar_areas"])


def test_again_nothing_more_is_filled_in(people: list[Patient]) -> None:
    fill_in(people)
    begun = set(Draft.objects.values_list("pk", "revision"))

    fill_in([person for person in people if Draft.objects.filter(patient=person).exists()])

    assert set(Draft.objects.values_list("pk", "revision")) == begun


def test_a_form_that_somebody_began_is_left_alone(people: list[Patient]) -> None:
    save(people[0], **CONSENT)

    fill_in(people)

    assert Draft.objects.get(patient=people[0]).revision == 1


def test_some_forms_are_read_once(people: list[Patient]) -> None:
    doctor = StaffFactory.create(roles=[Role.CLINICIAN])
    fill_in(people)

    first = review_some(people, doctor=doctor, now=NOW)
    again = review_some(people, doctor=doctor, now=NOW)

    assert 0 < first < FormVersion.objects.values("patient").distinct().count()
    assert again == 0
