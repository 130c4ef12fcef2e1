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

from bookings.services.staff import facts_of_staff
from clinic.models import Role, SecurityEvent, SignIn, User
from clinic.services import limits
from clinic.services.security_events import Kind, note
from clinic.stamps import stamp_fields
from patients.services.reason_access import open_with_reason
from tests.factories import PatientFactory, SiteFactory, StaffFactory, UserFactory

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


def nurse_outside_the_pool() -> User:
    return StaffFactory.create(roles=[Role.NURSE], in_review_pool=False)


def events_after(before: int) -> list[tuple[str, int | None, dict[str, str]]]:
    rows = SecurityEvent.objects.filter(pk__gt=before).exclude(kind="signed_in").order_by("pk")
    return list(rows.values_list("kind", "about_id", "facts"))


def test_what_an_owner_does_to_a_sign_in_is_written_down(client: Client) -> None:
    owner, nurse = StaffFactory.create(roles=[Role.OWNER]), StaffFactory.create(roles=[Role.NURSE])
    SiteFactory.create()
    client.force_login(owner)
    seen = SecurityEvent.objects.latest("pk").pk
    person = {"name": "Ann", "email": "ann@example.com", "language": "en", "roles": ["front_desk"]}

    client.post(f"/setup/people/{nurse.pk}/second-step/")
    client.post(f"/setup/people/{nurse.pk}/sessions/end/")
    client.post("/setup/people/invite/", person | {"key": "00000000-0000-4000-8000-000000000000"})

    assert events_after(seen) == [
        ("factor", nurse.pk, {"what": "taken away"}),
        ("session", nurse.pk, {"what": "all"}),
        ("roles", User.objects.get(email="ann@example.com").pk, {"what": "invited"}),
    ]


def test_the_review_pool_is_a_right_too(client: Client) -> None:
    owner, nurse = StaffFactory.create(roles=[Role.OWNER]), nurse_outside_the_pool()
    client.force_login(owner)
    facts = facts_of_staff(nurse)
    seen = SecurityEvent.objects.latest("pk").pk

    for in_pool in (False, True):
        stamp = {"seen": stamp_fields(facts), "phone": ""}
        client.post(f"/setup/people/{nurse.pk}/", {**facts, **stamp, "in_review_pool": in_pool})

    assert events_after(seen) == [("roles", nurse.pk, {"what": "changed"})]


def test_the_admin_writes_down_what_the_set_up_does(client: Client) -> None:
    owner, nurse = StaffFactory.create(roles=[Role.OWNER]), nurse_outside_the_pool()
    client.force_login(owner)
    person = {"name": "Ann", "email": "ann@example.com", "language": "en", "is_active": "on"}
    seen = SecurityEvent.objects.latest("pk").pk

    for action in ("stop_sign_in", "allow_sign_in"):
        client.post("/admin/clinic/user/", {"action": action, "_selected_action": nurse.pk})
    for roles in (["nurse"], ["nurse", "clinician"], ["nurse", "clinician"]):
        client.post(f"/admin/clinic/user/{nurse.pk}/change/", {**person, "roles": roles})

    assert events_after(seen) == [
        ("roles", nurse.pk, {"what": "stopped"}),
        ("roles", nurse.pk, {"what": "allowed again"}),
        ("roles", nurse.pk, {"what": "changed"}),
    ]


def test_ending_ones_own_sessions_is_written_down(client: Client) -> None:
    patient = UserFactory.create()
    client.force_login(patient)
    Client().force_login(patient)
    seen = SecurityEvent.objects.latest("pk").pk

    client.post("/account/sessions/others/end/")
    client.post(f"/account/sessions/{SignIn.objects.order_by('started_at')[0].pk}/end/")

    assert [facts for _kind, _about, facts in events_after(seen)] == [{"what": "all others"}, {"what": "one"}]


def test_opening_a_record_with_a_reason_is_written_down() -> None:
    nurse, patient = StaffFactory.create(roles=[Role.NURSE]), PatientFactory.create()

    for _press in range(2):
        open_with_reason(nurse, patient, "She calls about her visit tomorrow", NOW)

    row = SecurityEvent.objects.get()
    assert (row.kind, row.user_id, row.facts) == ("reason", nurse.pk, {})
