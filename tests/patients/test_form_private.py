"""Private questions: never a guardian's to see, always the young person's or the doctor's."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from patients.models import FormLink, FormVersion, Patient, UrgentAlert
from patients.pages import PRIVATE
from patients.queries.health_forms import open_draft
from patients.services.drafts import Writer, save_answers
from patients.services.private_links import make_private_link, token_of
from patients.views import mounts
from tests.patients.form_pages import answers_before, keep_answers, path_of, sign_in

pytestmark = pytest.mark.django_db

LINK_WORDS = "Nothing you answer is shown on this link again."


@pytest.fixture
def child(client: Client) -> Patient:
    """A child of 15 whose parent's account fills in everything but the private questions."""
    child = sign_in(client, name="Lily Whitfield", booked_for="child", birth_date="2011-05-14")
    child.refresh_from_db()
    answers = answers_before() | {"b_dob": "2011-05-14", "a_completing_for": "parent_guardian"}
    guardian = {"b_guardian_consent": "yes", "b_guardian_name": "H", "x_guardian_signature": "H"}
    keep_answers(child, **{k: v for k, v in (answers | guardian).items() if k not in PRIVATE})
    return child


def address_of(child: Patient) -> str:
    """Return the address of a new private link."""
    return f"/private/{token_of(make_private_link(patient=child, now=timezone.now()))}/"


def answer_alone(child: Patient, **answers: str) -> Any:
    """Answer on the young person's own phone, where nobody is signed in."""
    return Client().post(address_of(child), {"l_selfharm": "no", "d_pregnant": "no"} | answers)


@pytest.mark.parametrize("slug", ["last-two-weeks", "for-you-alone", "only-for-you"])
def test_a_guardian_reaches_no_private_page(client: Client, child: Patient, slug: str) -> None:
    assert client.get(path_of(child, slug)).status_code == 404
    assert client.post(path_of(child, slug), {"l_selfharm": "no"}).status_code == 404
    assert client.post(path_of(child, f"{slug}/save"), {"l_selfharm": "no"}).status_code == 404


def test_with_the_guard_removed_a_guardian_would_see_the_question(
    client: Client, child: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mounts, "is_guardian", lambda *_facts: False)

    assert client.get(path_of(child, "last-two-weeks")).status_code == 200


def test_a_guardian_sees_a_card_and_makes_a_link(client: Client, child: Patient) -> None:
    before = client.get(path_of(child)).content.decode()
    after = client.post(path_of(child, "private-link"), follow=True).content.decode()

    assert "For <bdi>Lily</bdi> alone" in before
    assert "hurting" not in before
    assert f"/private/{token_of(FormLink.objects.get())}/" in after


def test_a_link_is_made_once_stored_as_a_hash_and_ends_after_a_week(child: Patient) -> None:
    now = timezone.now()
    first, again = (make_private_link(patient=child, now=now) for _ in range(2))
    later = make_private_link(patient=child, now=now + timedelta(days=7))

    assert first == again != later
    assert first.token_hash != token_of(first)
    assert first.expires_at == now + timedelta(days=7)


def test_the_link_shows_the_first_name_and_only_private_questions(child: Patient) -> None:
    page = Client().get(address_of(child)).content.decode()

    assert LINK_WORDS in page
    assert "Lily" in page
    assert "Whitfield" not in page
    assert 'name="l_selfharm"' in page
    assert 'name="e_burn"' not in page


def test_looking_at_the_link_changes_nothing(child: Patient) -> None:
    before = open_draft(child)

    Client().get(address_of(child))

    assert open_draft(child) == before


def test_what_was_answered_alone_is_kept_and_never_shown_on_the_link_again(child: Patient) -> None:
    answer = answer_alone(child, d_pregnant="yes")

    assert answer.status_code == 200
    assert open_draft(child).answers["d_pregnant"] == "yes"
    assert " checked" not in Client().get(address_of(child)).content.decode()


def test_the_link_can_write_nothing_but_private_answers(child: Patient) -> None:
    answer_alone(child, e_burn="never_burns", x_words="changed")

    answers = open_draft(child).answers
    assert answers["e_burn"] == answers_before()["e_burn"]
    assert answers["x_words"] == answers_before()["x_words"]


@pytest.mark.parametrize("change", [{"revoked_at": timezone.now()}, {"expires_at": timezone.now()}])
def test_a_link_that_is_over_opens_nothing(child: Patient, change: dict[str, Any]) -> None:
    address = address_of(child)
    FormLink.objects.update(**change)

    assert (
        Client().get(address).status_code == Client().post(address, {"l_selfharm": "yes"}).status_code == 404
    )
    assert "l_selfharm" not in open_draft(child).answers


def test_a_tablets_link_is_not_a_private_one(child: Patient) -> None:
    address = address_of(child)
    FormLink.objects.update(purpose="tablet")

    assert Client().get(address).status_code == 404


def test_self_harm_is_met_gently_on_the_link_and_kept_from_the_guardian(
    client: Client, child: Patient
) -> None:
    alone = answer_alone(child, l_selfharm="yes").content.decode()
    pages = [client.get(path_of(child, slug)).content.decode() for slug in ("", "in-the-sun", "check")]

    assert "You are not alone" in alone
    assert "tel:1323" in alone
    assert UrgentAlert.objects.get().patient == child
    assert not any("not alone" in page or "1323" in page or 'id="urgent"' in page for page in pages)


def test_an_urgent_answer_on_the_link_acts_beside_one_that_is_missing(child: Patient) -> None:
    answer_alone(child, d_pregnant="yes")

    answer = Client().post(address_of(child), {"l_selfharm": "yes"})

    assert answer.status_code == 422
    assert "tel:1323" in answer.content.decode()
    assert UrgentAlert.objects.get().patient == child
    assert open_draft(child).answers["d_pregnant"] == "yes"  # what is left out clears nothing


def test_a_guardian_sends_a_form_with_private_answers_and_learns_nothing(
    client: Client, child: Patient
) -> None:
    answer_alone(child, l_selfharm="yes", d_pregnant="yes")

    check = client.get(path_of(child, "check"))
    sent = client.post(path_of(child, "check"), {"revision": check.context["revision"]}, follow=True)

    page = check.content.decode() + sent.content.decode()
    assert FormVersion.objects.get().patient == child
    assert not any(word in page for word in ("self-harm", "Pregnant", "get help first", 'id="urgent"'))
    assert "Thank you. The rest can wait for your visit" in page


def test_private_questions_stay_open_until_answered_or_kept_for_the_doctor(
    client: Client, child: Patient
) -> None:
    revision = open_draft(child).revision
    refused = client.post(path_of(child, "check"), {"revision": revision})

    client.post(path_of(child, "with-the-doctor"))
    sent = client.post(path_of(child, "check"), {"revision": open_draft(child).revision})

    assert refused.status_code == 422
    assert sent.status_code == 302
    assert set(open_draft(child).answers["x_unsure"]) == {"l_selfharm", "d_pregnant"}


def test_the_young_person_can_leave_it_to_the_doctor(child: Patient) -> None:
    Client().post(address_of(child), {"doctor": "1"})

    assert set(open_draft(child).answers["x_unsure"]) == {"l_selfharm", "d_pregnant"}


def test_a_guardian_who_types_another_date_of_birth_stays_a_guardian(client: Client, child: Patient) -> None:
    Patient.objects.filter(pk=child.pk).update(birth_date=None, booked_for="other")
    answer_alone(child, l_selfharm="yes")

    keep_answers(child, b_dob="1990-01-01")

    assert client.get(path_of(child, "last-two-weeks")).status_code == 404


def test_grown_up_patients_answer_everything_themselves(client: Client, child: Patient) -> None:
    Patient.objects.filter(pk=child.pk).update(booked_for="self")

    assert client.get(path_of(child, "last-two-weeks")).status_code == 200
    assert client.post(path_of(child, "private-link")).status_code == 404


def test_the_link_stays_shut_before_consent(child: Patient) -> None:
    save_answers(
        patient=child,
        changes={"a_health_data_consent": False},
        seen_revision=10**6,
        writer=Writer(child.account),
        reference_date=timezone.now().date(),
        now=timezone.now(),
    )

    assert "This link does not work now" in Client().get(address_of(child)).content.decode()


def test_a_guardian_and_the_child_both_sign(client: Client, child: Patient) -> None:
    answer_alone(child)
    keep_answers(child, b_guardian_consent="no", x_signature=None, x_guardian_signature=None)

    page = client.get(path_of(child, "sign")).content.decode()
    one = client.post(path_of(child, "sign"), {"revision": str(10**6), "x_signature": "Lily"})
    revision = str(open_draft(child).revision)
    unsigned = client.post(path_of(child, "check"), {"revision": revision})

    for name in ("x_signature", "x_guardian_signature"):
        assert f'name="{name}"' in page
    assert one.status_code == 422
    assert unsigned.status_code == 422
    assert not FormVersion.objects.exists()
