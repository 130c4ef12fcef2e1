"""The admin: who may do what, and what is never deleted."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from clinic.access.admin import ADMIN_RULES
from clinic.models import (
    Role,
    Treatment,
    TreatmentCard,
    VisitType,
)
from clinic.services.catalogue import load_catalogue
from tests.clinic.admin_pages import address, open_gate, signed_in
from tests.factories import (
    HoursFactory,
    OfferFactory,
    PractitionerFactory,
    ResourceFactory,
    SiteFactory,
    StaffFactory,
)

pytestmark = pytest.mark.django_db

EVERY_ROLE = list(Role.values)
EVERY_MODEL = sorted(ADMIN_RULES)


@pytest.fixture
def owner() -> Client:
    """A browser of an owner."""
    return signed_in(Role.OWNER)


def test_every_rule_is_of_a_model_in_the_admin() -> None:
    ours = {model._meta.label_lower for model in admin.site._registry}

    assert set(ADMIN_RULES) - ours == {"clinic.treatmentprice", "clinic.visitoffer"}  # tables under others


def test_models_without_a_rule_are_open_to_nobody(owner: Client) -> None:
    others = {model._meta.label_lower for model in admin.site._registry} - set(ADMIN_RULES)

    answers = {name: owner.get(address(name, "changelist")).status_code for name in others}

    assert set(answers.values()) == {403}, answers


@pytest.mark.parametrize(
    "model", [name for name in EVERY_MODEL if name not in {"clinic.treatmentprice", "clinic.visitoffer"}]
)
@pytest.mark.parametrize("role", EVERY_ROLE)
def test_roles_may_view_and_add_as_the_table_says(role: str, model: str) -> None:
    client = signed_in(role)
    view, change, _shows = ADMIN_RULES[model]

    seen = client.get(address(model, "changelist")).status_code
    added = client.get(address(model, "add")).status_code

    assert (seen, added) == (200 if role in view else 403, 200 if role in change else 403)


def test_stranger_is_sent_to_our_sign_in(client: Client) -> None:
    response = client.get(reverse("admin:index"))

    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("account_login"))


def test_the_admin_changes_no_password_itself(owner: Client) -> None:
    page = owner.post("/admin/password_change/", {"old_password": "x"})

    assert (page.status_code, page["Location"]) == (302, reverse("account_change_password"))


def test_patient_may_not_open_the_admin() -> None:
    assert signed_in().get(reverse("admin:index")).status_code == 403


def test_front_desk_sees_a_site_and_may_not_change_it() -> None:
    site, client = SiteFactory.create(), signed_in(Role.FRONT_DESK)
    page = address("clinic.site", "change", site.pk)

    assert b'name="_save"' not in client.get(page).content
    assert client.post(page, {"slug": "x"}).status_code == 403


@pytest.mark.parametrize(
    "model",
    [
        "clinic.site",
        "clinic.resource",
        "clinic.practitioner",
        "clinic.treatment",
        "clinic.visittype",
        "clinic.user",
        "clinic.treatmentcard",
        "clinic.productgate",
    ],
)
def test_nobody_deletes_people_places_or_catalogue(owner: Client, model: str) -> None:
    load_catalogue()
    makers: dict[str, Callable[[], Any]] = {
        "clinic.site": SiteFactory,
        "clinic.resource": ResourceFactory,
        "clinic.practitioner": PractitionerFactory,
        "clinic.user": StaffFactory,
        "clinic.treatment": lambda: Treatment.objects.order_by("pk")[0],
        "clinic.treatmentcard": lambda: TreatmentCard.objects.order_by("pk")[0],
        "clinic.visittype": lambda: VisitType.objects.order_by("pk")[0],
        "clinic.productgate": lambda: open_gate(Treatment.objects.order_by("pk")[0]),
    }
    row = makers[model]()

    assert owner.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert b"delete_selected" not in owner.get(address(model, "changelist")).content


@pytest.mark.parametrize(
    ("model", "factory"),
    [
        ("clinic.site", SiteFactory),
        ("clinic.resource", ResourceFactory),
        ("clinic.practitioner", PractitionerFactory),
    ],
)
def test_archive_takes_out_of_the_list_and_back(owner: Client, model: str, factory: Any) -> None:
    row = factory()
    listed, archived = address(model, "changelist"), address(model, "changelist") + "?state=archived"
    link = address(model, "change", row.pk).encode()

    owner.post(listed, {"action": "archive", "_selected_action": row.pk})
    assert link not in owner.get(listed).content

    owner.post(archived, {"action": "bring_back", "_selected_action": row.pk})
    assert link in owner.get(listed).content


def test_archive_of_a_practitioner_archives_what_visits_claim(owner: Client) -> None:
    person = PractitionerFactory.create()

    owner.post(
        address("clinic.practitioner", "changelist"), {"action": "archive", "_selected_action": person.pk}
    )

    person.resource.refresh_from_db()
    assert person.resource.archived_at is not None


def test_front_desk_may_not_archive() -> None:
    room, client = ResourceFactory.create(), signed_in(Role.FRONT_DESK)

    client.post(address("clinic.resource", "changelist"), {"action": "archive", "_selected_action": room.pk})

    room.refresh_from_db()
    assert room.archived_at is None


def test_people_who_only_look_see_words_and_never_json() -> None:
    load_catalogue()
    offer, person = OfferFactory.create(), PractitionerFactory.create(languages=["th", "zh"])
    treatment = Treatment.objects.order_by("pk")[0]
    desk = signed_in(Role.FRONT_DESK)
    rows = [("visittype", offer.visit_type_id), ("practitioner", person.pk), ("treatment", treatment.pk)]
    rows += [("site", offer.site_id), ("treatmentcard", treatment.cards.get(language="en").pk)]

    pages = [desk.get(address(f"clinic.{model}", "change", pk)).content.decode() for model, pk in rows]

    assert "Thai, Chinese" in pages[1]
    assert "\u0e3f1,500" in pages[0]
    assert not [page for page in pages if "&quot;en&quot;" in page or "[&quot;" in page or "[&#x27;" in page]


def test_times_are_24_hour_and_days_come_first_for_those_who_look() -> None:
    line = HoursFactory.create(starts=time(13, 30), valid_from_date=date(2026, 11, 5))

    page = signed_in(Role.FRONT_DESK).get(address("clinic.practitioner", "change", line.practitioner_id))

    assert "13:30" in page.content.decode()
    assert "5 Nov 2026" in page.content.decode()
