"""What can be booked, where, and with whom: the choices of the booking pages."""

from django.db.models import Exists, OuterRef

from bookings.models import ExceptionalOpening, WorkingHours
from clinic.models import Practitioner, Site, VisitOffer, VisitType
from clinic.models.visit_types import BookableBy

PATIENT_BOOKABLE = (BookableBy.ANYONE, BookableBy.RETURNING)


def list_patient_visit_types() -> list[VisitType]:
    """Return the visit types patients may book themselves, in their order."""
    return list(
        VisitType.objects.filter(bookable_by__in=PATIENT_BOOKABLE, archived_at__isnull=True).order_by("order", "pk")
    )


def find_visit_type(code: str) -> VisitType | None:
    """Return the visit type in use with this code, whoever may book it."""
    return VisitType.objects.filter(code=code, archived_at__isnull=True).first()


def list_offers(visit_type: VisitType) -> list[VisitOffer]:
    """Return where a visit type is offered, with its price there, by the sites' order; sites come along."""
    return list(
        VisitOffer.objects.filter(visit_type=visit_type, site__archived_at__isnull=True)
        .select_related("site")
        .order_by("site__order", "pk")
    )


def list_patient_offers() -> list[VisitOffer]:
    """Return what patients may book themselves and where, by visit type then site; both come along. One query."""
    return list(
        VisitOffer.objects.filter(
            visit_type__bookable_by__in=PATIENT_BOOKABLE,
            visit_type__archived_at__isnull=True,
            site__archived_at__isnull=True,
        )
        .select_related("visit_type", "site")
        .order_by("visit_type__order", "visit_type__pk", "site__order", "pk")
    )


def list_bookable_sites(visit_type: VisitType) -> list[Site]:
    """Return the sites where a visit type is offered, in their order."""
    return [offer.site for offer in list_offers(visit_type)]


def list_practitioners(visit_type: VisitType, site: Site) -> list[Practitioner]:
    """Return who does this visit type and has hours at the site, by name."""
    works_here = Exists(WorkingHours.objects.filter(practitioner=OuterRef("pk"), site=site))
    comes_here = Exists(ExceptionalOpening.objects.filter(practitioner=OuterRef("pk"), site=site))
    return list(
        Practitioner.objects.filter(
            works_here | comes_here,
            visit_types=visit_type,
            resource__archived_at__isnull=True,
            resource__kind__in=visit_type.needs,
        )
        .select_related("resource")
        .order_by("resource__name", "pk")
    )
