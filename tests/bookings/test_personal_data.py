"""No table and no folder is forgotten by a copy of somebody's data, or by an erasure."""

import pytest
from django.conf import settings
from django.db import connection

from bookings.services.personal_data import FILES, HANDLED, OF_NOBODY
from patients.models import Patient

pytestmark = pytest.mark.django_db


def test_every_table_is_handled_or_speaks_of_nobody() -> None:
    tables = set(connection.introspection.table_names())

    assert HANDLED.keys() | OF_NOBODY.keys() == tables
    assert not HANDLED.keys() & OF_NOBODY.keys()


def test_every_table_that_names_a_patient_is_handled() -> None:
    related = {each.related_model._meta.db_table for each in Patient._meta.related_objects}

    assert related <= HANDLED.keys() - {""}


def test_every_folder_of_files_is_handled() -> None:
    assert {path.split("/")[0] for path in FILES} == {"NUAN_PHOTOS", "NUAN_MEDIA", "NUAN_MAIL_DIR"}
    assert settings.PHOTOS_ROOT != settings.MEDIA_ROOT


def test_every_line_says_what_becomes_of_it() -> None:
    assert all(line.exported and line.erased for line in [*HANDLED.values(), *FILES.values()])


def test_a_new_table_is_noticed() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE patients_diary (words text)")

    new = set(connection.introspection.table_names()) - HANDLED.keys() - OF_NOBODY.keys()

    assert new == {"patients_diary"}
