"""SECRET_KEY is rotated: nobody is signed out, and every link works, sent before, waiting, or shown again."""

import re
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bookings.models import VisitLink
from bookings.services.links import token_of
from clinic.models import OutboxMessage
from clinic.services.letters import write
from clinic.tokens import derive_token, hash_token
from patients.services import private_links
from tests.bookings.pages import book_for, token_for
from tests.calendars import make_calendar
from tests.factories import PatientFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db

BEFORE, AFTER = "before" * 10, "after" * 10


@pytest.fixture(autouse=True)
def first_secret(settings: Any) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = BEFORE, []


def rotate(settings: Any, *, keeps: bool = True) -> None:
    """Put a new secret in the place of the old one, which stays a fallback if it is kept."""
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = AFTER, [BEFORE] if keeps else []


@pytest.mark.parametrize("keeps", [True, False])
def test_sessions_go_on_while_the_earlier_secret_is_kept(client: Client, settings: Any, keeps: bool) -> None:
    client.force_login(UserFactory.create())
    assert client.get(reverse("patients:forms")).status_code == 200

    rotate(settings, keeps=keeps)

    assert client.get(reverse("patients:forms")).status_code == (200 if keeps else 302)


def test_a_session_that_goes_on_needs_the_earlier_secret_no_more(client: Client, settings: Any) -> None:
    client.force_login(StaffFactory.create())
    rotate(settings)
    assert client.get("/desk/").status_code == 200

    settings.SECRET_KEY_FALLBACKS = []

    assert client.get("/desk/").status_code == 200


@pytest.mark.parametrize("keeps", [True, False])
def test_what_was_signed_is_read_while_the_earlier_secret_is_kept(settings: Any, keeps: bool) -> None:
    signed = signing.dumps({"a": 1})
    rotate(settings, keeps=keeps)

    if keeps:
        assert signing.loads(signed) == {"a": 1}
    else:
        with pytest.raises(signing.BadSignature):
            signing.loads(signed)


@pytest.mark.parametrize("keeps", [True, False])
def test_a_link_that_was_sent_opens_for_good(client: Client, settings: Any, keeps: bool) -> None:
    key = token_for(book_for(make_calendar()))

    rotate(settings, keeps=keeps)

    assert client.get(f"/visit/{key}/").status_code == 200


@pytest.mark.parametrize("keeps", [True, False])
def test_a_message_that_waits_leaves_with_the_link_that_was_stored(
    client: Client, settings: Any, keeps: bool
) -> None:
    book_for(make_calendar())
    message = OutboxMessage.objects.get(kind="booked")
    rotate(settings, keeps=keeps)

    (key,) = set(re.findall(r"/visit/([\w-]{43})/(?:\s|$)", str(write(message).body)))

    assert client.get(f"/visit/{key}/").status_code == (200 if keeps else 404)


def test_a_link_made_afterwards_uses_the_new_secret(settings: Any) -> None:
    rotate(settings)
    book_for(make_calendar())

    link = VisitLink.objects.get()

    assert token_of(link) == derive_token("visit", link.pk)
    settings.SECRET_KEY_FALLBACKS = []
    assert hash_token(derive_token("visit", link.pk)) == link.token_hash


def test_a_private_link_is_shown_again_as_it_was(settings: Any) -> None:
    link = private_links.make_private_link(patient=PatientFactory.create(), now=timezone.now())
    shown = private_links.token_of(link)

    rotate(settings)

    assert private_links.token_of(link) == shown
