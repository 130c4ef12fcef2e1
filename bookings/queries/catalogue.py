"""What can be booked, where, and with whom: the choices of the booking pages."""

from clinic import prepared
from clinic.models import Practitioner, Site, VisitOffer, VisitType
from clinic.models.visit_types import BookableBy

PATIENT_BOOKABLE = (BookableBy.ANYONE, BookableBy.RETURNING)

# Every choose-a-time page asks these two, so they are prepared.
_PATIENT_OFFERS = prepared.Rows(
    """
  FROM clinic_visitoffer o
  JOIN clinic_visittype v ON v.id = o.visit_type_id
  JOIN clinic_site s ON s.id = o.site_id
 WHERE v.bookable_by = ANY(%(bookable)s::text[]) AND v.archived_at IS NULL AND s.archived_at IS NULL
 ORDER BY v."order", v.id, s."order", o.id
""",
    o=VisitOffer,
    v=VisitType,
    s=Site,
)
_PRACTITIONERS = prepared.Rows(
    """
  FROM clinic_practitioner p
  JOIN clinic_resource r ON r.id = p.resource_id
  JOIN clinic_practitioner_visit_types v ON v.practitioner_id = p.id
 WHERE v.visittype_id = %(visit_type)s::int8 AND r.archived_at IS NULL
   AND r.kind = ANY(%(needs)s::text[])
   AND (EXISTS (SELECT 1 FROM bookings_workinghours h
                 WHERE h.practitioner_id = p.id AND h.site_id = %(site)s::int8)
        OR EXISTS (SELECT 1 FROM bookings_exceptionalopening o
                    WHERE o.practitioner_id = p.id AND o.site_id = %(site)s::int8))
 ORDER BY r.name, p.id
""",
    p=Practitioner,
)


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
    offers: list[VisitOffer] = []
    bookable = [code.value for code in PATIENT_BOOKABLE]
    for offer, visit_type, site in _PATIENT_OFFERS.fetch(bookable=bookable):
        offer.visit_type, offer.site = visit_type, site
        offers.append(offer)
    return offers


def list_bookable_sites(visit_type: VisitType) -> list[Site]:
    """Return the sites where a visit type is offered, in their order."""
    return [offer.site for offer in list_offers(visit_type)]


def list_practitioners(visit_type: VisitType, site: Site) -> list[Practitioner]:
    """Return who does this visit type and has hours at the site, by name. One query."""
    found = _PRACTITIONERS.fetch(visit_type=visit_type.pk, site=site.pk, needs=list(visit_type.needs))
    return [person for (person,) in found]
