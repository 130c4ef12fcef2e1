"""When a site is closed, and who works extra hours, in one year."""

from datetime import date

from bookings.models import Closure, ExceptionalOpening
from clinic.models import Site


def list_own_closures(site: Site, year: int) -> list[Closure]:
    """Return the closures of a year that are no public holidays, by their first day. One query."""
    rows = Closure.objects.filter(
        site=site,
        is_public_holiday=False,
        first_date__lte=date(year, 12, 31),
        last_date__gte=date(year, 1, 1),
    )
    return list(rows.order_by("first_date", "pk"))


def list_holiday_closures(site: Site, year: int) -> list[Closure]:
    """Return the public holidays of a year on which the site is closed, by date. One query."""
    rows = Closure.objects.filter(site=site, is_public_holiday=True, first_date__year=year)
    return list(rows.order_by("first_date", "pk"))


def list_openings(site: Site, year: int) -> list[ExceptionalOpening]:
    """Return the extra hours at a site in a year, by date. One query."""
    rows = ExceptionalOpening.objects.filter(site=site, date__year=year)
    return list(rows.select_related("practitioner").order_by("date", "starts", "pk"))
