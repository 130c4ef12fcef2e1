"""The patients and visits that leave in a file, in chunks. One query for the ids and one a chunk."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from bookings.hours import to_epoch
from bookings.life_cycle import Status
from bookings.models import Appointment
from clinic.models import Site
from patients.models import Patient

CHUNK = 5_000


def list_patient_chunks() -> Iterator[list[Patient]]:
    """Return every patient that is not archived, by name."""
    people = Patient.objects.filter(archived_at__isnull=True)
    ids = list(people.order_by("name", "pk").values_list("pk", flat=True))
    for begin in range(0, len(ids), CHUNK):
        yield list(people.filter(pk__in=ids[begin : begin + CHUNK]).order_by("name", "pk"))


def list_visit_chunks(site: Site, first: date, last: date) -> Iterator[list[Appointment]]:
    """Return a site's visits between two of its dates, inclusive, by start; holds are none."""
    start, end = (to_epoch(day, time(0), site.tz) for day in (first, last + timedelta(days=1)))
    visits = Appointment.objects.filter(
        site=site,
        starts_at__gte=datetime.fromtimestamp(start, tz=UTC),
        starts_at__lt=datetime.fromtimestamp(end, tz=UTC),
    ).exclude(status__in=[Status.HELD, Status.EXPIRED])
    ids = list(visits.order_by("starts_at", "pk").values_list("pk", flat=True))
    for begin in range(0, len(ids), CHUNK):
        chunk = visits.filter(pk__in=ids[begin : begin + CHUNK])
        yield list(chunk.select_related("patient", "visit_type", "practitioner").order_by("starts_at", "pk"))
