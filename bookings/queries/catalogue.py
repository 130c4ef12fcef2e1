"""What can be booked, where, and with whom: the choices of the booking pages."""

from clinic.models import Practitioner, Site, VisitOffer, VisitType
from clinic.models.visit_types import BookableBy

PATIENT_BOOKABLE = (BookableBy.ANYONE, BookableBy.RETURNING)


def list_patient_visit_types() -> list[VisitType]:
    """Return the visit types patients may book themselves, in their order."""
    return list(
        VisitType.objects.filter(bookable_by__in=PATIENT_BOOKABLE, archived_at__isnull=True).order_by(
            "order", "pk"
        )
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
    """Return what patients may book and where, by visit type then site; both come along. One query."""
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


# Written by hand because every choose-a-time page asks it: building it anew cost Django four times its run.
_PRACTITIONERS = """
SELECT p.*
  FROM clinic_practitioner p
  JOIN clinic_resource r ON r.id = p.resource_id
  JOIN clinic_practitioner_visit_types v ON v.practitioner_id = p.id
 WHERE v.visittype_id = %s AND r.archived_at IS NULL AND r.kind = ANY(%s)
   AND (EXISTS (SELECT 1 FROM bookings_workinghours h WHERE h.practitioner_id = p.id AND h.site_id = %s)
        OR EXISTS (SELECT 1 FROM bookings_exceptionalopening o
                    WHERE o.practitioner_id = p.id AND o.site_id = %s))
 ORDER BY r.name, p.id
"""


def list_practitioners(visit_type: VisitType, site: Site) -> list[Practitioner]:
    """Return who does this visit type and has hours at the site, by name. One query."""
    return list(
        Practitioner.objects.raw(_PRACTITIONERS, [visit_type.pk, list(visit_type.needs), site.pk, site.pk])
    )
