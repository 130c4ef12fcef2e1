"""What staff pages are told about the review: only to those who may read, and only when it is shown."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries

from clinic.models import Role, User
from patients.context import ReviewFacts, review_facts
from tests.factories import PatientFactory, StaffFactory
from tests.patients.forms import CONSENT, save, send_case

pytestmark = pytest.mark.django_db


def facts_for(user: User | AnonymousUser) -> ReviewFacts:
    request = RequestFactory().get("/")
    request.user = user
    found = review_facts(request)["review_facts"]
    assert isinstance(found, ReviewFacts)
    return found


def test_clinicians_are_told_what_waits_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    send_case(PatientFactory.create())
    save(PatientFactory.create(), 0, **CONSENT, c_now=["painful_blisters_spreading"])
    facts = facts_for(StaffFactory.create(roles=[Role.CLINICIAN]))

    with django_assert_num_queries(1):
        assert (facts.to_read, facts.open_alerts) == (1, 1)


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.OWNER, None])
def test_others_are_told_nothing_and_nothing_is_asked(
    role: Role | None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    send_case(PatientFactory.create())
    facts = facts_for(StaffFactory.create(roles=[role]) if role else AnonymousUser())

    with django_assert_num_queries(0):
        assert (facts.may_read, facts.may_decide, facts.to_read, facts.open_alerts) == (False, False, 0, 0)


def test_a_nurse_reads_and_does_not_decide() -> None:
    facts = facts_for(StaffFactory.create(roles=[Role.NURSE]))

    assert (facts.may_read, facts.may_decide) == (True, False)
