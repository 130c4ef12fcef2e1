"""Small builders for tests: one factory per model, each with the plainest true values."""

from datetime import date, time
from typing import Any

import factory
from factory.django import DjangoModelFactory

from bookings.models import Closure, ExceptionalOpening, WorkingHours
from clinic.models import (
    Practitioner,
    Resource,
    ResourceKind,
    Role,
    Site,
    User,
    VisitOffer,
    VisitType,
)
from patients.models import Patient


def both(text: str) -> dict[str, str]:
    """Return a text in English and Thai."""
    return {"en": text, "th": f"{text} (ไทย)"}


class SiteFactory(DjangoModelFactory[Site]):
    class Meta:
        model = Site

    slug = factory.Sequence(lambda n: f"site-{n}")
    name = factory.LazyFunction(lambda: both("Mali Skin Clinic"))
    city = factory.LazyFunction(lambda: both("Bangkok"))
    address = factory.LazyFunction(lambda: both("1 Soi Mali"))
    zone = "Asia/Bangkok"
    country = "TH"
    currency = "THB"
    phone = "+6620000000"


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    name = "Nok"
    roles: list[str] = []


class StaffFactory(UserFactory):
    """Staff; who reads forms is in the review pool, if a test does not say `in_review_pool=False`."""

    name = "Nok"
    roles = [Role.FRONT_DESK]
    in_review_pool = factory.LazyAttribute(lambda o: bool({Role.NURSE, Role.CLINICIAN} & set(o.roles)))


class VisitTypeFactory(DjangoModelFactory[VisitType]):
    class Meta:
        model = VisitType
        django_get_or_create = ("code",)

    code = "CONS_NEW"
    name = factory.LazyFunction(lambda: both("First consultation"))
    minutes = 40
    buffer_after_minutes = 10
    grid_minutes = 30
    notice_hours = 24
    horizon_days = 60
    bookable_by = "anyone"
    modes = ["in_person", "video"]
    needs = [ResourceKind.DOCTOR, ResourceKind.CONSULT_ROOM]


class OfferFactory(DjangoModelFactory[VisitOffer]):
    class Meta:
        model = VisitOffer

    visit_type = factory.SubFactory(VisitTypeFactory)
    site = factory.SubFactory(SiteFactory)
    price_minor = 150_000


class ResourceFactory(DjangoModelFactory[Resource]):
    class Meta:
        model = Resource

    kind = ResourceKind.CONSULT_ROOM
    name = factory.Sequence(lambda n: f"Room {n}")
    site = factory.SubFactory(SiteFactory)


class PractitionerFactory(DjangoModelFactory[Practitioner]):
    """A doctor; pass `visit_types=[...]` for what they do and `kind=` for a nurse."""

    class Meta:
        model = Practitioner
        skip_postgeneration_save = True

    class Params:
        kind = ResourceKind.DOCTOR
        short = factory.Sequence(lambda n: f"Dr {n:03}")

    resource = factory.SubFactory(
        ResourceFactory,
        kind=factory.SelfAttribute("..kind"),
        name=factory.SelfAttribute("..short"),
        site=None,
    )
    name = factory.LazyAttribute(lambda o: both(o.short))
    title = factory.LazyFunction(lambda: both("Dermatologist"))
    languages = ["th", "en"]

    @factory.post_generation
    def visit_types(self: Any, create: bool, extracted: list[VisitType] | None, **kwargs: Any) -> None:
        """Add the visit types they do."""
        if create and extracted:
            self.visit_types.set(extracted)


class HoursFactory(DjangoModelFactory[WorkingHours]):
    class Meta:
        model = WorkingHours

    practitioner = factory.SubFactory(PractitionerFactory)
    site = factory.SubFactory(SiteFactory)
    weekday = 1
    starts = time(9)
    ends = time(17)
    valid_from_date = date(2020, 1, 1)


class OpeningFactory(DjangoModelFactory[ExceptionalOpening]):
    class Meta:
        model = ExceptionalOpening


class ClosureFactory(DjangoModelFactory[Closure]):
    class Meta:
        model = Closure

    name = factory.LazyFunction(lambda: both("Holiday"))


class PatientFactory(DjangoModelFactory[Patient]):
    class Meta:
        model = Patient

    name = "Hannah Whitfield"
    email = factory.Sequence(lambda n: f"patient{n}@example.com")
    phone = "+447700900318"
    zone = "Europe/London"
