"""Who came in and who was refused is a row, which says nothing of what was typed."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_login_failed
from django.db import DatabaseError, transaction
from django.test import Client, RequestFactory

from clinic.models import Role, SecurityEvent, User
from clinic.services import limits
from clinic.services.security_events import Kind, note
from tests.factories import SiteFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)


def kinds() -> list[tuple[str, int | None]]:
    return list(SecurityEvent.objects.order_by("pk").values_list("kind", "user_id"))


def test_note_says_who_where_and_in_which_transaction() -> None:
    owner, other = StaffFactory.create(), StaffFactory.create()
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.9")

    note(Kind.ROLES, user=owner, about=other, request=request, now=NOW, what="changed")

    row = SecurityEvent.objects.get()
    assert (row.user, row.about, row.address, row.facts) == (owner, other, "10.0.0.9", {"what": "changed"})
    assert row.transaction_id > 0


def test_note_takes_no_fact_that_is_not_on_the_list() -> None:
    with pytest.raises(ValueError, match="email"):
        note(Kind.DENIED, user=None, now=NOW, email="hannah@example.com")


def test_rows_stay_when_an_account_goes_and_cannot_be_changed() -> None:
    user = UserFactory.create()
    note(Kind.SIGNED_IN, user=user, now=NOW)
    User.objects.filter(pk=user.pk).delete()

    row = SecurityEvent.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        SecurityEvent.objects.update(kind="limit")
    assert row.user_id == user.pk


def test_signing_in_and_out_are_written_down(client: Client) -> None:
    nok = StaffFactory.create()

    client.force_login(nok)
    client.post("/account/logout/")

    assert kinds() == [("signed_in", nok.pk), ("signed_out", nok.pk)]


def test_a_failed_sign_in_keeps_nothing_of_what_was_typed() -> None:
    request = RequestFactory().post("/account/login/")

    user_login_failed.send(__name__, credentials={"email": "canary@example.com"}, request=request)

    row = SecurityEvent.objects.get()
    assert (row.kind, row.user_id, row.facts) == ("sign_in_failed", None, {"how": "password"})


def test_a_new_factor_is_written_down() -> None:
    nok = StaffFactory.create()
    factor = Authenticator.objects.create(user=nok, type="totp", data={})

    request = RequestFactory().post("/account/2fa/totp/activate/")
    request.user = AnonymousUser()
    authenticator_added.send(Authenticator, request=request, user=nok, authenticator=factor)

    assert SecurityEvent.objects.get().facts == {"what": "added", "how": "totp"}


def test_a_refused_page_is_written_down_for_whoever_is_signed_in(client: Client) -> None:
    patient = UserFactory.create()
    assert client.get("/desk/").status_code == 302  # a stranger is only led to the sign-in
    client.force_login(patient)

    assert client.get("/desk/").status_code == 403

    row = SecurityEvent.objects.latest("pk")
    assert (row.kind, row.user_id, row.facts) == (
        "denied",
        patient.pk,
        {"url_name": "board:day", "how": "GET"},
    )


def test_reaching_a_limit_is_one_row_a_window() -> None:
    for _ in range(5):
        with suppress(limits.LimitReached):
            limits.hit(purpose="tablet-code", subject="10.0.0.1", limit=2, window=timedelta(hours=1), now=NOW)

    assert [row.facts for row in SecurityEvent.objects.all()] == [{"what": "tablet-code"}]


def test_an_export_and_a_change_of_roles_are_written_down(client: Client) -> None:
    owner, nurse = StaffFactory.create(roles=[Role.OWNER]), StaffFactory.create(roles=[Role.NURSE])
    SiteFactory.create()
    client.force_login(owner)

    client.post("/setup/import/patients/")
    client.post(f"/setup/people/{nurse.pk}/stop/")

    exported, stopped = SecurityEvent.objects.order_by("pk")[1:3]
    assert (exported.kind, exported.user_id, exported.facts) == ("exported", owner.pk, {"what": "patients"})
    assert (stopped.kind, stopped.about_id, stopped.facts) == ("roles", nurse.pk, {"what": "stopped"})
