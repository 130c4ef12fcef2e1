"""The link in a message: unguessable, stored as a hash, for one visit, until it ends."""

import base64
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from bookings.models import Appointment, VisitLink
from bookings.queries.visits import Visitor, get_visit_for
from bookings.services import visits
from bookings.services.links import LINK_LIVES, make_link, token_of
from clinic.tokens import derive_token, hash_token
from tests import factories
from tests.calendars import NOW, PATIENT, make_calendar, minutes
from tests.rows import nothing_written

pytestmark = pytest.mark.django_db

STRANGER = Visitor()


@pytest.fixture
def visit() -> Appointment:
    return make_calendar().book(email="")


def opens(key: str, visitor: Visitor = STRANGER, *, at: timedelta = timedelta(0)) -> bool:
    try:
        get_visit_for(visitor, key, now=NOW + at)
    except Appointment.DoesNotExist:
        return False
    return True


def test_a_link_opens_its_visit_and_opening_writes_nothing(visit: Appointment) -> None:
    token = token_of(make_link(appointment=visit, now=NOW))
    with nothing_written():
        assert get_visit_for(STRANGER, token, now=NOW) == visit


def test_a_token_has_256_bits_and_43_characters(visit: Appointment) -> None:
    token = token_of(make_link(appointment=visit, now=NOW))
    assert len(token) == 43
    assert len(base64.urlsafe_b64decode(token + "=")) == 32


def test_only_the_hash_of_a_token_is_stored(visit: Appointment) -> None:
    link = make_link(appointment=visit, now=NOW)
    stored = VisitLink.objects.filter(pk=link.pk).values_list().get()
    assert hash_token(token_of(link)) in stored
    assert token_of(link) not in [str(value) for value in stored]


def test_every_link_has_a_token_of_its_own(visit: Appointment) -> None:
    tokens = {token_of(make_link(appointment=visit, now=NOW)) for _link in range(20)}
    assert len(tokens) == 20
    assert all(opens(token) for token in tokens)


def test_a_link_lives_until_30_days_after_the_visit(visit: Appointment) -> None:
    token = token_of(make_link(appointment=visit, now=NOW))
    end = visit.ends_at + LINK_LIVES - NOW
    assert opens(token, at=end - minutes(1))
    assert not opens(token, at=end)


def test_a_link_made_after_the_visit_lives_30_days(visit: Appointment) -> None:
    late = visit.ends_at + timedelta(days=40)
    assert make_link(appointment=visit, now=late).expires_at == late + LINK_LIVES


def test_a_revoked_link_opens_nothing(visit: Appointment) -> None:
    link = make_link(appointment=visit, now=NOW)
    VisitLink.objects.filter(pk=link.pk).update(revoked_at=timezone.now())
    assert not opens(token_of(link))


def test_a_token_for_another_purpose_opens_nothing(visit: Appointment) -> None:
    link = make_link(appointment=visit, now=NOW)
    assert not opens(derive_token("intake", link.pk))


@pytest.mark.parametrize("spoil", ["swap", "cut", "longer", "case", "hash", "id"])
def test_a_spoilt_token_opens_nothing(visit: Appointment, spoil: str) -> None:
    link = make_link(appointment=visit, now=NOW)
    token = token_of(link)
    spoilt = {
        "swap": ("A" if token[0] != "A" else "B") + token[1:],
        "cut": token[:-1],
        "longer": token + "A",
        "case": token.swapcase(),
        "hash": link.token_hash[:43],
        "id": str(link.pk),
    }[spoil]
    assert not opens(spoilt)


def test_a_reference_opens_only_for_its_own_session_or_account(visit: Appointment) -> None:
    assert visit.patient is not None
    owner, other = factories.UserFactory.create(), factories.UserFactory.create()
    visit.patient.account = owner
    visit.patient.save()
    assert opens(visit.reference, Visitor(user=owner))
    assert opens(visit.reference.lower(), Visitor(booked_ids=frozenset({visit.pk})))
    assert not opens(visit.reference)
    assert not opens(visit.reference, Visitor(user=other, booked_ids=frozenset({uuid.uuid4()})))


@pytest.mark.parametrize("key", ["", "\0", "%", "é" * 43, "A" * 5_000, "๑๒๓", "../../etc", "' OR 1=1 --"])
def test_strange_keys_open_nothing(visit: Appointment, key: str) -> None:
    assert not opens(key, Visitor(booked_ids=frozenset({visit.pk})))


def test_a_hold_is_not_opened_by_its_reference() -> None:
    hold = make_calendar().hold()
    assert not opens(hold.reference, Visitor(booked_ids=frozenset({hold.pk})))


def test_every_message_carries_a_link_that_still_works_after_the_next_one() -> None:
    calendar = make_calendar()
    visit = calendar.book(email="hannah@example.com")
    visits.cancel_visit(appointment=visit, actor=PATIENT, reason="", now=NOW)
    links = list(visit.links.all())
    assert len(links) == 2
    assert all(opens(token_of(link)) for link in links)
