"""The command that sets the demo up, and when it refuses."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from pytest_django import Settings

from bookings.models import Appointment
from clinic.models import Clinic
from tests.factories import PatientFactory

pytestmark = pytest.mark.django_db


def test_command_needs_demo_mode(settings: Settings) -> None:
    settings.DEMO = False

    with pytest.raises(CommandError, match="set NUAN_DEMO=1"):
        call_command("seed_demo")

    assert not Clinic.objects.exists()


def test_command_refuses_a_database_with_data_of_its_own(settings: Settings) -> None:
    settings.DEMO = True
    PatientFactory.create()

    with pytest.raises(CommandError, match="did not make"):
        call_command("seed_demo")

    assert not Clinic.objects.exists()


def test_command_says_what_it_did(settings: Settings) -> None:
    settings.DEMO = True
    out = StringIO()

    call_command("seed_demo", stdout=out)

    assert "Set up Mali Skin Clinic" in out.getvalue()
    assert f"Planned {Appointment.objects.count()} visits" in out.getvalue()


def test_command_gives_the_same_clinic_on_the_same_day(settings: Settings) -> None:
    settings.DEMO = True
    runs = []
    for _time in range(2):
        with transaction.atomic():
            call_command("seed_demo", stdout=StringIO())
            runs.append(set(Appointment.objects.values_list("pk", "reference", "starts_at")))
            transaction.set_rollback(True)

    assert runs[0] == runs[1]
