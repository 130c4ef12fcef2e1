"""The clinic, its sites, rooms and staff in the admin."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.models import (
    Practitioner,
    Resource,
    ResourceKind,
    Role,
    Site,
    User,
)
from tests.clinic.admin_pages import address, by_language, signed_in
from tests.factories import (
    PractitionerFactory,
    ResourceFactory,
    SiteFactory,
    StaffFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Client:
    """A browser of an owner."""
    return signed_in(Role.OWNER)


def site_data(site: Site, **changes: Any) -> dict[str, Any]:
    """Return a site as its form posts it."""
    texts = {
        name: value
        for field in ("name", "city", "address")
        for name, value in by_language(field, getattr(site, field)).items()
    }
    facts = {
        "slug": site.slug,
        "zone": site.zone,
        "country": site.country,
        "currency": site.currency,
        "phone": str(site.phone),
        "order": 1,
    }
    return {**texts, **facts, **changes}


@pytest.mark.parametrize(
    ("field", "value"),
    [("zone", "Asia/Bankok"), ("country", "th"), ("currency", "baht"), ("name_th", ""), ("phone", "12")],
)
def test_site_refuses_what_it_cannot_use(owner: Client, field: str, value: str) -> None:
    site = SiteFactory.create()

    page = owner.post(address("clinic.site", "change", site.pk), site_data(site, **{field: value}))

    assert list(page.context["adminform"].form.errors) == [field.removesuffix("_th")]


def test_clinic_is_one_row_and_its_list_leads_to_it(owner: Client) -> None:
    owner.post(
        address("clinic.clinic", "add"),
        {
            "name": "Mali",
            "free_change_hours": 24,
            "late_fee": "500",
            **by_language("tagline", {"en": "", "th": ""}),
        },
    )

    assert owner.get(address("clinic.clinic", "changelist")).headers["Location"] == address(
        "clinic.clinic", "change", 1
    )
    assert owner.get(address("clinic.clinic", "add")).status_code == 403


def test_staff_list_leaves_patients_out(owner: Client) -> None:
    patient, nurse = UserFactory.create(), StaffFactory.create(roles=[Role.NURSE])

    found = set(owner.get(address("clinic.user", "changelist")).context["cl"].queryset)

    assert nurse in found
    assert patient not in found


def test_new_member_of_staff_has_no_password_yet(owner: Client) -> None:
    owner.post(
        address("clinic.user", "add"),
        {"name": "Fon", "email": "Fon@Example.com", "language": "th", "roles": ["nurse"], "is_active": "on"},
    )

    user = User.objects.get(email="fon@example.com")
    assert (user.roles, user.has_usable_password()) == (["nurse"], False)


def test_member_of_staff_needs_an_address_of_their_own(owner: Client) -> None:
    UserFactory.create(email="fon@example.com")

    page = owner.post(
        address("clinic.user", "add"),
        {"name": "Fon", "email": "FON@example.com", "language": "th", "roles": ["nurse"]},
    )

    assert "email" in page.context["adminform"].form.errors


def test_owner_cannot_lock_themselves_out() -> None:
    client, boss = Client(), StaffFactory.create(roles=[Role.OWNER])
    client.force_login(boss)

    client.post(
        address("clinic.user", "change", boss.pk),
        {"name": "Nok", "email": boss.email, "language": "en", "roles": ["nurse"]},
    )
    client.post(address("clinic.user", "changelist"), {"action": "stop_sign_in", "_selected_action": boss.pk})

    boss.refresh_from_db()
    assert (boss.is_active, set(boss.roles)) == (True, {Role.OWNER, Role.NURSE})


def test_rooms_page_leaves_people_out(owner: Client) -> None:
    PractitionerFactory.create()
    room = ResourceFactory.create()

    assert list(owner.get(address("clinic.resource", "changelist")).context["cl"].queryset) == [room]


def test_room_cannot_be_of_a_persons_kind(owner: Client) -> None:
    owner.post(
        address("clinic.resource", "add"),
        {"name": "Dr X", "kind": ResourceKind.DOCTOR, "site": SiteFactory.create().pk},
    )

    assert not Resource.objects.exists()


def test_practitioners_are_found_by_their_thai_name(owner: Client) -> None:
    person = PractitionerFactory.create(name={"en": "Dr Ploy S.", "th": "พญ. พลอย ส."})
    PractitionerFactory.create()

    found = owner.get(address("clinic.practitioner", "changelist"), {"q": "พลอย"}).context["cl"].queryset

    assert list(found) == [person]
    assert Practitioner.objects.count() == 2


def test_admin_speaks_thai(owner: Client) -> None:
    owner.cookies["nuan-language"] = "th"

    assert 'lang="th"' in owner.get(reverse("admin:index")).content.decode()
