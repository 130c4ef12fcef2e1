"""The first page: what we promise, the way to book, and what we may discuss."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from bookings.queries import catalogue as booking_catalogue
from bookings.queries.offers import FirstOffer, Search, find_first_available
from clinic.models import VisitMode, VisitOffer
from clinic.queries import catalogue

SOON = timedelta(weeks=4)


@dataclass(frozen=True)
class Consultation:
    """The first visit people can book, at its main site and elsewhere; `first` is None if all is full."""

    offer: VisitOffer
    elsewhere: list[VisitOffer]
    first: FirstOffer | None
    is_soon: bool

    @property
    def has_video(self) -> bool:
        """Whether it can be a video call."""
        return VisitMode.VIDEO in self.offer.visit_type.modes

    @property
    def in_person(self) -> bool:
        """Whether it can be at the clinic."""
        return VisitMode.IN_PERSON in self.offer.visit_type.modes


@require_safe
@gzip_page
def home(request: HttpRequest) -> HttpResponse:
    """Show the promise, the consultation with its first free time, and the public treatment cards."""
    now = timezone.now()
    consultation = _find_consultation(now)
    cards = catalogue.list_public_cards(
        language=get_language() or settings.LANGUAGE_CODE,
        site=consultation.offer.site if consultation else None,
        now=now,
    )
    return render(request, "bookings/home.html", {"consultation": consultation, "cards": cards})


def _find_consultation(now: datetime) -> Consultation | None:
    """Return the first visit type patients may book, with its first free time at its main site."""
    offers = booking_catalogue.list_patient_offers()
    if not offers:
        return None
    main = offers[0]
    first = _find_first(main, now)
    return Consultation(
        offer=main,
        elsewhere=[offer for offer in offers[1:] if offer.visit_type == main.visit_type],
        first=first,
        is_soon=first is not None and first.starts_at < now + SOON,
    )


def _find_first(offer: VisitOffer, now: datetime) -> FirstOffer | None:
    """Return the first free time at the offer's site, as the next page will show it.

    That page opens on visits in person; an earlier time by video counts only if there is none.
    """
    for mode in (VisitMode.IN_PERSON, VisitMode.VIDEO):
        if mode in offer.visit_type.modes:
            search = Search(visit_type=offer.visit_type, site=offer.site, mode=mode)
            if first := find_first_available(search, now=now):
                return first
    return None
