"""Whoever writes about a record while it is erased gets the page for what is not there."""

import pytest
from django.db import IntegrityError
from django.test import RequestFactory
from django.utils import timezone

from patients.middleware import ErasedRecordMiddleware
from patients.models import Patient
from patients.services.private_links import make_private_link
from tests.factories import PatientFactory

pytestmark = pytest.mark.django_db


def test_a_record_that_was_just_erased_answers_404_and_no_fault() -> None:
    patient, now = PatientFactory.create(), timezone.now()
    Patient.objects.filter(pk=patient.pk).update(archived_at=now, erased_at=now)
    with pytest.raises(IntegrityError) as caught:
        make_private_link(patient=patient, now=now)

    answering = ErasedRecordMiddleware(lambda _request: None)  # type: ignore[arg-type,return-value]
    request = RequestFactory().get("/")
    answer = answering.process_exception(request, caught.value)

    assert answer is not None
    assert answer.status_code == 404
    assert answering.process_exception(request, IntegrityError()) is None
    assert answering.process_exception(request, ValueError()) is None
