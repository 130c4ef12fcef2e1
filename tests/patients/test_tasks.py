"""The jobs of the patients app, run by a real worker."""

from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django import app

from clinic.models import OutboxMessage, Role
from patients import tasks
from patients.models import UrgentAlert
from tests.clinic.mail_servers import mail_server
from tests.clinic.test_tasks import run_worker
from tests.factories import PatientFactory, SiteFactory, StaffFactory
from tests.patients.forms import CONSENT, save

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_alert_that_nobody_took_on_reaches_every_clinician() -> None:
    SiteFactory.create()
    StaffFactory.create(roles=[Role.CLINICIAN], email="ploy@example.com")
    save(PatientFactory.create(), 0, **CONSENT, c_now=["painful_blisters_spreading"])
    UrgentAlert.objects.update(raised_at=timezone.now() - timedelta(minutes=11))
    tasks.pass_on_alerts.configure().defer(timestamp=0)

    with mail_server() as server:
        run_worker()

    assert [mail["to"] for mail in server.received] == ["ploy@example.com"]
    assert UrgentAlert.objects.get().passed_on_at is not None


def test_a_young_alert_is_left_to_those_on_duty() -> None:
    SiteFactory.create()
    StaffFactory.create(roles=[Role.CLINICIAN], email="ploy@example.com")
    save(PatientFactory.create(), 0, **CONSENT, c_now=["painful_blisters_spreading"])
    UrgentAlert.objects.update(raised_at=timezone.now() - timedelta(minutes=9))

    tasks.pass_on_alerts.configure().defer(timestamp=0)
    with mail_server() as server:
        run_worker()

    assert server.received == []
    assert not OutboxMessage.objects.exists()


def test_alerts_are_passed_on_every_minute() -> None:
    periodic = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}

    assert periodic["patients.tasks.pass_on_alerts"] == "* * * * *"
